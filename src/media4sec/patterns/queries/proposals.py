"""Proposals and reviews: one's own work, the page of a text in the making, the editors' desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit import revisions
from media4sec.kit.permissions import may
from media4sec.members.models import Member
from media4sec.members.speakers import Byline, Names
from media4sec.patterns.card import lines_of
from media4sec.patterns.models import (
    Actor,
    Evidence,
    Phase,
    Platform,
    Proposal,
    Relative,
    Review,
)
from media4sec.patterns.queries.history import Changed, evidence_changes
from media4sec.patterns.queries.reading import Box, Reading, boxes_of, reading_of
from media4sec.patterns.queries.relating import Related, changes, meanwhile, titles_of
from media4sec.patterns.queries.reviews import (
    Needed,
    ReviewRow,
    all_of,
    as_choices,
    candidates_for,
    needed_of,
    open_of,
    row_of,
    since_read,
    with_reviews,
)


@dataclass(frozen=True)
class ProposalPage:
    proposal: Proposal
    reading: Reading
    facts: list[tuple[str, str]]
    boxes: list[Box]
    level: str
    who: list[Byline]  # nobody, while names are sealed
    is_mine: bool
    needed: list[Needed]
    reviews: list[ReviewRow]
    mine: Review | None  # the visitor's open review
    may: set[str]
    compared: tuple[SafeString, SafeString] | None  # with the pattern as it is
    known: list[Changed]  # what is known otherwise than the pattern says
    related: list[Related]  # what changes in how it belongs together with others
    meanwhile: list[Related]  # and what others changed in that since
    is_outdated: bool  # the pattern has a newer text
    since: tuple[SafeString, SafeString] | None  # with the version the visitor signed
    candidates: list[tuple[int, str]]  # whom one may ask


def proposal_at(visitor: Any, pk: int) -> Proposal | None:
    """The proposal, if this visitor may read it."""
    if pk >= 2**63:
        return None
    return full(Proposal.objects.visible_to(visitor)).filter(pk=pk).first()


def full(found: Any) -> Any:
    return found.select_related(
        "author", "theme", "other_theme", "pattern", "group"
    ).prefetch_related("co_maintainers", with_reviews())


def proposal_page(visitor: Member, proposal: Proposal) -> ProposalPage:
    """All of its page: a few queries, however many reviews there are."""
    team = [proposal.author, *proposal.co_maintainers.all()]
    is_mine = visitor.pk in {each.pk for each in team}
    signed = _signed(visitor, proposal, is_mine=is_mine)
    shown = [] if proposal.is_sealed and not is_mine else team
    allowed = _may(visitor, proposal)
    people = candidates_for(visitor, proposal) if "ask" in allowed else []
    names = Names(visitor, [*shown, *(each.reviewer for each in signed)])
    titles = titles_of(proposal.relations, proposal.related_before)
    return ProposalPage(
        proposal=proposal,
        reading=reading_of(proposal.title, proposal.summary, proposal.content, proposal.html),
        facts=_facts(proposal, titles),
        boxes=boxes_of(proposal.emmie),
        level=str(Evidence(proposal.evidence).label),
        who=[names.named(each) for each in shown],
        is_mine=is_mine,
        needed=needed_of(proposal),
        reviews=[row_of(each, proposal, names.named) for each in signed],
        mine=open_of(visitor, proposal),
        may=allowed,
        compared=_compared(proposal),
        known=_known(proposal),
        related=changes(proposal, titles),
        meanwhile=meanwhile(proposal, titles),
        is_outdated=is_outdated(proposal),
        since=since_read(visitor, proposal, _words(proposal)),
        candidates=as_choices(visitor, people),
    )


def _may(visitor: Member, proposal: Proposal) -> set[str]:
    asked = {
        "edit": "patterns.edit_proposal",
        "review": "patterns.review",
        "ask": "patterns.ask_reviewers",
        "publish": "patterns.publish_proposal",
    }
    allowed = {short for short, name in asked.items() if may(visitor, name, proposal)}
    return allowed if proposal.is_in_review else allowed & {"edit"}


def _signed(visitor: Member, proposal: Proposal, *, is_mine: bool) -> list[Review]:
    """``visible_to`` among reviews fetched already; a test holds the two together."""
    is_over = proposal.state in {Proposal.State.PUBLISHED, Proposal.State.SHARED}
    return [
        each
        for each in all_of(proposal)
        if each.signed_at
        and (
            is_mine
            or visitor.is_editor
            or each.reviewer_id == visitor.pk
            or (is_over and each.is_public)
        )
    ]


def _facts(proposal: Proposal, titles: dict[str, str]) -> list[tuple[str, str]]:
    rows = [
        (_("Who acts"), _many(Actor, proposal.actors)),
        (_("Platforms"), _many(Platform, proposal.platforms)),
        (_("When"), _many(Phase, proposal.phases)),
        (_("Group"), proposal.group.title if proposal.group else ""),
    ]
    rows += [
        (str(Relative(row["how"]).label), titles[row["to"]])
        for row in proposal.relations
        if row["to"] in titles
    ]
    return [(term, value) for term, value in rows if value]


def _many(choices: Any, values: Iterable[str]) -> str:
    return ", ".join(str(choices(value).label) for value in values if value in choices)


def is_outdated(proposal: Proposal) -> bool:
    making = proposal.state in {Proposal.State.DRAFT, Proposal.State.IN_REVIEW}
    pattern = proposal.pattern
    return bool(making and pattern and pattern.version != proposal.base_version)


def compare_words(old: Any, new: Any) -> tuple[SafeString, SafeString]:
    """Two texts of a pattern side by side, what went and what came."""
    pieces = revisions.compare(_words(old), _words(new))
    return revisions.marked(pieces, "del"), revisions.marked(pieces, "ins")


def _words(text: Any) -> str:
    return f"{text.title}\n{lines_of(text.summary, text.content, text.picture)}"


def _compared(proposal: Proposal) -> tuple[SafeString, SafeString] | None:
    """Nothing to compare for a new pattern, nor once it is published."""
    if proposal.pattern is None or proposal.decided_at:
        return None
    return compare_words(proposal.pattern, proposal)


def _known(proposal: Proposal) -> list[Changed]:
    """How evidence changes, with the same end: what is published is no change any more."""
    if proposal.pattern is None or proposal.decided_at:
        return []
    return evidence_changes(proposal.pattern, proposal)
