"""The record of a check: each line holds the hash of the one before, so that none can be taken
out, put in or changed without every later hash telling."""

from __future__ import annotations

from typing import Any

from media4sec.assessments.models import Answer, Check, Event
from media4sec.assessments.queries.record import line_of
from media4sec.assessments.verifying import BEGINNING, canonical, sha256
from media4sec.kit.clock import now
from media4sec.kit.permissions import THE_HOUSE

__all__ = ["BEGINNING", "canonical", "line_of", "note", "said", "sha256"]


def note(check: Check, action: str, *, by: Any, thing: str = "", **facts: Any) -> Event:
    """One more line. Whoever calls holds the check, or has just made it.

    Facts go into documents: hashes, keys and dates, never somebody's words.
    """
    last = check.events.order_by("-seq").values("seq", "hash").first()
    event = Event(
        check_of=check,
        seq=last["seq"] + 1 if last else 1,
        previous=last["hash"] if last else BEGINNING,
        at=now(),
        actor=None if by is THE_HOUSE else by,
        action=action,
        thing=thing,
        facts=facts,
    )
    event.hash = sha256(line_of(event))
    event.save(force_insert=True)
    return event


def said(answer: Answer) -> dict[str, str]:
    """What the record keeps of an answer."""
    words = [answer.question, answer.value, answer.words, answer.comment]
    return {"question": answer.question, "sha256": sha256(words)}
