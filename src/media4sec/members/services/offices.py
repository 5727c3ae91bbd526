"""Who keeps the house: editors, moderators, administrators. Administrators appoint them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member, Office


@transaction.atomic
def appoint(member: Member, office: str, *, by: Any) -> Member:
    """From now on they may do what goes with the office."""
    require(by, "members.administer")
    office = Office(office)
    locked = _lock(member)
    if not locked.is_confirmed or locked.is_suspended:
        raise Refused(
            _("Only members with a confirmed address and an open account take an office.")
        )
    return _set(locked, office, True, by)


@transaction.atomic
def dismiss(member: Member, office: str, *, by: Any) -> Member:
    """What they wrote and decided stays. The last administrator stays as well."""
    require(by, "members.administer")
    office = Office(office)
    locked = _lock(member)
    if office == Office.ADMINISTRATOR and not _others().exclude(pk=member.pk).exists():
        raise Refused(_("Somebody has to administer this community. Appoint another one first."))
    return _set(locked, office, False, by)


def _lock(member: Member) -> Member:
    return Member.objects.select_for_update().get(pk=member.pk)


def _others() -> Any:
    # Locked, so that two administrators do not dismiss each other at the same moment.
    return Member.objects.reading().filter(is_administrator=True).select_for_update()


def _set(member: Member, office: Office, holds: bool, by: Any) -> Member:
    if getattr(member, office.field) != holds:
        setattr(member, office.field, holds)
        member.save(update_fields=[office.field])
        record(by, "appointed" if holds else "dismissed", member, office=office.value)
    return member
