"""What people give as proof, and how high reviewers hold a risk to be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import Proof
from media4sec.assessments.queries.findings import LEVELS
from media4sec.assessments.services import Given
from media4sec.members.forms.sharing import FilesMixin

_AUTHORISED = ("statute", "office", "reference", "valid_from")
_LEVELS = [(number, title) for number, title in enumerate(LEVELS, start=1)]


def _day(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget)


def _line(label: Any, hint: Any, most: int, missing: Any = "") -> forms.CharField:
    """Without a sentence for a missing one, it can be left out."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(missing),
        max_length=most,
        error_messages={"required": missing},
    )


class ProofForm(FilesMixin):
    """No max_length on the words: the service says how much too long they are."""

    statute = _line(
        gettext_lazy("Provision of national law"),
        gettext_lazy("The directive alone allows nothing: name the article that does."),
        200,
        gettext_lazy("Name the provision of national law that allows it."),
    )
    office = _line(
        gettext_lazy("Who gave it"),
        gettext_lazy("The office or its role, not a name."),
        200,
        gettext_lazy("Say which office or person gave the authorisation."),
    )
    reference = _line(gettext_lazy("Reference number"), "", 80)
    words = forms.CharField(
        label=gettext_lazy("What shows it?"),
        help_text=gettext_lazy(
            "What is in place, since when, and which role looks after it. No names, no case"
            " numbers."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    valid_from = _day(gettext_lazy("Holds from"))
    valid_until = _day(
        gettext_lazy("Holds until"), gettext_lazy("After this day it no longer counts.")
    )

    def __init__(self, *args: Any, of: str, needs_statute: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if of != Proof.Of.AUTHORISATION:
            for name in _AUTHORISED:
                del self.fields[name]
            return
        if not needs_statute:
            self.fields["statute"].required = False

    @property
    def given(self) -> Given:
        said = self.cleaned_data
        return Given(
            **{
                name: said[name]
                for name in (*_AUTHORISED, "words", "valid_until")
                if name in self.fields
            }
        )


class JudgeForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("If you do not accept it: why?"),
        help_text=gettext_lazy("What is missing, so that something better can be given."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GaugeForm(forms.Form):
    severity = forms.TypedChoiceField(
        label=gettext_lazy("How bad would it be?"), coerce=int, choices=_LEVELS
    )
    likelihood = forms.TypedChoiceField(
        label=gettext_lazy("How likely is it?"), coerce=int, choices=_LEVELS
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Everybody in this check reads it. No names, no case numbers."),
        error_messages={"required": gettext_lazy("Say why in a sentence or two.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
