"""Leaving a remark, as a member or a guest, and taking one's own back."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import render
from media4sec.kit.marking import Attribution
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.members.models import Member
from media4sec.replies import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.replies.addresses import clean_address, digest_of
from media4sec.replies.models import Guest, Remark
from media4sec.replies.services import letters, words

#: Letters one address is sent before it has opened any of them.
MOST_UNCONFIRMED = 3


@transaction.atomic
def leave(
    thing: models.Model, *, by: Member, body: str, answers_to: Remark | None = None
) -> Remark:
    """A member replies as themselves; it is there at once."""
    require(by, "replies.leave", thing)
    remark = _new(thing, body, answers_to)
    remark.author, remark.confirmed_at = by, remark.posted_at
    remark.save()
    record(by, "left", remark, within=thing)
    letters.tell_of(remark)
    return remark


@transaction.atomic
def leave_as_guest(
    thing: models.Model,
    *,
    by: Any,
    name: str,
    email: str,
    body: str,
    wants_letters: bool = False,
    answers_to: Remark | None = None,
) -> Remark:
    """A guest replies. It is nobody's to read until the link in the letter confirms it."""
    require(by, "replies.leave_as_guest", thing)
    if settings.GUEST_REPLIES == "off":
        raise Refused(_("Only members reply here."))
    remark = _new(thing, body, answers_to)
    remark.guest_name = words.clean_name(name)
    address = clean_address(email)
    digest = digest_of(address)
    known = words.sent_already(remark, digest)
    if known:
        return known
    if words.unconfirmed(digest) >= MOST_UNCONFIRMED:
        raise Refused(
            _("We have written to this address several times. Open a link in one of our letters.")
        )
    remark.save()
    guest = Guest.objects.create(
        remark=remark,
        digest=digest,
        email=address,
        wants_letters=wants_letters,
        made_at=remark.posted_at,
    )
    letters.ask_to_confirm(guest)
    return remark


def _new(thing: models.Model, body: str, answered: Remark | None) -> Remark:
    here = Ref.to(thing)
    if kind_of(here).entry(thing).attribution == Attribution.CHATHAM:
        raise Refused(_("In Chatham House mode nobody replies by name."))
    if answered and (answered.ref != here or answered.is_withheld or answered.deleted_at):
        raise Refused(_("The reply you answer is not here any more."))
    text = words.clean_body(body)
    words.check_links(text)
    return Remark(
        thing_kind=here.kind,
        thing_id=here.pk,
        # One level deep: who answers an answer joins its thread.
        thread_id=answered.root_id if answered else None,
        answers_to=answered,
        body=text,
        body_html=render(text),
        posted_at=now(),
    )


@transaction.atomic
def take_back(remark: Remark, *, by: Member) -> Remark:
    """A member deletes their own words; a marked gap stays."""
    require(by, "replies.take_back", remark)
    remark.refresh_from_db(from_queryset=Remark.objects.select_for_update())
    if remark.is_withheld:
        raise Refused(_("Moderators hid this reply. It cannot be changed."))
    wipe(remark)
    record(by, "withdrew", remark)
    return remark


def wipe(remark: Remark) -> None:
    """Words and name go, the place stays."""
    if remark.deleted_at:
        raise Refused(_("This reply is withdrawn already."))
    remark.body = remark.body_html = remark.guest_name = ""
    remark.deleted_at = now()
    remark.save(update_fields=["body", "body_html", "guest_name", "deleted_at"])
