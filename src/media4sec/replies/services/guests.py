"""What a guest does with the link in their letter: confirm, withdraw, want no more letters."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.models import Moderated, Withheld
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.rooms import kind_of
from media4sec.replies.models import Guest, Remark
from media4sec.replies.rules import reads_thing
from media4sec.replies.services import letters, words
from media4sec.replies.services.leaving import wipe


@transaction.atomic
def confirm(remark: Remark, *, by: Any) -> Remark:
    """The address is theirs. The remark is there now, or waits for a moderator. Twice is fine."""
    remark.refresh_from_db(from_queryset=Remark.objects.select_for_update())
    guest = _guest_of(remark)
    if remark.confirmed_at or remark.deleted_at:
        return remark
    if guest is None or now() > remark.posted_at + Guest.CONFIRM_WITHIN:
        raise Refused(_("This link is older than a week. Write your reply again."))
    if not reads_thing(by, remark.ref):
        raise Refused(_("What you replied to is not here any more, so nobody could read it."))
    remark.doubt = words.doubt_about(remark, guest.digest, all_wait=settings.GUEST_REPLIES == "all")
    remark.confirmed_at = now()
    if remark.doubt:
        remark.standing = Moderated.Standing.HELD
    remark.save(update_fields=["confirmed_at", "doubt", "standing"])
    thing = next(iter(kind_of(remark.ref).fetch([remark.thing_id])), None)
    record(_actor(by), "held" if remark.doubt else "left", remark, within=thing)
    if not remark.doubt:
        _settle(guest)
        letters.tell_of(remark)
    return remark


@transaction.atomic
def withdraw(remark: Remark, *, by: Any) -> Remark:
    """A guest takes their words back; a marked gap stays where others could read them."""
    remark.refresh_from_db(from_queryset=Remark.objects.select_for_update())
    if remark.confirmed_at is None:
        remark.delete()
        return remark
    wipe(remark)
    Withheld.objects.filter(thing_kind=remark._meta.label_lower, thing_id=remark.pk).delete()
    Guest.objects.filter(remark=remark).delete()
    record(_actor(by), "withdrew", remark)
    return remark


@transaction.atomic
def want_no_letters(remark: Remark, *, by: Any) -> None:
    """One click, and the address is a hash. ``by`` is whoever holds the letter."""
    guest = _guest_of(remark)
    if guest is None:
        return
    guest.wants_letters = False
    guest.save(update_fields=["wants_letters"])
    if guest.settled_at:
        _forget_address(guest)


def _actor(by: Any) -> Any:
    """The log knows members; somebody with a letter is nobody it could name."""
    return by if getattr(by, "is_authenticated", False) else THE_HOUSE


def _guest_of(remark: Remark) -> Guest | None:
    return Guest.objects.select_for_update().filter(remark=remark).first()


def _settle(guest: Guest) -> None:
    guest.settled_at = now()
    guest.save(update_fields=["settled_at"])
    if not guest.wants_letters:
        _forget_address(guest)


def _forget_address(guest: Guest) -> None:
    guest.email = ""
    guest.save(update_fields=["email"])
