"""What one writes and reviews, the editors' desk, and how proposals leave the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Withheld
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, is_reader
from media4sec.members.speakers import Byline, Names
from media4sec.patterns.models import (
    Experience,
    Judgement,
    Pattern,
    Proposal,
    Review,
    UnderReview,
    Voice,
)
from media4sec.patterns.queries.proposals import full, is_outdated
from media4sec.patterns.queries.reviews import Needed, all_of, needed_of, with_reviews
from media4sec.patterns.queries.tried import listed, rows_of_tried

_MOST = 100


@dataclass(frozen=True)
class Card:
    """A text in the making, or an experience in review, in a list."""

    title: str
    url: str
    language: str
    icon: str
    theme: str
    label: str
    at: datetime
    who: Byline | None  # nobody, while names are sealed
    state: str  # in words; "" while it is in review
    is_mine: bool
    needed: list[Needed]
    waits_for: str  # "editor", "reviewers", "authors"


@dataclass(frozen=True)
class Taken:
    """A review that a member has taken, and not signed."""

    kind: str
    title: str
    url: str
    write_url: str
    theme: str
    label: str
    language: str


@dataclass(frozen=True)
class Stale:
    """What was to be looked at again before today."""

    title: str
    url: str
    language: str
    day: date
    label: str


@dataclass(frozen=True)
class Work:
    """What a member writes and reviews, and what waits for somebody like them."""

    own: list[Card]
    reviews: list[Taken]
    waiting: list[Card]
    has_themes: bool


@dataclass(frozen=True)
class Desk:
    """What waits for whom."""

    for_editors: list[Card]
    for_reviewers: list[Card]
    for_authors: list[Card]
    stale: list[Stale]
    archived: list[Pattern]


def work_page(member: Member) -> Work:
    """Their own texts, their reviews, and what waits for a reviewer who follows its theme."""
    themes = list(member.themes.values_list("pk", flat=True))
    of_theme = Q(theme__in=themes) | Q(other_theme__in=themes)
    waiting = Proposal.objects.waiting().exclude(Proposal.objects.team(member)).filter(of_theme)
    waiting = waiting.exclude(reviews__reviewer=member, reviews__out_at=None)
    waiting = waiting.exclude(passed_version=F("version"))
    own = _cards(full(Proposal.objects.of(member))[:_MOST], member)
    told = _told_cards(_wished(member).filter(of_theme | Q(author=member)), member)
    return Work(
        own=[*own, *(card for card, _each in told if card.is_mine)],
        reviews=_taken(member),
        waiting=[
            *_cards(_never_theirs(member, full(waiting).order_by("submitted_at")[:_MOST]), member),
            *(card for card, each in told if not card.is_mine and not _reviews_it(member, each)),
        ],
        has_themes=bool(themes),
    )


def _never_theirs(member: Member, proposals: Any) -> list[Proposal]:
    return [each for each in proposals if member.pk not in each.formers]


def _taken(member: Member) -> list[Taken]:
    """Of what they may not read any more, nothing is said."""
    found = Review.objects.visible_to(member).open().filter(reviewer=member)
    in_review = Q(proposal__state="in_review") | Q(experience__review_wished_at__isnull=False)
    near = ("proposal__theme", "experience__theme")
    return [
        Taken(
            kind=str(Review.Kind(review.kind).label),
            title=review.subject.title,
            url=review.subject.get_absolute_url(),
            write_url=review.subject.review_url,
            theme=review.subject.theme.title,
            label=_label_of(review),
            language=review.subject.language,
        )
        for review in found.filter(in_review).select_related(*near)[:_MOST]
    ]


def _reviews_it(member: Member, subject: UnderReview) -> bool:
    return any(each.reviewer_id == member.pk and not each.out_at for each in all_of(subject))


def desk_page(member: Member) -> Desk:
    """All that is in review and this editor may read, and published texts that want a look."""
    found = full(Proposal.objects.waiting()).order_by("submitted_at")[:_MOST]
    told = [card for card, _each in _told_cards(_wished(member), member)]
    cards = [*_cards(found, member), *told]
    archived = Pattern.objects.filter(state=Pattern.State.ARCHIVED).order_by("title")
    return Desk(
        for_editors=[card for card in cards if card.waits_for == "editor"],
        for_reviewers=[card for card in cards if card.waits_for == "reviewers"],
        for_authors=[card for card in cards if card.waits_for == "authors"],
        stale=_stale(member),
        archived=list(archived.only("slug", "title", "language")[:20]),
    )


def _stale(member: Member) -> list[Stale]:
    today = now().date()
    patterns = Pattern.objects.current().only("slug", "title", "review_by", "language")
    told = listed(member).filter(passed_version=F("version"), review_by__lt=today)
    found: list[Any] = [
        *patterns.filter(review_by__lt=today).order_by("review_by")[:20],
        *told.order_by("review_by")[:20],
    ]
    return [
        Stale(
            title=each.title,
            url=each.get_absolute_url(),
            language=each.language,
            day=each.review_by,
            label=each.label if isinstance(each, Experience) else "",
        )
        for each in sorted(found, key=lambda each: each.review_by)[:20]
    ]


def _wished(member: Member) -> Any:
    """Experiences that wait for reviews, as far as a list may show them to this member."""
    found = listed(member).filter(review_wished_at__isnull=False).order_by("review_wished_at")
    return found.select_related("author", "theme").prefetch_related(with_reviews())


def _told_cards(found: Any, member: Member) -> list[tuple[Card, Experience]]:
    experiences = list(found[:_MOST])
    rows = zip(experiences, rows_of_tried(experiences, member), strict=True)
    return [
        (
            Card(
                title=row.title,
                url=row.url,
                language=row.language,
                icon="map-pinned",
                theme=each.theme.title,
                label=row.label,
                at=each.review_wished_at,
                who=row.who,
                state="",
                is_mine=each.author_id == member.pk,
                needed=needed_of(each),
                waits_for=_waits_for(each),
            ),
            each,
        )
        for each, row in rows
    ]


def _cards(found: Any, member: Member) -> list[Card]:
    proposals = list(found)
    shown = [each for each in proposals if not each.is_sealed or _is_of(each, member)]
    names = Names(member, [each.author for each in shown])
    return [
        Card(
            title=each.title,
            url=each.get_absolute_url(),
            language=each.language,
            icon="network",
            theme=each.theme.title,
            label="",
            at=each.edited_at,
            who=names.named(each.author) if each in shown else None,
            state="" if each.is_in_review else str(Proposal.State(each.state).label),
            is_mine=_is_of(each, member),
            needed=needed_of(each),
            waits_for=_waits_for(each),
        )
        for each in proposals
    ]


def _is_of(proposal: Proposal, member: Member) -> bool:
    team = {proposal.author_id, *(each.pk for each in proposal.co_maintainers.all())}
    return member.pk in team


def _waits_for(subject: UnderReview) -> str:
    tones = {each.tone for each in needed_of(subject)}
    if "no" in tones or (isinstance(subject, Proposal) and is_outdated(subject)):
        return "authors"
    return "editor" if subject.has_passed else "reviewers"


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


def writers_of_pattern(pattern: Pattern) -> list[int]:
    """Who wrote a text of it that was published: they hear of what becomes of it."""
    if pattern.author_id is None:
        return []
    over = pattern.proposals.order_by().filter(
        state__in=[Proposal.State.PUBLISHED, Proposal.State.SHARED]
    )
    helps = Proposal.co_maintainers.through.objects.filter(proposal__in=over)
    found = over.values_list("author_id", flat=True).union(
        helps.values_list("member_id", flat=True)
    )
    return sorted({pattern.author_id, *found})


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
    """Those whose text is there: of what was taken back or hidden, no review says a word."""
    there = Q(proposal__isnull=False) | Q(experience__in=Experience.objects.standing().order_by())
    found = Review.objects.filter(there, pk__in=list(pks))
    return list(found.select_related("proposal", "experience", "reviewer"))


def writers_of_review(review: Review) -> list[int]:
    return [review.reviewer_id]


def review_entry(review: Review) -> Entry:
    """That a review is wanted or changed: for its writer, by the name of its text. It goes as far
    as that text does, and names nobody."""
    subject, told = review.subject, review.experience
    label = Label(told.label) if told else Label.GREEN
    return Entry(
        ref=Ref.to(review),
        title=subject.title,
        text="",
        html="",
        url=review.get_absolute_url(),
        label=label,
        attribution=Attribution.CHATHAM,
        author=_("A member"),
        author_id=None,
        at=review.signed_at or review.begun_at,
        circle_id=told.circle_id if told else None,
        language=subject.language,
        reader_ids=(review.reviewer_id,) if label == Label.RED else (),
        is_withheld=told.is_withheld if told else False,
    )


def _label_of(review: Review) -> str:
    return review.experience.label if review.experience else ""


def own_trust(member: Member) -> dict[str, Any]:
    """What a member proposed, reviewed, judged and said of their own side: for their export."""
    proposals = Proposal.objects.filter(author=member).order_by("pk")
    signed = Review.objects.filter(reviewer=member, signed_at__isnull=False)
    said = Voice.objects.there().filter(author=member).order_by("pk")
    hidden = _withheld(said, "text")
    words = ("title", "summary", "content", "changes", "emmie", "picture", "state", "language")
    return {
        "proposals": [
            {"url": each.get_absolute_url(), **{name: getattr(each, name) for name in words}}
            for each in proposals
        ],
        "reviews": list(
            signed.values(
                "proposal_id", "experience_id", "kind", "version", "verdict", "text", "points"
            )
        ),
        "judgements": _judged(member),
        "voices": [
            {"url": each.get_absolute_url(), "text": hidden.get(each.pk, each.text)}
            for each in said
        ],
    }


def _judged(member: Member) -> list[dict[str, Any]]:
    judged = Judgement.objects.filter(author=member).order_by("pk").select_related("pattern")
    hidden = _withheld(judged, "because")
    return [
        {
            "pattern": each.pattern.slug,
            "face": each.face,
            "group": each.group,
            "because": hidden.get(each.pk, each.because),
        }
        for each in judged
    ]


def _withheld(things: Iterable[Judgement | Voice], name: str) -> dict[int, str]:
    """What moderators hid is still its author's own."""
    refs = [Ref.to(each) for each in things if each.is_withheld]
    if not refs:
        return {}
    rows = Withheld.objects.filter(thing_kind=refs[0].kind, thing_id__in=[ref.pk for ref in refs])
    return {row.thing_id: row.words.get(name, "") for row in rows}
