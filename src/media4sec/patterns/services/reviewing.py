"""Reviews: two pairs of eyes without a conflict, each on the text as it is now.

Proposals and experiences are reviewed in the same way. An editor publishes the one; the other was
published by who told it, so that it is called reviewed as soon as both accept it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown, typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Draft
from media4sec.kit.permissions import may, require
from media4sec.members.audience import readers_of
from media4sec.members.models import Member
from media4sec.members.rules import in_circle
from media4sec.members.sharing import refuse_archived
from media4sec.members.speakers import let_speak
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import Experience, Proposal, Review, UnderReview
from media4sec.patterns.models.reviewing import REVIEW_AFTER, years_from

_SHORTEST, _LONGEST = 20, 10_000
_MOST_POINTS = 20


class ReadAnotherVersion(Refused):
    """The text changed between reading and signing."""

    def __init__(self) -> None:
        super().__init__(
            _("The text was changed while you were reading. Read it again, then sign.")
        )


def enter(subject: UnderReview, *, by: Any, permission: str) -> None:
    """Gate and lock; asked twice, for it may have changed while we waited."""
    require(by, permission, subject)
    subject.refresh_from_db(from_queryset=type(subject)._default_manager.select_for_update())
    require(by, permission, subject)


def team_of(subject: UnderReview) -> list[Member]:
    """Those who work on it, its author first."""
    helpers = subject.co_maintainers.order_by("pk") if isinstance(subject, Proposal) else ()
    return [subject.author, *helpers]


@transaction.atomic
def offer(subject: UnderReview, *, by: Member, kind: str, declares: Any) -> Review:
    """A member takes a review, and says that nothing stands between them and the subject."""
    enter(subject, by=by, permission="patterns.review")
    if not declares:
        raise Refused(_("Say that you have no conflict of interest. Otherwise leave it to others."))
    return _begin(subject, member=by, kind=kind, by=by)


@transaction.atomic
def ask(subject: UnderReview, *, by: Member, member: Member, kind: str) -> Review:
    """Ask a member who follows the theme and may read it; they declare before they sign."""
    enter(subject, by=by, permission="patterns.ask_reviewers")
    may_review = may(member, "patterns.review", subject)
    if isinstance(subject, Experience):
        # What was told in a circle is that circle's to judge.
        may_review = may_review and bool(in_circle(member, subject.circle))
    if not may_review:
        raise Refused(_("This member cannot review it: ask another one who follows its theme."))
    return _begin(subject, member=member, kind=kind, by=by)


def _begin(subject: UnderReview, *, member: Member, kind: str, by: Member) -> Review:
    _refuse_closed(subject)
    if kind not in Review.Kind:
        raise Refused(_("Choose which review it is."))
    if subject.reviews.filter(reviewer=member, out_at=None).exists():
        raise Refused(_("This member reviews it already. The other review needs another member."))
    is_own = member.pk == by.pk
    review: Review = subject.reviews.create(
        kind=kind,
        reviewer=member,
        asked_by=None if is_own else by,
        begun_at=now(),
        declared_at=now() if is_own else None,
    )
    record(by, "offered" if is_own else "asked", review, within=subject)
    return review


@transaction.atomic
def leave_review(subject: UnderReview, *, by: Member) -> None:
    """Say no after all: somebody else is found."""
    enter(subject, by=by, permission="patterns.leave_review")
    review = _open_review(subject, by)
    review.out_at = now()
    review.save(update_fields=["out_at"])
    record(by, "left", review, within=subject)


@transaction.atomic
def sign(
    subject: UnderReview,
    *,
    by: Member,
    version: int,
    verdict: str,
    text: str,
    points: Sequence[str] = (),
    declares: Any = False,
    is_public: bool = False,
) -> Review:
    """What the reviewer says about the version they read: it does not change any more.

    The text's row is locked, so of two who sign at once the second sees the first: both count,
    and that both kinds accept is found out once.
    """
    enter(subject, by=by, permission="patterns.review")
    _refuse_closed(subject)
    review = _open_review(subject, by)
    if version != subject.version:
        raise ReadAnotherVersion
    if not (review.declared_at or declares):
        raise Refused(_("Say that you have no conflict of interest. Otherwise leave it to others."))
    if verdict not in Review.Verdict:
        raise Refused(_("Choose what you recommend."))
    review.text, review.points = _clean(text), _points(points)
    review.html = markdown.render(review.text)
    review.verdict, review.version, review.is_public = verdict, version, is_public
    review.signed_at = now()
    review.declared_at = review.declared_at or review.signed_at
    review.save()
    if isinstance(subject, Experience) and subject.seals_voices:
        let_speak(by, subject)
    record(by, "signed", review, within=subject, version=version)
    record(by, "reviewed", subject, version=version)
    _find_out(subject, by=by)
    return review


def _find_out(subject: UnderReview, *, by: Member) -> None:
    """Whether it has passed now. That an older version did is not forgotten."""
    passes = both_accept(subject)
    if passes == subject.has_passed:
        return
    subject.passed_version = subject.version if passes else 0
    changed = ["passed_version"]
    if isinstance(subject, Experience):
        # It is there already: nobody has to publish it, and nobody needs to read on.
        subject.review_wished_at = None
        subject.review_by = years_from(now().date(), REVIEW_AFTER) if passes else None
        changed += ["review_wished_at", "review_by"]
        subject.reviews.open().update(out_at=now())
    subject.save(update_fields=changed)
    if passes:
        record(by, "passed", subject, version=subject.version)


def both_accept(subject: UnderReview) -> bool:
    """Whether each kind of review has somebody who accepts this very version, and nobody who
    does not; those who work on the text do not count, whenever they began to."""
    own = {each.pk for each in team_of(subject)}
    own |= set(subject.formers) if isinstance(subject, Proposal) else set()
    said: dict[str, set[str]] = defaultdict(set)
    for review in subject.reviews.signed().filter(version=subject.version):
        if review.reviewer_id not in own:
            said[review.kind].add(review.verdict)
    return all(said[kind] == {str(Review.Verdict.ACCEPT)} for kind in Review.Kind)


def _open_review(subject: UnderReview, member: Member) -> Review:
    review: Review | None = subject.reviews.open().filter(reviewer=member).first()
    if review is None:
        raise Refused(_("No review of yours is open here."))
    return review


def _refuse_closed(subject: UnderReview) -> None:
    if not subject.is_in_review:
        raise Refused(_("This text does not wait for a review any more."))


def _clean(text: str) -> str:
    ask = _("Say in a sentence or two why.")
    return typed.clean_words(text, most=_LONGEST, least=_SHORTEST, ask=ask)


def _points(points: Sequence[str]) -> list[str]:
    lines = [line for each in points if (line := markdown.clean_line(each))]
    if len(lines) > _MOST_POINTS or any(len(line) > 500 for line in lines):
        raise Refused(_("Twenty points at most, each of 500 letters or fewer."))
    return lines


def ask_again(subject: UnderReview, *, by: Member) -> None:
    """Whoever reviews it hears that there is another text; what they signed was of the old one."""
    latest: dict[int, Review] = {}
    for review in subject.reviews.filter(out_at=None).select_related("reviewer").order_by("pk"):
        latest[review.reviewer_id] = review
    for review in latest.values():
        if review.version == subject.version or not _still_reads(review.reviewer, subject):
            continue
        if not review.is_open:
            review = subject.reviews.create(
                kind=review.kind,
                reviewer_id=review.reviewer_id,
                asked_by_id=review.asked_by_id,
                begun_at=now(),
            )
        record(by, "changed", review, within=subject, version=subject.version)


def _still_reads(member: Member, subject: UnderReview) -> bool:
    return isinstance(subject, Proposal) or may(member, "patterns.view_experience", subject)


# Of experiences: their authors begin, and end, their reviews


@transaction.atomic
def want_review(experience: Experience, *, by: Member) -> Experience:
    """Who told a full entry wishes that members review it: from now on it waits for two reviews."""
    enter(experience, by=by, permission="patterns.want_review")
    refuse_archived(experience.circle)
    if experience.is_in_review:
        return experience
    if experience.is_note:
        raise Refused(_("A note is too short for a review. Grow it into a full entry first."))
    if experience.label == Label.RED:
        raise Refused(_("TLP:RED is for its named readers only: nobody else could review it."))
    if experience.has_passed:
        raise Refused(_("This text is reviewed already. Change it first, then ask again."))
    experience.review_wished_at = now()
    experience.save(update_fields=["review_wished_at"])
    record(by, "wanted_review", experience, within=experience.circle)
    ask_again(experience, by=by)
    return experience


@transaction.atomic
def want_no_review(experience: Experience, *, by: Member) -> Experience:
    """The wish is withdrawn. What was signed is kept; nobody reads on."""
    enter(experience, by=by, permission="patterns.want_review")
    if not experience.is_in_review:
        raise Refused(_("This text does not wait for a review any more."))
    experience.review_wished_at = None
    experience.save(update_fields=["review_wished_at"])
    experience.reviews.open().update(out_at=now())
    record(by, "wanted_no_review", experience, within=experience.circle)
    return experience


def keep_reviews_within(experience: Experience) -> None:
    """It was narrowed: whoever cannot read it any more does not review it."""
    open_ones = experience.reviews.open()
    if experience.label == Label.RED:
        open_ones.update(out_at=now())
        return
    readers = readers_of(experience).values("pk")
    open_ones.exclude(reviewer__in=readers).update(out_at=now())


def seal_reviews(experience: Experience) -> None:
    """It was widened: reviewers said yes to fewer readers of their words than it has now."""
    experience.reviews.filter(is_public=True).update(is_public=False)


def wipe_reviews(experience: Experience) -> None:
    """It was taken back: reviews quote, so their words go with its own."""
    experience.reviews.update(text="", html="", points=[], is_public=False)
    experience.reviews.open().update(out_at=now())
    Draft.objects.filter(place__startswith=f"review:experience:{experience.pk}:").delete()
