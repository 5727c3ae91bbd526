"""One case, one decision, and the log of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.markdown import plain
from media4sec.kit.models import Activity, Withheld
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.models import Member
from media4sec.moderation import conduct
from media4sec.moderation.models import Case, Decision, Opening
from media4sec.moderation.queries.desk import left, queue
from media4sec.moderation.queries.seeing import Seen, seen_one

#: Open cases beside one case.
_BESIDE = 12


def case_page(case: Case, *, moderator: Member) -> dict[str, Any]:
    """One case: the thing as the moderator may see it, its reports, the openings asked for it."""
    thing = seen_one(case.ref, moderator)
    openings = Opening.objects.filter(report__case=case).order_by("-pk")
    return {
        "case": case,
        "thing": thing,
        "text": words_of(thing) if thing.entry else "",
        "reports": list(case.reports.order_by("pk")),
        "decisions": _about(case),
        "left": left(case),
        "queue": queue(moderator, most=_BESIDE),
        "openings": [
            {"opening": each, "is_mine": each.asked_by_id == moderator.pk} for each in openings
        ],
    }


def words_of(thing: Seen) -> str:
    """The words before a decision, or those that are kept apart since."""
    if thing.entry is None:
        return ""
    here = thing.entry.ref
    if thing.is_hidden:
        kept = Withheld.objects.filter(thing_kind=here.kind, thing_id=here.pk).last()
        if kept:
            return plain(kept.words.get("body_html", ""))
    return thing.entry.text


def _about(case: Case) -> list[Decision]:
    """Every decision about this thing, the newest first."""
    return list(Decision.objects.filter(thing_kind=case.thing_kind, thing_id=case.thing_id)[:20])


def decision_page(decision: Decision, *, visitor: Any) -> dict[str, Any]:
    """The statement of reasons; the author's own words with it, moderators theirs to read."""
    is_author = decision.concerned_id == visitor.pk
    kept = Withheld.objects.filter(
        thing_kind=decision.thing_kind, thing_id=decision.thing_id
    ).last()
    kind = kinds().get(decision.thing_kind)
    latest = Decision.objects.filter(
        thing_kind=decision.thing_kind, thing_id=decision.thing_id, pk__gt=decision.pk
    )
    return {
        "decision": decision,
        "is_author": is_author,
        "own_title": kept.words.get("title", "") if kept and is_author else "",
        "own_html": kept.words.get("body_html", "") if kept and is_author else "",
        "kind": str(kind.title) if kind else "",
        "thing": None if is_author else seen_one(decision.ref, visitor),
        "reference": conduct.said(decision.reference),
        "is_law": decision.ground == Decision.Ground.LAW,
        "restricts": decision.measure in Decision.RESTRICTING,
        "stands": kept is not None and not latest.exists(),
    }


@dataclass(frozen=True)
class Deed:
    """One line of what happened when."""

    at: datetime
    text: str
    who: str


def log_page(case: Case) -> list[Deed]:
    """What happened when, for moderators: reports, openings, decisions."""
    here = Ref.to(case)
    lines = (Activity.objects.about(here) | Activity.objects.within(here)).select_related("actor")
    openings = Opening.objects.filter(report__case=case, pk=OuterRef("subject_id"))
    behind = Activity.objects.filter(subject_kind="moderation.opening").filter(Exists(openings))
    found = {each.pk: each for each in [*lines, *behind.select_related("actor")]}
    names = _reporters(case)
    return [
        Deed(
            each.at,
            str(_SAID.get(each.verb, each.verb)),
            names.get(each.subject_id, "")
            if each.verb == "reported"
            else (each.actor.name if each.actor else ""),
        )
        for each in sorted(found.values(), key=lambda each: each.pk)
    ]


def _reporters(case: Case) -> dict[int, str]:
    """Who reported, in a word: a member by name, a visitor as one."""
    return {
        each.pk: each.reporter.name if each.reporter else _("a visitor")
        for each in case.reports.select_related("reporter")
    }


_SAID = {
    "opened": gettext_lazy("The case was opened"),
    "reported": gettext_lazy("A report came in"),
    "closed": gettext_lazy("A report was closed"),
    "asked to open": gettext_lazy("Asked for the second key"),
    "consented": gettext_lazy("Gave the second key"),
    "refused": gettext_lazy("Refused the second key"),
    "read sealed": gettext_lazy("Read what is sealed"),
    "decided": gettext_lazy("Decided"),
}
