"""The record of a check, line by line, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments import verifying
from media4sec.assessments.models import Check, Decision, Event, Export, Role, Seal, Stale

_WORDS: dict[str, Any] = {
    "began": gettext_lazy("Began the check"),
    "begun_anew": gettext_lazy("Began a new check from this one"),
    "answered": gettext_lazy("Answered a question"),
    "placed": gettext_lazy("Put it into a circle"),
    "asked": gettext_lazy("Asked somebody to take part"),
    "accepted": gettext_lazy("Takes part"),
    "declined": gettext_lazy("Declined to take part"),
    "removed": gettext_lazy("Ended somebody’s part"),
    "withdrew": gettext_lazy("Took words back"),
    "sent": gettext_lazy("Sent it to the reviewers"),
    "taken_back": gettext_lazy("Took it back from review"),
    "returned": gettext_lazy("Sent it back"),
    "advised": gettext_lazy("Signed an opinion"),
    "took_opinion": gettext_lazy("Said how an opinion is taken"),
    "decided": gettext_lazy("Decided"),
    "fulfilled": gettext_lazy("Fulfilled a condition"),
    "all_fulfilled": gettext_lazy("Approved: all conditions are fulfilled"),
    "gave_proof": gettext_lazy("Gave a proof"),
    "took_proof_back": gettext_lazy("Took a proof back"),
    "accepted_proof": gettext_lazy("Accepted a proof"),
    "declined_proof": gettext_lazy("Did not accept a proof"),
    "lapsed": gettext_lazy("A proof lapsed"),
    "raised_risk": gettext_lazy("Raised the level of a risk"),
    "lowered_risk": gettext_lazy("Proposed a lower level of a risk"),
    "agreed_to_risk": gettext_lazy("Agreed to a lower level of a risk"),
    "dropped_risk": gettext_lazy("Took a level of a risk back"),
    "reported": gettext_lazy("Reported a reason to look again"),
    "stale": gettext_lazy("The decision has to be looked at again"),
    "reminded": gettext_lazy("A reminder was sent: the decision ends soon"),
    "suspended": gettext_lazy("Suspended"),
    "expired": gettext_lazy("The decision ran out"),
    "superseded": gettext_lazy("A newer check took its place"),
    "rechecked": gettext_lazy("Asked again under new rules"),
    "told": gettext_lazy("Published a summary"),
    "untold": gettext_lazy("Took the summary back"),
    "exported": gettext_lazy("Made a document"),
}
#: Facts that are words of the house: their keys, and where the words are.
_FACTS: dict[str, Any] = {
    "role": Role,
    "decision": Decision.Kind,
    "why": Stale,
    "copy": Export.Redaction,
    "format": Export.Format,
}


def lines_of(check: Check) -> list[Event]:
    return list(check.events.select_related("actor").order_by("seq"))


def line_of(event: Event) -> dict[str, Any]:
    """A line as it is hashed. Members are numbers: a name can change, and can be taken off."""
    return {
        "check": event.check_of_id,
        "seq": event.seq,
        "previous": event.previous,
        "at": event.at.isoformat(),
        "actor": event.actor_id,
        "action": event.action,
        "thing": event.thing,
        "facts": event.facts,
    }


def seal_of(seal: Seal) -> dict[str, Any]:
    """A seal as it is signed, for what is written beside the signature."""
    return {
        "check": seal.check_of_id,
        "seq": seal.seq,
        "hash": seal.hash,
        "at": seal.at.isoformat(),
    }


def line_words(event: Event) -> str:
    """What happened, with what its facts add."""
    said = str(_WORDS.get(event.action, event.action.replace("_", " ")))
    more = [
        str(choices(event.facts[name]).label)
        for name, choices in _FACTS.items()
        if event.facts.get(name) in choices.values
    ]
    if question := event.facts.get("question"):
        more.append(str(question))
    if event.thing.startswith("version:"):
        more.append(_("version %(number)s") % {"number": event.thing.partition(":")[2]})
    return f"{said} ({', '.join(more)})" if more else said


def record_data(check: Check) -> dict[str, Any]:
    """Lines and seals as a file keeps them."""
    return _data(check, *_read(check))


def _read(check: Check) -> tuple[list[Seal], list[Event]]:
    """Seals first: a line that was written in between needs none, a seal needs its line."""
    seals = list(check.seals.order_by("seq"))
    return seals, lines_of(check)


def _data(check: Check, seals: list[Seal], lines: list[Event]) -> dict[str, Any]:
    return {
        "check": check.pk,
        "lines": [{**line_of(event), "hash": event.hash} for event in lines],
        "seals": [{**seal_of(seal), "signature": seal.signature} for seal in seals],
    }


@dataclass(frozen=True)
class RecordPage:
    lines: list[tuple[Event, str]]
    #: The first line that is not as it was written; 0 when all are.
    broken_at: int
    newest: str
    seal: Seal | None

    @property
    def days(self) -> list[tuple[date, list[tuple[Event, str]]]]:
        """The lines of each day."""
        found = groupby(self.lines, key=lambda line: localtime(line[0].at).date())
        return [(day, list(lines)) for day, lines in found]

    @property
    def is_whole(self) -> bool:
        return self.broken_at == 0


def record_page(check: Check, *, public: str) -> RecordPage:
    """Every line in words, and the chain checked: hashes, order, seals."""
    seals, lines = _read(check)
    return RecordPage(
        lines=[(event, line_words(event)) for event in lines],
        broken_at=verifying.broken_at(_data(check, seals, lines), public),
        newest=lines[-1].hash if lines else "",
        seal=seals[-1] if seals else None,
    )
