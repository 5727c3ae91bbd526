"""Invitations by mail, as those who hold or sent them see them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from media4sec.kit.clock import now
from media4sec.members.models import Circle, Invitation, Member, is_reader
from media4sec.members.queries.circles.door import KIND_ICONS, KIND_SENTENCES, required_groups


def hash_of(key: str) -> str:
    """What is kept of a key: enough to know it again, too little to use it."""
    return hashlib.sha256(key.encode()).hexdigest()


def live_invitations() -> models.QuerySet[Invitation]:
    """Sent, and still good for coming in."""
    return Invitation.objects.filter(
        used_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=now(),
        circle__archived_at__isnull=True,
    )


def find_invitation(key: str) -> Invitation | None:
    """The live invitation this key opens. Dead and invented keys look alike: None."""
    rows = live_invitations().select_related("circle", "invited_by")
    return rows.filter(key_hash=hash_of(key)).first()


def my_invitation(visitor: Any, pk: int) -> Invitation | None:
    """One of those sent to the address this member has confirmed: no key is needed."""
    if not is_reader(visitor):
        return None
    rows = live_invitations().select_related("circle", "invited_by")
    return rows.filter(pk=pk, email=visitor.email.lower()).first()


def is_addressed_to(member: Member, invitation: Invitation) -> bool:
    """An invitation belongs to an address, and to whoever has confirmed it."""
    return member.is_confirmed and member.email.lower() == invitation.email.lower()


@dataclass(frozen=True)
class WaitingInvitation:
    """An invitation as the person it was sent to sees it."""

    pk: int
    title: str
    host: str
    words: str
    expires_at: datetime


def waiting_invitations(visitor: Any) -> list[WaitingInvitation]:
    """Live invitations sent to the address this member has confirmed."""
    if not is_reader(visitor):
        return []
    rows = live_invitations().filter(email=visitor.email.lower())
    rows = rows.exclude(circle__in=visitor.circle_ids)
    return [
        WaitingInvitation(
            each.pk, each.circle.title, each.invited_by.name, each.words, each.expires_at
        )
        for each in rows.select_related("circle", "invited_by")[:20]
    ]


@dataclass(frozen=True)
class Offer:
    """The circle as an invited person sees it before they decide."""

    title: str
    about_html: str
    rules_html: str
    kind: str
    kind_sentence: str
    icon: str
    required: list[str]
    host: str
    words: str
    expires_at: datetime


def offer(invitation: Invitation) -> Offer:
    """What the letter's reader may know: they are expected inside."""
    circle = invitation.circle
    kind = Circle.Kind(circle.kind)
    return Offer(
        title=circle.title,
        about_html=circle.about_html,
        rules_html=circle.rules_html,
        kind=str(kind.label),
        kind_sentence=str(KIND_SENTENCES[kind]),
        icon=KIND_ICONS[kind],
        required=required_groups(circle),
        host=invitation.invited_by.name,
        words=invitation.words,
        expires_at=invitation.expires_at,
    )
