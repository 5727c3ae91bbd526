"""Proposals and reviews: one's own work, the page of a text in the making, the editors' desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit import revisions
from media4sec.kit.models import Revision
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.members.speakers import Byline, Names, shown_to
from media4sec.patterns.card import lines_of
from media4sec.patterns.models import (
    Actor,
    Evidence,
    Pattern,
    Phase,
    Platform,
    Proposal,
    Relation,
    Review,
)
from media4sec.patterns.queries.reading import Box, Reading, boxes_of, reading_of

_MOST_CANDIDATES = 30
_TONES = {Review.Verdict.ACCEPT: "ok", Review.Verdict.REVISE: "wait", Review.Verdict.REJECT: "no"}


@dataclass(frozen=True)
class ReviewRow:
    """A signed review as its readers see it."""

    pk: int
    kind: str
    verdict: str
    tone: str
    who: Byline
    html: str
    points: list[str]
    version: int
    day: datetime
    is_of_now: bool  # of the text as it is
    is_out: bool  # its writer became an author


@dataclass(frozen=True)
class Needed:
    """One of the two reviews, and how far it is."""

    kind: str
    said: str
    tone: str


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
    is_outdated: bool  # the pattern has a newer text
    since: tuple[SafeString, SafeString] | None  # with the version the visitor signed
    candidates: list[Byline]
    candidate_choices: list[tuple[int, str]]


def proposal_at(visitor: Any, pk: int) -> Proposal | None:
    """The proposal, if this visitor may read it."""
    if pk >= 2**63:
        return None
    return full(Proposal.objects.visible_to(visitor)).filter(pk=pk).first()


def full(found: Any) -> Any:
    return found.select_related(
        "author", "theme", "other_theme", "pattern", "group"
    ).prefetch_related("co_maintainers", _reviews())


def _reviews() -> Prefetch[Any]:
    return Prefetch("reviews", Review.objects.select_related("reviewer"), to_attr="all_reviews")


def proposal_page(visitor: Member, proposal: Proposal) -> ProposalPage:
    """All of its page: a few queries, however many reviews there are."""
    team = [proposal.author, *proposal.co_maintainers.all()]
    is_mine = visitor.pk in {each.pk for each in team}
    signed = _signed(visitor, proposal, is_mine=is_mine)
    shown = [] if proposal.is_sealed and not is_mine else team
    allowed = _may(visitor, proposal)
    people = _candidates(visitor, proposal) if "ask" in allowed else []
    names = Names(visitor, [*shown, *(each.reviewer for each in signed), *people])
    candidates = [names.named(each) for each in people]
    return ProposalPage(
        proposal=proposal,
        reading=reading_of(proposal.title, proposal.summary, proposal.content, proposal.html),
        facts=_facts(proposal),
        boxes=boxes_of(proposal.emmie),
        level=str(Evidence(proposal.evidence).label),
        who=[names.named(each) for each in shown],
        is_mine=is_mine,
        needed=needed_of(proposal),
        reviews=[_row(each, proposal, names) for each in signed],
        mine=_open(visitor, proposal),
        may=allowed,
        compared=_compared(proposal),
        is_outdated=is_outdated(proposal),
        since=_since(visitor, proposal),
        candidates=candidates,
        candidate_choices=[
            (each.pk, f"{said.name} · {said.role}" if said.role else said.name)
            for each, said in zip(people, candidates, strict=True)
        ],
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
        for each in proposal.all_reviews  # type: ignore[attr-defined]
        if each.signed_at
        and (
            is_mine
            or visitor.is_editor
            or each.reviewer_id == visitor.pk
            or (is_over and each.is_public)
        )
    ]


def _open(visitor: Member, proposal: Proposal) -> Review | None:
    reviews: list[Review] = proposal.all_reviews  # type: ignore[attr-defined]
    own = (each for each in reviews if each.is_open and each.reviewer_id == visitor.pk)
    return next(own, None)


def _row(review: Review, proposal: Proposal, names: Names) -> ReviewRow:
    return ReviewRow(
        pk=review.pk,
        kind=str(Review.Kind(review.kind).label),
        verdict=str(Review.Verdict(review.verdict).label),
        tone=_TONES[Review.Verdict(review.verdict)],
        who=names.named(review.reviewer),
        html=review.html,
        points=review.points,
        version=review.version,
        day=review.signed_at or review.begun_at,
        is_of_now=review.version == proposal.version,
        is_out=review.out_at is not None,
    )


def needed_of(proposal: Proposal) -> list[Needed]:
    """How far each of the two reviews is, by what was said of the text as it is now."""
    reviews: list[Review] = proposal.all_reviews  # type: ignore[attr-defined]
    rows = []
    for kind in Review.Kind:
        own = [each for each in reviews if each.kind == kind and each.out_at is None]
        said = {each.verdict for each in own if each.signed_at and each.version == proposal.version}
        if said == {Review.Verdict.ACCEPT}:
            rows.append(Needed(str(kind.label), _("accepted"), "ok"))
        elif said:
            rows.append(Needed(str(kind.label), _("changes wanted"), "no"))
        elif any(each.is_open for each in own):
            rows.append(Needed(str(kind.label), _("being read"), "wait"))
        else:
            rows.append(Needed(str(kind.label), _("nobody yet"), "wait"))
    return rows


def _facts(proposal: Proposal) -> list[tuple[str, str]]:
    titles = dict(
        Pattern.objects.filter(slug__in=[row["to"] for row in proposal.relations]).values_list(
            "slug", "title"
        )
    )
    rows = [
        (_("Who acts"), _many(Actor, proposal.actors)),
        (_("Platforms"), _many(Platform, proposal.platforms)),
        (_("When"), _many(Phase, proposal.phases)),
        (_("Group"), proposal.group.title if proposal.group else ""),
    ]
    rows += [
        (str(Relation(row["how"]).label), titles[row["to"]])
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
    return f"{text.title}\n{lines_of(text.summary, text.content)}"


def _compared(proposal: Proposal) -> tuple[SafeString, SafeString] | None:
    """Nothing to compare for a new pattern, nor once it is published."""
    if proposal.pattern is None or proposal.decided_at:
        return None
    return compare_words(proposal.pattern, proposal)


def _since(visitor: Member, proposal: Proposal) -> tuple[SafeString, SafeString] | None:
    """What changed since the version this visitor signed."""
    reviews: list[Review] = proposal.all_reviews  # type: ignore[attr-defined]
    read = [each.version for each in reviews if each.reviewer_id == visitor.pk and each.signed_at]
    if not read or max(read) >= proposal.version:
        return None
    here = Ref.to(proposal)
    old = Revision.objects.filter(thing_kind=here.kind, thing_id=here.pk, version=max(read)).first()
    if old is None:
        return None
    pieces = revisions.compare(f"{old.title}\n{old.body}", _words(proposal))
    return revisions.marked(pieces, "del"), revisions.marked(pieces, "ins")


def _candidates(visitor: Member, proposal: Proposal) -> list[Member]:
    """Members whom one finds in the directory and who show that they follow its theme."""
    themes = [pk for pk in (proposal.theme_id, proposal.other_theme_id) if pk]
    out = {proposal.author_id, *proposal.formers, visitor.pk}
    out |= {each.pk for each in proposal.co_maintainers.all()}
    out |= {each.reviewer_id for each in proposal.all_reviews}  # type: ignore[attr-defined]
    found = Member.objects.findable().filter(shown_to(visitor, "themes"), themes__in=themes)
    return list(found.exclude(pk__in=out).distinct().order_by("name", "pk")[:_MOST_CANDIDATES])


def published_reviews(visitor: Any, pattern: Pattern) -> list[ReviewRow]:
    """Signed reviews of the newest text whose writers let everybody read them; none are asked for
    while the text is the one that came with the software."""
    if pattern.is_starter or pattern.author_id is None:
        return []
    over = [Proposal.State.PUBLISHED, Proposal.State.SHARED]
    found = list(
        Review.objects.signed()
        .filter(is_public=True, version=F("proposal__version"))
        .filter(proposal__pattern=pattern, proposal__base_version=pattern.version)
        .filter(proposal__state__in=over)
        .select_related("reviewer", "proposal")
    )
    names = Names(visitor, [each.reviewer for each in found])
    return [_row(each, each.proposal, names) for each in found]
