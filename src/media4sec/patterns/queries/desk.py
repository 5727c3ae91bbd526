"""What one writes and reviews, the editors' desk, and how proposals leave the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, is_reader
from media4sec.members.speakers import Byline, Names
from media4sec.patterns.models import Judgement, Pattern, Proposal, Review, Voice
from media4sec.patterns.queries.proposals import Needed, full, is_outdated, needed_of

_MOST = 100


@dataclass(frozen=True)
class Card:
    """A proposal in a list."""

    proposal: Proposal
    who: Byline | None
    is_mine: bool
    needed: list[Needed]
    waits_for: str  # "editor", "reviewers", "authors"


@dataclass(frozen=True)
class Work:
    """What a member writes and reviews, and what waits for somebody like them."""

    own: list[Card]
    reviews: list[Review]
    waiting: list[Card]
    has_themes: bool


@dataclass(frozen=True)
class Desk:
    """What waits for whom."""

    for_editors: list[Card]
    for_reviewers: list[Card]
    for_authors: list[Card]
    stale: list[Pattern]
    archived: list[Pattern]


def work_page(member: Member) -> Work:
    """Their own proposals, their reviews, and what waits for a reviewer who follows its theme."""
    themes = list(member.themes.values_list("pk", flat=True))
    waiting = Proposal.objects.waiting().exclude(Proposal.objects.team(member))
    waiting = waiting.exclude(reviews__reviewer=member, reviews__out_at=None)
    waiting = waiting.filter(Q(theme__in=themes) | Q(other_theme__in=themes))
    own = _cards(full(Proposal.objects.of(member))[:_MOST], member)
    reviews = Review.objects.open().filter(reviewer=member, proposal__state="in_review")
    return Work(
        own=own,
        reviews=list(reviews.select_related("proposal", "proposal__theme")[:_MOST]),
        waiting=[
            card
            for card in _cards(full(waiting).order_by("submitted_at")[:_MOST], member)
            if member.pk not in card.proposal.formers
        ],
        has_themes=bool(themes),
    )


def desk_page(member: Member) -> Desk:
    """All that is in review, and published texts that want a look."""
    found = full(Proposal.objects.waiting()).order_by("submitted_at")[:_MOST]
    cards = _cards(found, member)
    current = Pattern.objects.current().only("slug", "title", "review_by", "language")
    archived = Pattern.objects.filter(state=Pattern.State.ARCHIVED).order_by("title")
    return Desk(
        for_editors=[card for card in cards if card.waits_for == "editor"],
        for_reviewers=[card for card in cards if card.waits_for == "reviewers"],
        for_authors=[card for card in cards if card.waits_for == "authors"],
        stale=list(current.filter(review_by__lt=now().date()).order_by("review_by")[:20]),
        archived=list(archived.only("slug", "title", "language")[:20]),
    )


def _cards(found: Any, member: Member) -> list[Card]:
    proposals = list(found)
    shown = [each for each in proposals if not each.is_sealed or _is_of(each, member)]
    names = Names(member, [each.author for each in shown])
    return [
        Card(
            proposal=each,
            who=names.named(each.author) if each in shown else None,
            is_mine=_is_of(each, member),
            needed=needed_of(each),
            waits_for=_waits_for(each),
        )
        for each in proposals
    ]


def _is_of(proposal: Proposal, member: Member) -> bool:
    team = {proposal.author_id, *(each.pk for each in proposal.co_maintainers.all())}
    return member.pk in team


def _waits_for(proposal: Proposal) -> str:
    tones = {each.tone for each in needed_of(proposal)}
    if "no" in tones or is_outdated(proposal):
        return "authors"
    if proposal.has_passed:
        return "editor"
    return "reviewers"


def waiting_for_editor(member: Any) -> int:
    """What both reviews accept and this editor may publish; others cost no question."""
    if not is_reader(member) or not member.is_editor:
        return 0
    passed = Proposal.objects.waiting().filter(passed_version=F("version"))
    return passed.exclude(Proposal.objects.team(member)).count()


# How they leave the house


def fetch_proposals(pks: Iterable[int]) -> list[Proposal]:
    found = Proposal.objects.filter(pk__in=list(pks)).select_related("author")
    return list(found.prefetch_related("co_maintainers"))


def writers_of_proposal(proposal: Proposal) -> list[int]:
    return [proposal.author_id, *(each.pk for each in proposal.co_maintainers.all())]


def proposal_entry(proposal: Proposal) -> Entry:
    """Its name only, and nobody's: the text is read on its page."""
    is_open = proposal.state in Proposal.OPEN
    return Entry(
        ref=Ref.to(proposal),
        title=proposal.title,
        text="",
        html="",
        url=proposal.get_absolute_url(),
        label=Label.GREEN if is_open else Label.RED,
        attribution=Attribution.CHATHAM if proposal.is_sealed else Attribution.NAMED,
        author=_("A member") if proposal.is_sealed else proposal.author.shown_name,
        author_id=None if proposal.is_sealed else proposal.author_id,
        at=proposal.submitted_at or proposal.begun_at,
        themes=tuple(pk for pk in (proposal.theme_id, proposal.other_theme_id) if pk),
        language=proposal.language,
        reader_ids=() if is_open else tuple(writers_of_proposal(proposal)),
    )


def fetch_reviews(pks: Iterable[int]) -> list[Review]:
    found = Review.objects.filter(pk__in=list(pks))
    return list(found.select_related("proposal", "reviewer"))


def writers_of_review(review: Review) -> list[int]:
    return [review.reviewer_id]


def review_entry(review: Review) -> Entry:
    """That a review is wanted or changed: for its writer, by the name of its text."""
    return Entry(
        ref=Ref.to(review),
        title=review.proposal.title,
        text="",
        html="",
        url=review.get_absolute_url(),
        label=Label.GREEN,
        attribution=Attribution.CHATHAM,
        author=_("A member"),
        author_id=None,
        at=review.signed_at or review.begun_at,
        language=review.proposal.language,
    )


def own_trust(member: Member) -> dict[str, Any]:
    """What a member proposed, reviewed, judged and said of their own side: for their export."""
    proposals = Proposal.objects.filter(author=member).order_by("pk")
    signed = Review.objects.filter(reviewer=member, signed_at__isnull=False)
    judged = Judgement.objects.filter(author=member).order_by("pk")
    said = Voice.objects.there().filter(author=member).order_by("pk")
    words = ("title", "summary", "content", "changes", "emmie", "state", "language")
    return {
        "proposals": [
            {"url": each.get_absolute_url(), **{name: getattr(each, name) for name in words}}
            for each in proposals
        ],
        "reviews": list(
            signed.values("proposal_id", "kind", "version", "verdict", "text", "points")
        ),
        "judgements": list(judged.values("pattern__slug", "face", "group", "because")),
        "voices": [{"url": each.get_absolute_url(), "text": each.text} for each in said],
    }
