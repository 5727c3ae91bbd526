"""People: joining, saying who one is, being suspended and restored, leaving."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import mail, markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.members.models import (
    PROFILE_FIELDS,
    Audience,
    Circle,
    Invitation,
    Member,
    Membership,
)
from media4sec.members.services import affiliations

#: One line each, cleaned of what would break other people's pages.
_LINES = ("name", "role", "organisation")
_SAID = {*_LINES, "group", "country", "languages", "about"}
ABOUT_LENGTH = 1000
#: What is left of a member who has closed their account.
_NOBODY: dict[str, Any] = {
    **dict.fromkeys([*_LINES, "group", "country", "about", "about_html", "suspension_reason"], ""),
    **dict.fromkeys(["last_login", "verified_until"]),
    **dict.fromkeys(["is_findable", "is_active"], False),
    **dict.fromkeys(["is_moderator", "is_administrator", "is_editor"], False),
}
#: An address nobody confirmed is free again after this time.
UNCONFIRMED_FOR = timedelta(days=14)


@transaction.atomic
def add_member(*, by: Any, email: str, password: str | None = None, **said: Any) -> Member:
    """An account whose address needs no mail: the first administrator, the demo's members."""
    require(by, "members.administer")
    themes = said.pop("themes", None)
    member = Member.objects.create_user(email, password, **_cleaned(said))
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    confirm(member)
    if themes is not None:
        member.themes.set(themes)
    return member


@transaction.atomic
def confirm(member: Member) -> Member:
    """Their address is theirs: from now on they read what the community reads."""
    if member.confirmed_at is None:
        member.confirmed_at = now()
        member.save(update_fields=["confirmed_at"])
        record(member, "joined", member, agreed=["house-rules", "privacy"])
    return member


@transaction.atomic
def edit_profile(*, by: Member, themes: list[Theme] | None = None, **said: Any) -> Member:
    """Say who one is: any of the fields of a profile."""
    require(by, "members.edit_profile")
    for field, value in _cleaned(said).items():
        setattr(by, field, value)
    by.clean_fields(exclude={f.name for f in by._meta.fields} - said.keys())
    by.save(update_fields=_written(said))
    if themes is not None:
        by.themes.set(themes)
    if "group" in said:
        affiliations.refresh(by)
    record(by, "changed_profile", by)
    return by


def _cleaned(said: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(said)
    for field in _LINES:
        if field in cleaned:
            cleaned[field] = _readable(markdown.clean_line(cleaned[field]))
    if "about" in cleaned:
        cleaned["about"] = markdown.clean_text(cleaned["about"])
        if len(cleaned["about"]) > ABOUT_LENGTH:
            raise Refused(_("Use at most %(count)d characters.") % {"count": ABOUT_LENGTH})
        cleaned["about_html"] = str(markdown.render(cleaned["about"]))
    return cleaned


def _readable(line: str) -> str:
    """A name made of nothing but invisible letters is no name."""
    return line if any(unicodedata.category(letter) not in {"Cf", "Mn"} for letter in line) else ""


def _written(said: Mapping[str, Any]) -> list[str]:
    unknown = said.keys() - _SAID
    if unknown:
        raise LookupError(f"no fields of a profile: {', '.join(sorted(unknown))}")
    return [*said, "about_html"] if "about" in said else [*said]


@transaction.atomic
def choose_audience(
    *, by: Member, visibility: Mapping[str, str], is_findable: bool | None = None
) -> Member:
    """Who may see which field, and whether the directory shows this member."""
    require(by, "members.edit_profile")
    if visibility.keys() - PROFILE_FIELDS.keys() or set(visibility.values()) - set(Audience.values):
        raise Refused(_("Choose one of the audiences for each field."))
    by.visibility = {**by.visibility, **visibility}
    by.is_findable = by.is_findable if is_findable is None else is_findable
    by.save(update_fields=["visibility", "is_findable"])
    record(by, "chose_audience", by)
    return by


@transaction.atomic
def finish_welcome(*, by: Member) -> Member:
    """The three steps are over, taken or skipped; nobody is asked a second time."""
    require(by, "members.edit_profile")
    if by.welcomed_at is None:
        by.welcomed_at = now()
        by.save(update_fields=["welcomed_at"])
        record(by, "was_welcomed", by)
    return by


@transaction.atomic
def suspend(member: Member, *, by: Any, reason: str) -> Member:
    """From now on they read what a stranger reads, and know why."""
    require(by, "members.suspend", member)
    _lock(member)
    if member.is_suspended:
        raise Refused(_("This account is suspended already."))
    member.suspended_at, member.suspension_reason = now(), markdown.clean_text(reason)
    member.save(update_fields=["suspended_at", "suspension_reason"])
    record(by, "suspended", member, reason=member.suspension_reason)
    _tell(member, "suspended", reason=member.suspension_reason)
    return member


@transaction.atomic
def restore(member: Member, *, by: Any, reason: str) -> Member:
    """The suspension is over."""
    require(by, "members.suspend", member)
    _lock(member)
    if not member.is_suspended:
        raise Refused(_("This account is not suspended."))
    member.suspended_at, member.suspension_reason = None, ""
    member.save(update_fields=["suspended_at", "suspension_reason"])
    record(by, "restored", member, reason=markdown.clean_text(reason))
    _tell(member, "restored", reason=markdown.clean_text(reason))
    return member


def _lock(member: Member) -> None:
    member.refresh_from_db(from_queryset=Member.objects.select_for_update())


def _tell(member: Member, letter: str, **context: Any) -> None:
    """A mail after the commit; a mail server that is away undoes nothing."""
    send = partial(
        mail.send, f"members/mail/{letter}", to=member.email, context={"member": member, **context}
    )
    transaction.on_commit(send, robust=True)


@transaction.atomic
def close_account(*, by: Member) -> None:
    """Erase who they were. What they wrote stays, by "A former member"."""
    require(by, "members.close_account")
    _lock(by)
    alone = circles_hosted_alone(by)
    if alone:
        raise Refused(
            _("You are the only host of %(circles)s. Hand over or close first.")
            % {"circles": ", ".join(circle.title for circle in alone)}
        )
    if by.is_administrator and not _other_administrators(by):
        raise Refused(_("You are the only administrator. Name another one first."))
    _tell(by, "closed")
    record(by, "closed_account", by)
    _erase(by)


def circles_hosted_alone(member: Member) -> list[Circle]:
    """Circles that would be left without a host."""
    hosts = Membership.objects.filter(role=Membership.Role.HOST)
    mine = hosts.filter(member=member, circle__archived_at__isnull=True).values("circle")
    others = hosts.filter(circle__in=mine).exclude(member=member).values("circle")
    return list(Circle.objects.filter(pk__in=mine).exclude(pk__in=others))


def _other_administrators(member: Member) -> bool:
    return Member.objects.reading().filter(is_administrator=True).exclude(pk=member.pk).exists()


def _erase(member: Member) -> None:
    for session in member.usersession_set.all():
        session.end()
    belongings: tuple[Any, ...] = (
        member.emailaddress_set,
        member.authenticator_set,
        member.memberships,
        member.entry_requests,
        member.affiliations,
        member.access_log,
        member.drafts,
        member.watches,
    )
    for each in belongings:
        each.all().delete()
    member.themes.clear()
    member.forget_memberships()
    Invitation.objects.filter(invited_by=member, used_at__isnull=True).delete()
    for field, value in _NOBODY.items():
        setattr(member, field, value)
    member.email = f"closed-{member.pk}@account.invalid"
    member.languages, member.visibility = [], {}
    member.set_unusable_password()
    member.save()


@transaction.atomic
def forget_unconfirmed() -> int:
    """Addresses that nobody confirmed in two weeks are free again."""
    old = Member.objects.filter(
        confirmed_at__isnull=True, is_active=True, joined_at__lt=now() - UNCONFIRMED_FOR
    )
    gone = 0
    for member in old:
        record(THE_HOUSE, "forgot_unconfirmed", member)
        member.delete()
        gone += 1
    return gone
