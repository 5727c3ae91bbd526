"""Shapes of what moderators and reporters write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from media4sec.kit.forms import Choices
from media4sec.moderation.models import Opening


class ReportForm(forms.Form):
    words = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("Say which house rule or law you think of, and why. A few words are enough."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(
        label=_("What did you find?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OpeningForm(forms.Form):
    scope = forms.ChoiceField(
        label=_("What do you need to see?"), choices=Opening.Scope, widget=Choices
    )
    reason = forms.CharField(
        label=_("Why is this necessary?"),
        help_text=_("The author and the hosts of the circle will read this sentence."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
