"""The picture of a pattern in the making: brought, replaced, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from media4sec.kit import uploads
from media4sec.kit.errors import Refused
from media4sec.kit.models import Upload
from media4sec.members.models import Member
from media4sec.patterns.models import Proposal

if TYPE_CHECKING:
    from media4sec.patterns.services.proposing import Words


def choose(proposal: Proposal, words: Words, *, by: Member) -> bool:
    """Let a saved proposal carry what was chosen; whether that is another picture than before."""
    before = proposal.picture
    if words.picture:
        if words.picture.type != Upload.Type.PICTURE or not words.picture.alt:
            raise Refused(_("Add a picture, and say in a few words what it shows."))
        take_away(proposal)
        (proposal.picture,) = uploads.attach([words.picture], to=proposal, by=by)
    elif words.removes_picture:
        take_away(proposal)
    return bool(proposal.picture != before)


def chosen(proposal: Proposal, words: Words) -> dict[str, Any]:
    """What it would carry; nothing is moved."""
    if words.picture:
        return uploads.summary(words.picture)
    return {} if words.removes_picture else proposal.picture


def take_away(proposal: Proposal) -> None:
    """Its own goes for good; that of a published version only leaves this text."""
    uploads.wipe(proposal)
    proposal.picture = {}
