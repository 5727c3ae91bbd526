"""Good, bad or ugly: what a pattern is from where a member stands."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Face, Moderated
from media4sec.kit.permissions import require
from media4sec.members.models import Audience, Member
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import Judgement, Pattern
from media4sec.patterns.services.summaries import keep_beside

_VISIBLE = Moderated.Standing.VISIBLE


@transaction.atomic
def judge(pattern: Pattern, *, by: Member, face: str, because: str, says_group: Any) -> Judgement:
    """Say it, or say it otherwise: a member has one judgement of a pattern."""
    _enter(pattern, by)
    if face not in Face:
        raise Refused(_("Choose one of the three."))
    because = clean_line(because)
    if len(because) < 10:
        raise Refused(_("Say why, in one sentence."))
    if len(because) > 300:
        raise Refused(_("Shorten the reason to 300 letters or fewer."))
    _refuse_hidden(pattern, by)
    shown = bool(says_group) or by.audience_of("group") == Audience.EVERYONE
    judgement, _is_new = Judgement.objects.update_or_create(
        pattern=pattern,
        author=by,
        defaults={
            "face": face,
            "because": because,
            "group": by.group if shown else "",
            "at": now(),
        },
    )
    keep_beside([pattern])
    record(by, "judged", pattern)
    return judgement


@transaction.atomic
def take_back_judgement(pattern: Pattern, *, by: Member) -> None:
    """It is gone, with its reason."""
    _enter(pattern, by)
    _refuse_hidden(pattern, by)
    Judgement.objects.filter(pattern=pattern, author=by).delete()
    keep_beside([pattern])
    record(by, "judged", pattern)


def stood_anew(judgement: Judgement) -> None:
    """Moderators hid it, or put it back: the balance is another one."""
    keep_beside(Pattern.objects.select_for_update().filter(pk=judgement.pattern_id))


def _refuse_hidden(pattern: Pattern, by: Member) -> None:
    mine = Judgement.objects.filter(pattern=pattern, author=by).exclude(standing=_VISIBLE)
    if mine.exists():
        raise Refused(_("Moderators hid your reason. It cannot be changed."))


def _enter(pattern: Pattern, by: Member) -> None:
    require(by, "patterns.judge", pattern)
    # One's own judgement first, as moderators lock it: in another order, both wait for ever.
    list(Judgement.objects.select_for_update().filter(pattern=pattern, author=by))
    # What stands beside it is written from what is there: one after the other.
    pattern.refresh_from_db(from_queryset=Pattern.objects.select_for_update())
    require(by, "patterns.judge", pattern)
