"""Invitations by mail: for one address, for one use, for fourteen days."""

import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.kit import markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Circle, Invitation, Member, Membership
from media4sec.members.queries.circles import hash_of, is_addressed_to, live_invitations
from media4sec.members.services.circles import letters
from media4sec.members.services.circles.membership import let_in, lock


@transaction.atomic
def invite(circle: Circle, *, by: Member, email: str, words: str = "") -> Invitation:
    """Send somebody a key to the circle. An earlier one for the same address stops working.

    The key itself is only in the letter. Whether the address has an account makes no difference.
    """
    require(by, "members.host_circle", circle)
    circle = lock(circle)
    if circle.is_archived:
        raise Refused(_("This circle is archived. Open it again before you invite somebody."))
    email = email.strip().lower()
    live_invitations().filter(circle=circle, email=email).update(withdrawn_at=now())
    key = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        circle=circle,
        email=email,
        key_hash=hash_of(key),
        words=markdown.clean_text(words),
        invited_by=by,
        made_at=now(),
        expires_at=now() + Invitation.LASTS,
    )
    record(by, "invited", invitation, within=circle)
    url = settings.SITE_URL + reverse("members:invitation", args=[key])
    letters.write(
        "invitation",
        to=email,
        circle=circle,
        host=by.name,
        words=invitation.words,
        url=url,
        days=Invitation.LASTS.days,
    )
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Member) -> None:
    """The key in that letter opens nothing any more."""
    require(by, "members.host_circle", invitation.circle)
    invitation = _lock(invitation)
    if not invitation.is_live:
        raise Refused(_("This invitation has been used or is over."))
    invitation.withdrawn_at = now()
    invitation.save(update_fields=["withdrawn_at"])
    record(by, "invitation_withdrawn", invitation, within=invitation.circle)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: Member) -> Membership:
    """Come in with a key: whoever it was sent to, and once."""
    require(by, "members.accept_invitation", invitation)
    circle = lock(invitation.circle)
    # Opened twice at the same moment, it still lets one in.
    invitation = _lock(invitation)
    if not invitation.is_live or circle.is_archived:
        raise Refused(_("This invitation has been used or is over."))
    if not is_addressed_to(by, invitation):
        raise Refused(_("This invitation was sent to another address."))
    membership = let_in(by, circle)
    invitation.used_at, invitation.used_by = now(), by
    invitation.save(update_fields=["used_at", "used_by"])
    record(by, "entered", circle, within=circle, member=by.pk, invitation=invitation.pk)
    return membership


def _lock(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("circle")
        .get(pk=invitation.pk)
    )
