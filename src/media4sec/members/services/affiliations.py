"""Confirmed groups: by address, by two who vouch, by an administrator; for a year each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from media4sec.kit import mail, markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.members import domains
from media4sec.members.models import Affiliation, Member, Organisation, Vouch
from media4sec.members.services import circles

#: So long before its end a confirmation may be renewed, and its member is reminded.
RENEWAL = timedelta(days=30)
Way = Affiliation.Way


def organisation_of(address: str) -> Organisation | None:
    """The checked organisation this address belongs to; the nearest domain wins."""
    found = {
        domain: organisation
        for organisation in Organisation.objects.all()
        for domain in organisation.domains
        if domains.belongs(address, [domain])
    }
    return found[max(found, key=len)] if found else None


@transaction.atomic
def confirm_by_address(*, by: Member) -> Affiliation:
    """Their confirmed address is one of a checked organisation: that says which group."""
    require(by, "members.affiliate")
    organisation = organisation_of(by.email)
    if organisation is None or not _has_confirmed_address(by):
        raise Refused(_("Your email address is not one of an organisation we have checked."))
    affiliation = _asked(by, organisation.group, Way.DOMAIN)
    affiliation.organisation = organisation
    return _grant(affiliation, by=by)


def organisation_to_confirm(member: Member) -> Organisation | None:
    """The organisation their address can confirm now; None while that needs no doing."""
    organisation = organisation_of(member.email)
    if organisation is None or not _has_confirmed_address(member):
        return None
    fresh = member.affiliations.valid().filter(group=organisation.group)
    return None if fresh.filter(expires_at__gt=now() + RENEWAL).exists() else organisation


def _has_confirmed_address(member: Member) -> bool:
    return bool(member.emailaddress_set.filter(email__iexact=member.email, verified=True).exists())


@transaction.atomic
def ask(*, by: Member, group: str, way: str, note: str = "") -> Affiliation:
    """Ask two members of the group to vouch, or an administrator to confirm."""
    require(by, "members.affiliate")
    if way == Way.DOMAIN:
        return confirm_by_address(by=by)
    affiliation = _asked(by, group, way)
    affiliation.note = markdown.clean_text(note)
    affiliation.save(update_fields=["note"])
    record(by, "asked_to_be_confirmed", affiliation, way=str(way), group=str(group))
    return affiliation


def _asked(member: Member, group: str, way: str) -> Affiliation:
    """The waiting row of this member and group, made or found; Refused while it is too early."""
    # Two clicks at once: the member's row lets one wait.
    Member.objects.select_for_update().get(pk=member.pk)
    last = member.affiliations.filter(group=group).first()
    if last and last.withdrawn_by_id and way != Way.ADMINISTRATOR:
        raise Refused(_("An administrator has withdrawn this. Ask an administrator to look again."))
    live = member.affiliations.filter(group=group, withdrawn_at__isnull=True)
    confirmed = live.valid().first()
    if confirmed and confirmed.expires_at and confirmed.expires_at - now() > RENEWAL:
        raise Refused(_("This group is confirmed already."))
    waiting = live.waiting().first()
    if waiting is None:
        return Affiliation.objects.create(member=member, group=group, way=way, asked_at=now())
    if waiting.way != way:
        waiting.way, waiting.asked_at = way, now()
        waiting.save(update_fields=["way", "asked_at"])
    return waiting


@transaction.atomic
def take_back(affiliation: Affiliation, *, by: Member) -> None:
    """The member no longer asks."""
    require(by, "members.take_back_affiliation", affiliation)
    _lock(affiliation)
    if affiliation.granted_at:
        raise Refused(_("This group has been confirmed in the meantime."))
    record(by, "took_back", affiliation)
    affiliation.delete()


@transaction.atomic
def vouch(affiliation: Affiliation, *, by: Member) -> Affiliation:
    """I know this person, says one: the second voice of two who are confirmed today decides."""
    require(by, "members.vouch", affiliation)
    _lock(affiliation)
    if affiliation.granted_at or affiliation.withdrawn_at or affiliation.way != Way.VOUCHED:
        raise Refused(_("Nobody needs to vouch here any more."))
    try:
        with transaction.atomic():
            Vouch.objects.create(affiliation=affiliation, voucher=by, at=now())
    except IntegrityError as error:
        raise Refused(_("You have vouched already.")) from error
    record(by, "vouched", affiliation)
    if valid_voices(affiliation) >= Affiliation.VOUCHERS:
        _grant(affiliation, by=by)
    return affiliation


def valid_voices(affiliation: Affiliation) -> int:
    """Those who vouched and are confirmed members of the group at this moment."""
    confirmed = Affiliation.objects.valid().filter(group=affiliation.group).values("member")
    standing = Member.objects.reading().filter(pk__in=confirmed).exclude(pk=affiliation.member_id)
    return affiliation.vouches.filter(voucher__in=standing).count()


@transaction.atomic
def grant(member: Member, *, by: Any, group: str, note: str) -> Affiliation:
    """An administrator has checked, and says how."""
    require(by, "members.administer")
    affiliation = _asked(member, group, Way.ADMINISTRATOR)
    affiliation.note = markdown.clean_text(note)
    return _grant(affiliation, by=by)


@transaction.atomic
def decline(affiliation: Affiliation, *, by: Any, reason: str) -> Affiliation:
    """An administrator could not confirm this; the member is told why."""
    require(by, "members.administer")
    _lock(affiliation)
    if affiliation.granted_at or affiliation.withdrawn_at:
        raise Refused(_("Somebody else has decided this in the meantime."))
    return _end(affiliation, "declined", by=by, reason=reason)


@transaction.atomic
def withdraw(affiliation: Affiliation, *, by: Any, reason: str) -> Affiliation:
    """No longer confirmed, with a reason; circles that ask for the group end with it."""
    require(by, "members.administer")
    _lock(affiliation)
    if not affiliation.granted_at or affiliation.withdrawn_at:
        raise Refused(_("This group is not confirmed any more."))
    return _end(affiliation, "withdrew", by=by, reason=reason)


def _grant(affiliation: Affiliation, *, by: Any) -> Affiliation:
    member = affiliation.member
    # Last year's makes room for this year's.
    member.affiliations.filter(
        group=affiliation.group, granted_at__isnull=False, withdrawn_at__isnull=True
    ).delete()
    affiliation.granted_at = now()
    affiliation.granted_by = by if isinstance(by, Member) else None
    affiliation.expires_at = affiliation.granted_at + Affiliation.LASTS
    affiliation.save()
    if not member.group:
        member.group = affiliation.group
        member.save(update_fields=["group"])
    refresh(member)
    record(by, "confirmed_group", affiliation, way=str(affiliation.way))
    if by != member:
        _tell(affiliation, "confirmed")
    return affiliation


def _end(affiliation: Affiliation, verb: str, *, by: Any, reason: str) -> Affiliation:
    affiliation.withdrawn_at = now()
    affiliation.withdrawn_by = by if isinstance(by, Member) else None
    affiliation.withdrawn_reason = markdown.clean_text(reason)
    affiliation.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    refresh(affiliation.member)
    circles.end_memberships_without_group(affiliation.member)
    record(by, verb, affiliation, reason=affiliation.withdrawn_reason)
    _tell(affiliation, verb)
    return affiliation


def refresh(member: Member) -> None:
    """Keep on the member until when the group they show is confirmed."""
    own = member.affiliations.valid().filter(group=member.group).order_by("-expires_at").first()
    member.verified_until = own.expires_at if own else None
    member.save(update_fields=["verified_until"])


def _lock(affiliation: Affiliation) -> None:
    affiliation.refresh_from_db(from_queryset=Affiliation.objects.select_for_update())


def _tell(affiliation: Affiliation, letter: str) -> None:
    send = partial(
        mail.send,
        f"members/mail/affiliation_{letter}",
        to=affiliation.member.email,
        context={"affiliation": affiliation, "member": affiliation.member},
    )
    transaction.on_commit(send, robust=True)


@transaction.atomic
def address_changed(member: Member) -> None:
    """Who was confirmed by an address they no longer have is asked to be confirmed anew."""
    for affiliation in member.affiliations.valid().filter(way=Way.DOMAIN):
        organisation = affiliation.organisation
        if organisation is None or not domains.belongs(member.email, organisation.domains):
            reason = _("Your email address is no longer one of this organisation.")
            _end(affiliation, "withdrew", by=THE_HOUSE, reason=reason)


def remind() -> int:
    """A month before its end, once: please confirm again."""
    ending = Affiliation.objects.valid().filter(
        expires_at__lte=now() + RENEWAL, reminded_at__isnull=True, member__is_active=True
    )
    return sum(_remind(pk) for pk in ending.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int) -> int:
    affiliation = Affiliation.objects.select_for_update().get(pk=pk)
    if affiliation.reminded_at:
        return 0
    affiliation.reminded_at = now()
    affiliation.save(update_fields=["reminded_at"])
    record(THE_HOUSE, "reminded", affiliation)
    _tell(affiliation, "reminder")
    return 1


def expire() -> int:
    """A year is over: what was not confirmed again ends."""
    over = Affiliation.objects.filter(
        granted_at__isnull=False, withdrawn_at__isnull=True, expires_at__lte=now()
    )
    return sum(_expire(pk) for pk in over.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int) -> int:
    affiliation = Affiliation.objects.select_for_update().get(pk=pk)
    if affiliation.withdrawn_at or affiliation.is_valid:
        return 0
    _end(affiliation, "expired", by=THE_HOUSE, reason=_("A year has passed."))
    return 1


@transaction.atomic
def add_organisation(
    *, by: Any, name: str, group: str, country: str, domains: Iterable[str]
) -> Organisation:
    """An organisation whose addresses confirm a group from now on."""
    require(by, "members.administer")
    organisation = Organisation(
        name=markdown.clean_line(name), group=group, country=country, checked_at=now()
    )
    organisation.domains = _checked(domains, organisation)
    organisation.full_clean()
    organisation.save()
    record(by, "checked", organisation, domains=organisation.domains)
    return organisation


@transaction.atomic
def revise_organisation(
    organisation: Organisation,
    *,
    by: Any,
    name: str,
    group: str,
    country: str,
    domains: Iterable[str],
) -> Organisation:
    """Change what we know; who is confirmed already stays so until their year is over."""
    require(by, "members.administer")
    organisation.name = markdown.clean_line(name)
    organisation.group, organisation.country = group, country
    organisation.domains = _checked(domains, organisation)
    organisation.checked_at = now()
    organisation.full_clean()
    organisation.save()
    record(by, "revised", organisation, domains=organisation.domains)
    return organisation


def _checked(names: Iterable[str], owner: Organisation) -> list[str]:
    found = []
    taken = {
        domain: other.name
        for other in Organisation.objects.exclude(pk=owner.pk)
        for domain in other.domains
    }
    for name in names:
        domain = domains.normal(name)
        if not domains.can_prove(domain):
            raise Refused(_("%(name)s proves nothing: anybody can get it.") % {"name": name})
        if domain in taken:
            raise Refused(
                _("%(domain)s belongs to %(owner)s already.")
                % {"domain": domain, "owner": taken[domain]}
            )
        found.append(domain)
    return sorted(set(found))
