"""Reviews of a text, whatever it is: who said what, how far each kind is, whom one may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, prefetch_related_objects
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import revisions
from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.kit.models import Revision
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, is_reader
from media4sec.members.speakers import (
    Byline,
    Names,
    possible_speakers,
    sealed,
    shown_to,
    speakers_of,
)
from media4sec.patterns.account import Account
from media4sec.patterns.models import Experience, Pattern, Proposal, Review, UnderReview

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


def with_reviews() -> Prefetch[Any]:
    return Prefetch("reviews", Review.objects.select_related("reviewer"), to_attr="all_reviews")


def all_of(subject: UnderReview) -> list[Review]:
    """Its reviews, fetched already."""
    found: list[Review] = subject.all_reviews  # type: ignore[attr-defined]
    return found


def open_of(visitor: Any, subject: UnderReview) -> Review | None:
    """The review this visitor has taken, and not signed."""
    own = (each for each in all_of(subject) if each.is_open and each.reviewer_id == visitor.pk)
    return next(own, None)


def row_of(review: Review, subject: UnderReview, byline: Callable[[Member], Byline]) -> ReviewRow:
    return ReviewRow(
        pk=review.pk,
        kind=str(Review.Kind(review.kind).label),
        verdict=str(Review.Verdict(review.verdict).label),
        tone=_TONES[Review.Verdict(review.verdict)],
        who=byline(review.reviewer),
        html=review.html,
        points=review.points,
        version=review.version,
        day=review.signed_at or review.begun_at,
        is_of_now=review.version == subject.version,
        is_out=review.out_at is not None,
    )


def needed_of(subject: UnderReview) -> list[Needed]:
    """How far each of the two reviews is, by what was said of the text as it is now."""
    rows = []
    for kind in Review.Kind:
        own = [each for each in all_of(subject) if each.kind == kind and each.out_at is None]
        said = {each.verdict for each in own if each.signed_at and each.version == subject.version}
        if said == {Review.Verdict.ACCEPT}:
            rows.append(Needed(str(kind.label), _("accepted"), "ok"))
        elif said:
            rows.append(Needed(str(kind.label), _("changes wanted"), "no"))
        elif any(each.is_open for each in own):
            rows.append(Needed(str(kind.label), _("being read"), "wait"))
        else:
            rows.append(Needed(str(kind.label), _("nobody yet"), "wait"))
    return rows


def since_read(
    visitor: Any, subject: UnderReview, words: str
) -> tuple[SafeString, SafeString] | None:
    """What changed since the version this visitor signed; ``words``: title and text as they are."""
    signed = [each for each in all_of(subject) if each.reviewer_id == visitor.pk and each.signed_at]
    read = max((each.version for each in signed), default=0)
    if not 0 < read < subject.version:
        return None
    here = Ref.to(subject)
    old = Revision.objects.filter(thing_kind=here.kind, thing_id=here.pk, version=read).first()
    if old is None:
        return None
    pieces = revisions.compare(f"{old.title}\n{old.body}", words)
    return revisions.marked(pieces, "del"), revisions.marked(pieces, "ins")


def candidates_for(visitor: Member, subject: Proposal | Experience) -> list[Member]:
    """Members whom one finds in the directory and who show that they follow its theme; for an
    experience, among those who may read it, and in a circle among its members."""
    themes = [pk for pk in (subject.theme_id, subject.other_theme_id) if pk]
    out = {subject.author_id, visitor.pk}
    out |= set(subject.reviews.values_list("reviewer_id", flat=True))
    found = Member.objects.findable().filter(shown_to(visitor, "themes"), themes__in=themes)
    if isinstance(subject, Proposal):
        out |= {*subject.formers, *(each.pk for each in subject.co_maintainers.all())}
    else:
        found = found.filter(pk__in=possible_speakers(subject).values("pk"))
    return list(found.exclude(pk__in=out).distinct().order_by("name", "pk")[:_MOST_CANDIDATES])


def as_choices(visitor: Any, people: list[Member]) -> list[tuple[int, str]]:
    """As a form offers them."""
    names = Names(visitor, people)
    said = [(each.pk, names.named(each)) for each in people]
    return [(pk, f"{who.name} · {who.role}" if who.role else who.name) for pk, who in said]


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
    return [row_of(each, each.subject, names.named) for each in found]


# Of an experience


@dataclass(frozen=True)
class ReviewState:
    """Whether an experience is reviewed, and all that its page says of it."""

    state: str  # "reviewed", "stale", "in_review", "earlier", "shared"
    title: str
    tone: str
    needed: list[Needed]
    signed: list[tuple[str, datetime]]  # what was accepted, and when
    rows: list[ReviewRow]
    mine: Review | None  # the visitor's open review
    may: frozenset[str]


#: state → what it is called, and the status it is shown as
_STATES = {
    "reviewed": (gettext_lazy("Reviewed"), "ok"),
    "stale": (gettext_lazy("Reviewed, may be out of date"), "wait"),
    "in_review": (gettext_lazy("In review"), "wait"),
    "earlier": (gettext_lazy("An earlier version was reviewed"), "wait"),
    "shared": (gettext_lazy("Shared, not reviewed"), ""),
}


def review_state(visitor: Any, experience: Experience) -> ReviewState:
    """One query for the reviews, and one or two more for the names of those who signed."""
    prefetch_related_objects([experience], with_reviews())
    state = _state_of(experience)
    shown = _shown(visitor, experience)
    return ReviewState(
        state=state,
        title=str(_STATES[state][0]),
        tone=_STATES[state][1],
        needed=needed_of(experience) if experience.is_in_review else [],
        signed=[
            (str(Review.Kind(each.kind).label), each.signed_at)
            for each in all_of(experience)
            if each.signed_at and each.version == experience.passed_version
        ],
        rows=_rows(visitor, experience, shown),
        mine=open_of(visitor, experience) if experience.is_in_review else None,
        may=_may(visitor, experience),
    )


def is_stale(experience: Experience) -> bool:
    """Whether it was to be looked at again before today."""
    day = experience.review_by
    return experience.has_passed and day is not None and day < now().date()


def _state_of(experience: Experience) -> str:
    if experience.has_passed:
        return "stale" if is_stale(experience) else "reviewed"
    if experience.is_in_review:
        return "in_review"
    return "earlier" if experience.passed_version else "shared"


def _shown(visitor: Any, experience: Experience) -> list[Review]:
    """``visible_to`` among reviews fetched already; a test holds the two together."""
    if not experience.is_there:
        return []
    reads_all = is_reader(visitor) and (visitor.is_editor or visitor.pk == experience.author_id)
    passed = experience.passed_version
    return [
        each
        for each in all_of(experience)
        if each.signed_at
        and (
            reads_all
            or (is_reader(visitor) and each.reviewer_id == visitor.pk)
            or (each.is_public and each.version == passed)
        )
    ]


def _rows(visitor: Any, experience: Experience, shown: list[Review]) -> list[ReviewRow]:
    """A review inherits the seal of its experience: under it, nobody learns who wrote it; also
    not when its author has shown their own name since."""
    if not shown:
        return []
    if not experience.seals_voices:
        names = Names(visitor, [each.reviewer for each in shown])
        return [row_of(each, experience, names.named) for each in shown]
    speakers, here = speakers_of([experience]), Ref.to(experience)

    def byline(member: Member) -> Byline:
        return sealed(speakers.get((here, member.pk)), visitor=visitor)

    return [row_of(each, experience, byline) for each in shown]


def _may(visitor: Any, experience: Experience) -> frozenset[str]:
    if not is_reader(visitor) or not experience.is_there:
        return frozenset()
    is_mine = visitor.pk == experience.author_id
    if not experience.is_in_review:
        can_begin = is_mine and _may_be_reviewed(experience)
        wants = can_begin and may(visitor, "patterns.want_review", experience)
        return frozenset({"want"} if wants else ())
    asked = {"review": "patterns.review", "ask": "patterns.ask_reviewers"}
    asked |= {"withdraw": "patterns.want_review"} if is_mine else {}
    return frozenset(short for short, name in asked.items() if may(visitor, name, experience))


def _may_be_reviewed(experience: Experience) -> bool:
    """A full entry that others than its named readers may read, and changed since it passed."""
    is_red = experience.label == Label.RED
    return not (experience.is_note or experience.has_passed or is_red)


def experience_since(visitor: Any, experience: Experience) -> tuple[SafeString, SafeString] | None:
    """What changed in an experience since this visitor signed."""
    account = Account.of(experience, experience.patterns.all())
    return since_read(visitor, experience, f"{account.title}\n{account.as_text()}")
