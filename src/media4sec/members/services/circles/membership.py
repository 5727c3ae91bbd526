"""Entering, leaving, hosting: who is in a circle, and as what."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.members.models import Affiliation, Circle, EntryRequest, Member, Membership
from media4sec.members.queries.circles import obstacle_to_entering, obstacle_to_membership
from media4sec.members.services.circles import letters

Role = Membership.Role


def lock(circle: Circle) -> Circle:
    """The circle as it is now; who changes it at the same moment waits."""
    return Circle.objects.select_for_update().get(pk=circle.pk)


@transaction.atomic
def enter(circle: Circle, *, by: Member) -> Membership:
    """Come in directly, where the circle lets everybody in whom it is for."""
    require(by, "members.enter_circle", circle)
    circle = lock(circle)
    if obstacle := obstacle_to_entering(by, circle):
        raise Refused(obstacle)
    membership = let_in(by, circle)
    record(by, "entered", circle, within=circle, member=by.pk)
    return membership


def let_in(member: Member, circle: Circle, *, role: str = Role.MEMBER) -> Membership:
    """A place in the locked circle, for whom it may have; a request still waiting is settled."""
    if obstacle := obstacle_to_membership(member, circle):
        raise Refused(obstacle)
    waiting = circle.requests.filter(member=member, state=EntryRequest.State.WAITING)
    waiting.update(state=EntryRequest.State.ACCEPTED, answered_at=now())
    membership = Membership.objects.create(circle=circle, member=member, role=role, since=now())
    member.forget_memberships()
    return membership


@transaction.atomic
def leave(circle: Circle, *, by: Member) -> None:
    """Go out again. A circle that is open keeps a host."""
    circle = lock(circle)
    membership = _place_of(by, circle)
    _check_keeps_host(circle, without=membership)
    membership.delete()
    by.forget_memberships()
    record(by, "left", circle, within=circle, member=by.pk)


@transaction.atomic
def make_host(membership: Membership, *, by: Any) -> Membership:
    """Let a member of the circle host it too."""
    require(by, "members.make_host", membership.circle)
    circle = lock(membership.circle)
    membership = _place_of(membership.member, circle)
    if membership.role == Role.HOST:
        raise Refused(_("This member hosts the circle already."))
    _set_role(membership, Role.HOST)
    record(by, "made_host", circle, within=circle, member=membership.member_id)
    if membership.member_id != by.pk:
        letters.write("host", to=membership.member.email, circle=circle)
    return membership


@transaction.atomic
def step_down(circle: Circle, *, by: Member) -> None:
    """Stay a member, host no longer."""
    require(by, "members.host_circle", circle)
    circle = lock(circle)
    membership = _place_of(by, circle)
    _check_keeps_host(circle, without=membership)
    _set_role(membership, Role.MEMBER)
    by.forget_memberships()
    record(by, "stepped_down", circle, within=circle, member=by.pk)


@transaction.atomic
def hand_over(membership: Membership, *, by: Member) -> None:
    """The member hosts the circle in my place."""
    if membership.role != Role.HOST:
        make_host(membership, by=by)
    step_down(membership.circle, by=by)


@transaction.atomic
def remove_member(membership: Membership, *, by: Member, reason: str) -> None:
    """Take somebody out of the circle and tell them why. Hosts are not removed: they step down."""
    require(by, "members.host_circle", membership.circle)
    circle = lock(membership.circle)
    membership = _place_of(membership.member, circle)
    if membership.role == Role.HOST:
        raise Refused(_("Hosts step down themselves. Nobody can remove a host."))
    if not reason.strip():
        raise Refused(_("Say why, in a sentence. The member will read it."))
    membership.delete()
    record(by, "removed", circle, within=circle, member=membership.member_id, reason=reason)
    letters.write("removed", to=membership.member.email, circle=circle, reason=reason)


@transaction.atomic
def end_memberships_without_group(member: Member) -> None:
    """Who is no longer confirmed leaves the circles that ask for it."""
    groups = set(Affiliation.objects.valid().filter(member=member).values_list("group", flat=True))
    for membership in member.memberships.exclude(circle__required_groups=[]).select_related(
        "circle"
    ):
        if not groups.intersection(membership.circle.required_groups):
            _end(membership)
    member.forget_memberships()


def _end(membership: Membership) -> None:
    circle = lock(membership.circle)
    membership.delete()
    record(THE_HOUSE, "membership_ended", circle, within=circle, member=membership.member_id)
    letters.write("ended", to=membership.member.email, circle=circle)
    _keep_hosted(circle)


def _keep_hosted(circle: Circle) -> None:
    """A circle that lost its last host to the house is hosted by who has been in it longest."""
    places = circle.memberships
    if circle.is_archived or places.filter(role=Role.HOST).exists():
        return
    reading = Member.objects.reading().values("pk")
    heir = (
        places.filter(member__in=reading).select_related("member").order_by("since", "pk").first()
    )
    if heir is None:
        return
    _set_role(heir, Role.HOST)
    record(THE_HOUSE, "made_host", circle, within=circle, member=heir.member_id)
    letters.write("host", to=heir.member.email, circle=circle, is_heir=True)


def _place_of(member: Member, circle: Circle) -> Membership:
    places: Any = circle.memberships.select_related("member", "circle")
    membership: Membership | None = places.filter(member=member).first()
    if membership is None:
        raise Refused(_("This member is not in the circle any more."))
    return membership


def _set_role(membership: Membership, role: str) -> None:
    membership.role = role
    membership.save(update_fields=["role"])
    membership.member.forget_memberships()


def _check_keeps_host(circle: Circle, *, without: Membership) -> None:
    if circle.is_archived or without.role != Role.HOST:
        return
    if not circle.memberships.filter(role=Role.HOST).exclude(pk=without.pk).exists():
        raise Refused(
            _("You are the only host. Hand the circle over to a member, or archive it first.")
        )
