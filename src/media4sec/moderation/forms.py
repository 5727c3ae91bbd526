"""Shapes of what reporters and moderators write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media4sec.kit.forms import Choices
from media4sec.moderation import conduct
from media4sec.moderation.models import Decision, Opening, Report

_AREA = forms.Textarea(attrs={"rows": 5})


class ReportForm(forms.Form):
    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Report.Category,
        initial=Report.Category.RULES,
    )
    words = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("Say which house rule or law you think of, and why. A few words are enough."),
        max_length=4000,
        widget=_AREA,
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # An older page has no such field.
        self.fields["category"].required = data is None

    def clean_category(self) -> str:
        return str(self.cleaned_data["category"] or Report.Category.RULES)


class StrangersReportForm(ReportForm):
    """Without an account: who you are, unless it is about the abuse of a child."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("The writer is not told who reported."),
        max_length=80,
        error_messages={"required": _("Enter your name. The writer is not told who reported.")},
    )
    email = forms.CharField(
        label=_("Your email address"),
        help_text=_(
            "For the receipt and the outcome; deleted a year later. "
            "Not needed for the abuse of a child."
        ),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("Enter your email address, such as name@example.org."),
        },
    )
    in_good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I report here is true and complete."),
        error_messages={
            "required": _("Tick that you believe your report to be true and complete.")
        },
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if data and data.get("category") == Report.Category.CHILD:
            self.fields["name"].required = self.fields["email"].required = False


def reference_choices() -> list[Any]:
    rows = conduct.references()
    return [
        ("", _("Choose one")),
        (_("Against the house rules"), [row for row in rows.items() if row[0][0] == "r"]),
        (_("Against the law"), [row for row in rows.items() if row[0][0] == "l"]),
    ]


class ReasonsForm(forms.Form):
    """The statement of reasons. What it must hold, the services check as well."""

    reference = forms.ChoiceField(
        label=_("Which law or rule"),
        choices=reference_choices,
        error_messages={"required": _("Choose the law or house rule it breaks.")},
    )
    facts = forms.CharField(
        label=_("Facts and circumstances"),
        help_text=_("What it says, how it came to you, and why the ground applies. Plain words."),
        max_length=5000,
        widget=_AREA,
        error_messages={"required": _("Say which facts you relied on.")},
    )
    reason = forms.CharField(
        label=_("The reason in a sentence"),
        help_text=_("It stands in the gap, where all readers of the place can see it."),
        max_length=300,
        error_messages={"required": _("Give the reason in a sentence.")},
    )


class DecisionForm(ReasonsForm):
    measure = forms.ChoiceField(
        label=_("What will you do?"),
        choices=[(Decision.Measure.KEEP, _("Nothing")), (Decision.Measure.HIDE, _("Hide it"))],
        widget=Choices(
            hints={
                Decision.Measure.KEEP: _("It stays. Reporters are told why."),
                Decision.Measure.HIDE: _("A marked gap stays. The text can be shown again."),
            }
        ),
        error_messages={"required": _("Choose what you will do.")},
    )

    field_order = ["measure", "reference", "facts", "reason"]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["reason"].help_text = _(
            "If it is hidden, this stands in the gap, for all readers of the place. "
            "The reporters read it in any case."
        )
        if data and data.get("measure") == Decision.Measure.KEEP:
            # What stays breaks no rule: only the sentence for the reporters is needed.
            self.fields["reference"].required = self.fields["facts"].required = False


class RestoreForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it shown again?"),
        help_text=_("The author reads this sentence."),
        max_length=300,
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
