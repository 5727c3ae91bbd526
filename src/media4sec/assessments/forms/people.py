"""Whom one asks, what they answer, and what reviewers say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import Opinion, Role
from media4sec.assessments.services import LONGEST_NOTE, LONGEST_OPINION, LONGEST_REASON
from media4sec.kit.forms import Choices
from media4sec.members.models import Circle, Member

#: What each is expected to do; shown where somebody is asked, and to whoever is asked.
EXPECTED = {
    Role.WRITER: gettext_lazy("Answers the questions together with whoever began the check."),
    Role.OWNER: gettext_lazy("Is in charge of the plan, and says who takes part."),
    Role.OFFICER: gettext_lazy("Reads answers and result, and advises. Never decides."),
    Role.LEGAL: gettext_lazy("Reads whether the law is understood rightly, and advises."),
    Role.ETHICS: gettext_lazy("Reads whom it can harm and whether that is fair, and advises."),
    Role.COMMUNITY: gettext_lazy("Reads it with the eyes of those it is about, and advises."),
    Role.APPROVER: gettext_lazy("Decides, once the others have said what they think."),
    Role.AUDITOR: gettext_lazy("Reads everything, and changes nothing."),
}


class PlaceForm(forms.Form):
    circle = forms.ChoiceField(
        label=gettext_lazy("Circle"),
        help_text=gettext_lazy("Its members do not see the check, unless you ask them."),
    )

    def __init__(self, *args: Any, circles: Iterable[Circle], **more: Any) -> None:
        super().__init__(*args, **more)
        self.circles = {each.slug: each for each in circles}
        choices = [(slug, each.title) for slug, each in self.circles.items()]
        self.fields["circle"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Circle:
        return self.circles[self.cleaned_data["circle"]]


class AskForm(forms.Form):
    member = forms.ChoiceField(
        label=gettext_lazy("Member"),
        help_text=gettext_lazy("Members of the circle of this check."),
        error_messages={"required": gettext_lazy("Choose whom you ask.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What for"),
        choices=Role.choices,
        widget=Choices(hints=EXPECTED),
        error_messages={"required": gettext_lazy("Choose what you ask them for.")},
    )
    note = forms.CharField(
        label=gettext_lazy("A few words to them"),
        help_text=gettext_lazy("Do not name people or cases."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due = forms.DateField(
        label=gettext_lazy("Until when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, people: Sequence[Member], **more: Any) -> None:
        super().__init__(*args, **more)
        self._people = {str(each.pk): each for each in people}
        names = [(key, each.shown_name) for key, each in self._people.items()]
        self.fields["member"].choices = [("", "—"), *names]  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        said = dict(self.cleaned_data)
        return {**said, "member": self._people[said["member"]]}


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("The people of the check read it. You may leave it out."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OpinionForm(forms.Form):
    """What a reviewer says. Which version they read goes along."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    role = forms.ChoiceField(label=gettext_lazy("You say it as"))
    advice = forms.ChoiceField(
        label=gettext_lazy("What you advise"),
        choices=Opinion.Advice.choices,
        widget=Choices(
            hints={
                Opinion.Advice.AGREES: gettext_lazy("It can go ahead as it was sent."),
                Opinion.Advice.AGREES_IF: gettext_lazy("It can, once what you name is changed."),
                Opinion.Advice.AGAINST: gettext_lazy("It should not go ahead."),
            }
        ),
        error_messages={"required": gettext_lazy("Choose what you advise.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Why, and what should change"),
        help_text=gettext_lazy("Everybody who takes part in the check reads it with your name."),
        max_length=LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Say in a sentence or two why.")},
    )

    def __init__(self, *args: Any, roles: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(role, Role(role).label) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        if len(roles) == 1:
            self.fields["role"].widget = forms.HiddenInput()
            self.initial["role"] = roles[0]


class SendBackForm(forms.Form):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("What has to change"),
        help_text=gettext_lazy("It is signed, and stays with this version."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Say what has to change.")},
    )
