"""Who may leave a remark, and who may take it back."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.rules import is_in_good_standing
from media4sec.replies.models import Remark


def reads_thing(visitor: Any, ref: Ref) -> bool:
    """Whether replies stand under this thing, and the visitor may open it."""
    kind = kinds().get(ref.kind)
    if kind is None or not kind.takes_replies:
        return False
    return bool(kind.visible_to(visitor).filter(pk=ref.pk).exists())


@rules.predicate
def reads(visitor: Any, remark: Remark) -> bool:
    """``visible_to`` for one remark in hand; a test holds the two together."""
    if remark.confirmed_at is None or remark.deleted_at or not reads_thing(visitor, remark.ref):
        return False
    is_mine = remark.author_id is not None and remark.author_id == visitor.pk
    return not remark.is_withheld or bool(is_mine and is_in_good_standing(visitor))


@rules.predicate
def may_open(visitor: Any, thing: Any) -> bool:
    return reads_thing(visitor, Ref.to(thing))


@rules.predicate
def wrote_it(visitor: Any, remark: Remark) -> bool:
    return remark.author_id is not None and remark.author_id == visitor.pk


@rules.predicate
def has_no_account(visitor: Any, _thing: Any) -> bool:
    return not visitor.is_authenticated


permit("replies.view_remark", reads, otherwise=_("This reply is not open to you."))
permit(
    "replies.leave",
    is_in_good_standing & may_open,
    otherwise=_("Confirm your email address first. Then you can reply."),
)
permit(
    "replies.leave_as_guest",
    has_no_account & may_open,
    otherwise=_("You are signed in: reply as yourself."),
)
permit(
    "replies.take_back",
    is_in_good_standing & wrote_it,
    otherwise=_("Only the person who wrote this can take it back."),
)
