"""People and circles for tests."""

from datetime import timedelta

import factory
from django.utils import timezone

from media4sec.members.models import CEILINGS, Affiliation, Circle, Group, Member, Membership


class MemberFactory(factory.django.DjangoModelFactory):
    """A member in good standing who said who they are."""

    class Meta:
        model = Member

    email = factory.Sequence("member{}@example.org".format)
    name = factory.Sequence("Member {}".format)
    role = "Community officer"
    group = Group.LAW_ENFORCEMENT
    country = "NL"
    confirmed_at = factory.LazyFunction(timezone.now)
    welcomed_at = factory.LazyFunction(timezone.now)


class CircleFactory(factory.django.DjangoModelFactory):
    """An open circle, with members and hosts if they are given."""

    class Meta:
        model = Circle
        skip_postgeneration_save = True

    title = factory.Sequence("Circle {}".format)
    slug = factory.Sequence("circle-{}".format)
    kind = Circle.Kind.OPEN
    about = about_html = "What we talk about."
    label = factory.LazyAttribute(lambda circle: CEILINGS[Circle.Kind(circle.kind)])

    @factory.post_generation
    def members(self, create, members, **kwargs):
        _let_in(self, members or (), Membership.Role.MEMBER)

    @factory.post_generation
    def hosts(self, create, hosts, **kwargs):
        _let_in(self, hosts or (), Membership.Role.HOST)


def _let_in(circle: Circle, people: list[Member], role: str) -> None:
    for member in people:
        Membership.objects.create(circle=circle, member=member, role=role, since=timezone.now())
        member.forget_memberships()


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody's place in a circle."""

    class Meta:
        model = Membership

    member = factory.SubFactory(MemberFactory)
    circle = factory.SubFactory(CircleFactory)
    since = factory.LazyFunction(timezone.now)


def confirm_group(member: Member, *, expired: bool = False) -> Affiliation:
    """The member's group, confirmed by an administrator; or confirmed until yesterday."""
    since = timezone.now() - (Affiliation.LASTS + timedelta(days=1) if expired else timedelta())
    member.affiliations.filter(group=member.group).delete()
    return Affiliation.objects.create(
        member=member,
        group=member.group,
        way=Affiliation.Way.ADMINISTRATOR,
        asked_at=since,
        granted_at=since,
        expires_at=since + Affiliation.LASTS,
    )
