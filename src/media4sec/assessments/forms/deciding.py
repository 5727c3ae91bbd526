"""What approvers fill in: how an opinion is taken, yes and no, why, until when, on which terms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import Opinion, Stale
from media4sec.assessments.queries.deciding import ATTESTATIONS, REPORTED
from media4sec.assessments.queries.decisions import DecidePage
from media4sec.assessments.services import (
    LONGEST_CONDITION,
    LONGEST_OFFICE,
    LONGEST_SHOWN,
    Ruling,
    Wanted,
)
from media4sec.assessments.services import LONGEST_REASON as LONGEST
from media4sec.kit.forms import Choices

#: Empty rows for further conditions, beside those that follow from what is missing.
MORE_ROWS, MOST_ROWS = 2, 60


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


def _words(*, rows: int = 4, most: int = LONGEST, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=most, widget=area, **more)


class TakeForm(forms.Form):
    """An opinion that does not simply agree: accepted, or overruled with a reason."""

    taken = forms.ChoiceField(
        label=gettext_lazy("How do you take it?"),
        choices=Opinion.Taken.choices,
        widget=Choices(
            hints={
                Opinion.Taken.ACCEPTED: gettext_lazy("You follow it: say how, below."),
                Opinion.Taken.OVERRULED: gettext_lazy("You do not follow it: say why, below."),
            }
        ),
        error_messages={"required": gettext_lazy("Accept this opinion, or overrule it.")},
    )
    why = _words(
        label=gettext_lazy("How, or why not"),
        help_text=gettext_lazy("It stands beside the opinion in every document."),
        required=False,
    )


class ReasonForm(forms.Form):
    """Suspending, taking back."""

    reason = _words(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("The people of this check read it. Do not name people or cases."),
        error_messages={"required": gettext_lazy("Say why, in a sentence or more.")},
    )


class ChangeForm(forms.Form):
    """What changed since the decision."""

    why = forms.ChoiceField(
        label=gettext_lazy("What changed?"),
        choices=[(each.value, each.label) for each in REPORTED],
        widget=Choices(
            hints={
                Stale.CHANGED: gettext_lazy(
                    "A new purpose, other data, another platform, supplier or version of a"
                    " model, or many more people."
                ),
                Stale.INCIDENT: gettext_lazy(
                    "The plan is suspended at once, until an approver has looked at it."
                ),
                Stale.LAPSED: gettext_lazy("Something that showed a safeguard holds no more."),
            }
        ),
        error_messages={"required": gettext_lazy("Choose what changed from the list.")},
    )
    words = _words(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("Do not name people or cases."),
        error_messages={"required": gettext_lazy("Say why, in a sentence or more.")},
    )


class CommandForm(forms.Form):
    commander = forms.CharField(
        label=gettext_lazy("Which office commands this?"),
        help_text=gettext_lazy("For example: officer in charge on duty. Not a person’s name."),
        max_length=LONGEST_OFFICE,
        error_messages={"required": gettext_lazy("Say which office commands this.")},
    )
    reason = _words(
        label=gettext_lazy("Whose life is in danger, and why can this not wait?"),
        help_text=gettext_lazy("Do not name people or cases."),
        error_messages={"required": gettext_lazy("Say why, in a sentence or more.")},
    )


class DoneForm(forms.Form):
    shown = _words(
        label=gettext_lazy("What shows that it is done?"),
        most=LONGEST_SHOWN,
        error_messages={"required": gettext_lazy("Say what shows that it is done.")},
    )


class RulingForm(forms.Form):
    """A yes: read whole, attested, until when, under which conditions."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    table = forms.CharField(widget=forms.HiddenInput, max_length=64)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_ROWS)
    reason = _words(label=gettext_lazy("Why"), required=False)
    valid_until = _day(
        label=gettext_lazy("It holds until"),
        error_messages={"required": gettext_lazy("Choose a day.")},
    )

    def __init__(self, said: Any = None, *, page: DecidePage, **more: Any) -> None:
        first = {"seen": page.seen, "table": page.table, "valid_until": page.last_day}
        super().__init__(said, initial={**first, "rows": len(page.missing) + MORE_ROWS}, **more)
        self.page = page
        self.people = {str(each.pk): each for each in page.people}
        for number, sentence in enumerate(ATTESTATIONS):
            self.fields[f"attest_{number}"] = forms.BooleanField(label=sentence, required=False)
        self.fields["valid_until"].help_text = _("%(day)s at the latest.") % {
            "day": date_format(page.last_day, "j F Y")
        }
        for number in range(self._row_count()):
            self._add_row(number)

    def _row_count(self) -> int:
        if not self.is_bound:
            return int(self.initial["rows"])
        said = self.data.get("rows", "")
        count = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0
        more = MORE_ROWS if self.wants_more else 0
        return min(count + more, MOST_ROWS)

    @property
    def wants_more(self) -> bool:
        """The button for more rows: nothing is decided yet."""
        return self.is_bound and self.data.get("then") == "more"

    def _add_row(self, number: int) -> None:
        missing = self.page.missing
        key, text = missing[number] if number < len(missing) else ("", "")
        people = [(key, each.shown_name) for key, each in self.people.items()]
        said = {"number": number + 1}
        self.fields[f"text_{number}"] = _words(
            label=_("Condition %(number)d: what has to be done") % said,
            most=LONGEST_CONDITION,
            rows=2,
            required=False,
            initial=text,
        )
        self.fields[f"key_{number}"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=key
        )
        self.fields[f"owner_{number}"] = forms.ChoiceField(
            label=_("By whom"),
            choices=people,
            error_messages={"required": _("Choose who has to do it.")},
            initial=str(self.page.check.owner_id or self.page.check.author_id),
        )
        self.fields[f"due_{number}"] = _day(
            label=_("Until when"),
            initial=self.page.usual_day,
            error_messages={"required": _("Choose a day.")},
        )

    @property
    def attestations(self) -> list[forms.BoundField]:
        return [self[f"attest_{number}"] for number in range(len(ATTESTATIONS))]

    @property
    def conditions(self) -> list[tuple[forms.BoundField, ...]]:
        """Each row: what, by whom, until when, and what it stands for."""
        count = self._row_count()
        return [
            tuple(self[f"{name}_{number}"] for name in ("text", "owner", "due", "key"))
            for number in range(count)
        ]

    def clean(self) -> dict[str, Any]:
        """A row without words is no condition, whatever else stands in it; the first sentence
        that is not ticked says so."""
        said = super().clean() or {}
        for number in range(self._row_count()):
            if not said.get(f"text_{number}") and f"text_{number}" not in self.errors:
                for name in (f"owner_{number}", f"due_{number}"):
                    self.errors.pop(name, None)
        open_now = [each.name for each in self.attestations if not said.get(each.name)]
        if open_now and not self.wants_more:
            words = _("Tick every sentence you sign. If one is not true, you cannot approve.")
            self.add_error(open_now[0], words)
        return said

    @property
    def ruling(self) -> Ruling:
        """What the services take."""
        said = self.cleaned_data
        until: date | None = said["valid_until"]
        ticked = [str(words) for n, words in enumerate(ATTESTATIONS) if said[f"attest_{n}"]]
        return Ruling(
            seen=said["seen"],
            table=said["table"],
            reason=said["reason"],
            attested=tuple(ticked),
            valid_until=until,
            conditions=tuple(
                Wanted(
                    text=text,
                    owner=self.people[said[f"owner_{number}"]],
                    due=said[f"due_{number}"],
                    key=said[f"key_{number}"],
                )
                for number in range(self._row_count())
                if (text := said[f"text_{number}"])
            ),
        )


class RefuseForm(forms.Form):
    """A no."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = _words(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("The people of this check read it. Do not name people or cases."),
        error_messages={"required": gettext_lazy("Say why, in a sentence or more.")},
    )

    @property
    def ruling(self) -> Ruling:
        return Ruling(seen=self.cleaned_data["seen"], reason=self.cleaned_data["reason"])
