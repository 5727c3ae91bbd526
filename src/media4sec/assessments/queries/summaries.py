"""What others may learn of checks: the list, one of them, and what stands beside a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Summary
from media4sec.assessments.packs.shelf import in_force, rulebook
from media4sec.assessments.queries.addresses import guide_url
from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain, trusted
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.members.speakers import Byline, Names, sealed, speakers_of

#: So many stand beside a pattern; the list has the others.
MOST_BESIDE = 3
#: So many words in a row that stand in the plan, too, were hardly written for others.
_IN_A_ROW = 8
_TONES: dict[str, str] = {
    Check.State.APPROVED: "ok",
    Check.State.CONDITIONS: "wait",
    Check.State.REFUSED: "stop",
}


@dataclass(frozen=True)
class SummaryRow:
    """A summary as this visitor may read it."""

    summary: Summary
    who: Byline | None
    html: str
    activity: str
    guide: str
    outcome: str
    tone: str
    rules: str  # "EU base 0.3.0, Germany 0.1.0"

    @property
    def gap(self) -> str:
        if not self.summary.is_withheld:
            return ""
        return f"{_('Hidden by a moderator.')} {self.summary.standing_reason}".strip()


def summary_at(visitor: Any, pk: int) -> SummaryRow | None:
    if pk >= 2**63:
        return None
    found = list(_summaries(visitor).filter(pk=pk))
    return _rows(found, visitor)[0] if found else None


def summaries_page(visitor: Any, *, activity: str = "", before: str, after: str) -> Page[Any]:
    """The newest first."""
    found = _summaries(visitor).shown()
    if activity:
        found = found.filter(activity=activity)
    page = keyset_page(found, by="published_at", before=before, after=after)
    return Page(_rows(page.rows, visitor), page.older, page.newer)


def summaries_about(visitor: Any, ref: Ref) -> list[SummaryRow]:
    """Those beside a thing, in one query; sealed or named, it does not say by whom."""
    found = _summaries(visitor).shown().filter(about=str(ref)).defer("text", "html")
    return [_row(each, None) for each in found[:MOST_BESIDE]]


def _summaries(visitor: Any) -> Any:
    return Summary.objects.visible_to(visitor).select_related("author", "check_of")


def _rows(found: list[Summary], visitor: Any) -> list[SummaryRow]:
    hidden = [each for each in found if each.is_chatham]
    speakers = speakers_of(hidden) if hidden else {}
    names = Names(visitor, [each.author for each in found if not each.is_chatham])
    return [
        _row(
            each,
            sealed(speakers.get((Ref.to(each), each.author_id)), visitor=visitor)
            if each.is_chatham
            else names.named(each.author),
        )
        for each in found
    ]


def _row(summary: Summary, who: Byline | None) -> SummaryRow:
    activity = rulebook().whole.activities.get(summary.activity)
    return SummaryRow(
        summary=summary,
        who=None if summary.is_withheld else who,
        html="" if who is None or summary.is_withheld else trusted(summary.html),
        activity=activity.title if activity else "",
        guide=guide_url(summary.activity) if activity else "",
        outcome=str(Check.State(summary.outcome).label),
        tone=_TONES[summary.outcome] if summary.holds else "",
        rules=", ".join(f"{_title(pack['id'])} {pack['version']}" for pack in summary.packs),
    )


def _title(key: str) -> str:
    """As the rules call themselves today; those no longer in force by their key."""
    return next((each.pack.title for each in in_force().packs.values() if each.pack.id == key), key)


# Before it is told


def summary_of(check: Check) -> Summary | None:
    """The one there is, for who writes it."""
    return Summary._base_manager.filter(check_of=check).select_related("author").first()


def names_in(check: Check, text: str) -> list[str]:
    """Names of the check's people that stand in a text."""
    people = {check.author, check.owner, *(part.member for part in check.parts.all())}
    names = {each.shown_name for each in people if each}
    return sorted(name for name in names if name and _stands_in(name, text))


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def kept_words(check: Check, text: str) -> list[str]:
    """Passages of a text that stand word for word in the plan or in an answer."""
    said = [check.description, *check.answers.values_list("words", flat=True)]
    said += check.answers.values_list("comment", flat=True)
    known = {run for words in said for run in _runs(words)}
    found: list[str] = []
    end = -1
    for at, run in enumerate(_runs(text)):
        if run in known:
            found = [*found[:-1], f"{found[-1]} {run.split()[-1]}"] if at == end else [*found, run]
            end = at + 1
    return found


def _runs(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [" ".join(words[at : at + _IN_A_ROW]) for at in range(len(words) - _IN_A_ROW + 1)]


# How it leaves the house


def fetch_summaries(pks: Iterable[int]) -> list[Summary]:
    found = list(
        Summary.objects.filter(pk__in=list(pks), is_out=True).select_related("author", "check_of")
    )
    speakers = speakers_of([each for each in found if each.is_chatham])
    for each in found:
        each.speaker = speakers.get((Ref.to(each), each.author_id))  # type: ignore[attr-defined]
    return found


def summary_entry(summary: Summary) -> Entry:
    """As far as its label and attribution let it go; nothing of its check goes with it."""
    chatham = summary.is_chatham
    if chatham and not hasattr(summary, "speaker"):
        speaker = speakers_of([summary]).get((Ref.to(summary), summary.author_id))
        summary.speaker = speaker  # type: ignore[attr-defined]
    return Entry(
        ref=Ref.to(summary),
        title=summary.title,
        text=plain(summary.html),
        html=summary.html,
        url=summary.get_absolute_url(),
        label=Label(summary.label),
        attribution=Attribution(summary.attribution),
        author=(
            str(sealed(summary.speaker))  # type: ignore[attr-defined]
            if chatham
            else summary.author.shown_name
        ),
        author_id=None if chatham else summary.author_id,
        at=summary.published_at,
        is_withheld=summary.is_withheld or not summary.is_out,
    )


def own_summaries(member: Member) -> list[dict[str, Any]]:
    """What a member told, for the file they take along."""
    found = Summary._base_manager.filter(author=member, is_out=True).order_by("pk")
    return [
        {
            "url": each.get_absolute_url(),
            **{name: getattr(each, name) for name in ("title", "text", "label", "attribution")},
            "published_at": each.published_at.isoformat(),
        }
        for each in found
    ]
