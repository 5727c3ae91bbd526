"""Reviews: two pairs of eyes without a conflict, each on the text as it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import may
from media4sec.members.models import Member
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import Proposal, Review
from media4sec.patterns.services.proposing import enter, team_of

_SHORTEST, _LONGEST = 20, 10_000
_MOST_POINTS = 20


class ReadAnotherVersion(Refused):
    """The text changed between reading and signing."""

    def __init__(self) -> None:
        super().__init__(
            _("The text was changed while you were reading. Read it again, then sign.")
        )


@transaction.atomic
def offer(proposal: Proposal, *, by: Member, kind: str, declares: Any) -> Review:
    """A member takes a review, and says that nothing stands between them and the text."""
    enter(proposal, by=by, permission="patterns.review")
    if not declares:
        raise Refused(_("Say that you have no conflict of interest. Otherwise leave it to others."))
    return _begin(proposal, member=by, kind=kind, by=by)


@transaction.atomic
def ask(proposal: Proposal, *, by: Member, member: Member, kind: str) -> Review:
    """An editor asks a member who follows the theme; they declare before they sign."""
    enter(proposal, by=by, permission="patterns.ask_reviewers")
    if not may(member, "patterns.review", proposal):
        raise Refused(_("This member cannot review it: ask another one who follows its theme."))
    return _begin(proposal, member=member, kind=kind, by=by)


def _begin(proposal: Proposal, *, member: Member, kind: str, by: Member) -> Review:
    _refuse_closed(proposal)
    if kind not in Review.Kind:
        raise Refused(_("Choose which review it is."))
    if proposal.reviews.filter(reviewer=member, out_at=None).exists():
        raise Refused(_("This member reviews it already. The other review needs another member."))
    is_own = member.pk == by.pk
    review = Review.objects.create(
        proposal=proposal,
        kind=kind,
        reviewer=member,
        asked_by=None if is_own else by,
        begun_at=now(),
        declared_at=now() if is_own else None,
    )
    record(by, "offered" if is_own else "asked", review, within=proposal)
    return review


@transaction.atomic
def leave_review(proposal: Proposal, *, by: Member) -> None:
    """Say no after all: somebody else is found."""
    enter(proposal, by=by, permission="patterns.view_proposal")
    review = _open_review(proposal, by)
    review.out_at = now()
    review.save(update_fields=["out_at"])
    record(by, "left", review, within=proposal)


@transaction.atomic
def sign(
    proposal: Proposal,
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

    The proposal's row is locked, so of two who sign at once the second sees the first: both
    count, and that both kinds accept is found out once.
    """
    enter(proposal, by=by, permission="patterns.review")
    _refuse_closed(proposal)
    review = _open_review(proposal, by)
    if version != proposal.version:
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
    record(by, "signed", review, within=proposal, version=version)
    record(by, "reviewed", proposal, version=version)
    _find_out(proposal, by=by)
    return review


def _find_out(proposal: Proposal, *, by: Member) -> None:
    passed = proposal.version if both_accept(proposal) else 0
    if passed == proposal.passed_version:
        return
    proposal.passed_version = passed
    proposal.save(update_fields=["passed_version"])
    if passed:
        record(by, "passed", proposal, version=passed)


def both_accept(proposal: Proposal) -> bool:
    """Whether each kind of review has somebody who accepts this very version, and nobody who
    does not; those who work on the text do not count, whenever they began to."""
    own = {*proposal.formers, *(each.pk for each in team_of(proposal))}
    said: dict[str, set[str]] = defaultdict(set)
    for review in proposal.reviews.signed().filter(version=proposal.version):
        if review.reviewer_id not in own:
            said[review.kind].add(review.verdict)
    return all(said[kind] == {str(Review.Verdict.ACCEPT)} for kind in Review.Kind)


def _open_review(proposal: Proposal, member: Member) -> Review:
    review = proposal.reviews.open().filter(reviewer=member).first()
    if review is None:
        raise Refused(_("No review of yours is open here."))
    return review


def _refuse_closed(proposal: Proposal) -> None:
    if not proposal.is_in_review:
        raise Refused(_("This text does not wait for a review any more."))


def _clean(text: str) -> str:
    text = markdown.clean_text(text)
    if len(text) < _SHORTEST:
        raise Refused(_("Say in a sentence or two why."))
    if len(text) > _LONGEST:
        raise Refused(_("Shorten the review to 10,000 letters or fewer."))
    return text


def _points(points: Sequence[str]) -> list[str]:
    lines = [line for each in points if (line := markdown.clean_line(each))]
    if len(lines) > _MOST_POINTS or any(len(line) > 500 for line in lines):
        raise Refused(_("Twenty points at most, each of 500 letters or fewer."))
    return lines
