"""What every community starts with, and the town that tests and pictures use."""

import random
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from media4sec.kit.models import Activity, Theme
from media4sec.kit.refs import Ref
from media4sec.kit.themes import load_themes
from media4sec.kit.town import Town
from media4sec.members import demo
from media4sec.members.content import load_content
from media4sec.members.models import Circle, EntryRequest, Group, Member, Membership
from media4sec.members.queries.circles import has_group_for
from media4sec.members.services import circles
from media4sec.members.tests.factories import MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def new_town(seed=7):
    return Town(today=timezone.now(), dice=random.Random(seed), password="harbour-violet")


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """Furnished once: these tests only look."""
    with django_db_blocker.unblock():
        from django.db import transaction  # noqa: PLC0415 - needs the database's blocker open

        with transaction.atomic():
            town = new_town()
            demo.furnish(town)
            yield town
            transaction.set_rollback(True)


def test_the_content_is_loaded_once():
    first = load_themes() + load_content()
    second = load_themes() + load_content()

    assert len(first) == 12
    assert second == []
    assert [theme.position for theme in Theme.objects.all()] == [1, 2, 3, 4, 5, 6]
    assert set(Circle.objects.values_list("kind", "is_starter")) == {("open", True)}


def test_what_a_host_has_revised_is_never_overwritten():
    load_themes()
    load_content()
    circle = Circle.objects.get(slug="trolling")
    host = MembershipFactory(circle=circle, role="host").member
    said = {"title": "Ours", "about": "Our words.", "rules": "", "attribution": "named"}
    circles.revise(circle, by=host, label="TLP:GREEN", **said)
    Circle.objects.filter(slug="dark-web").update(about="An older text.")

    done = load_content()

    circle.refresh_from_db()
    assert circle.about == "Our words."
    assert done == ["circle refreshed: The dark web"]


def test_the_command_says_what_it_did(capsys):
    call_command("load_content")
    call_command("load_content")

    said = capsys.readouterr().out
    assert "theme added: Trolling" in said
    assert "circle founded: Everyday security" in said
    assert said.endswith("Everything is there already.\n")


def test_everybody_in_the_town_can_sign_in(town):
    assert len(town.people) == Member.objects.count() > 40
    for member in town.people.values():
        assert member.is_confirmed
        assert member.emailaddress_set.filter(verified=True, primary=True).count() == 1
    newcomer = Member.objects.get(pk=town.people["newcomer-lt"].pk)
    assert newcomer.check_password("harbour-violet")
    assert "harbour-violet" in "".join(town.notes)


def test_there_are_circles_of_all_kinds_and_each_has_a_host(town):
    kinds = [circle.kind for circle in town.circles.values()]

    assert sorted(kinds) == ["closed"] * 2 + ["hidden"] + ["members"] + ["open"] * 6
    for circle in town.circles.values():
        assert circle.memberships.filter(role=Membership.Role.HOST).count() >= 2


def test_everybody_stands_where_they_should(town):
    newcomer, suspended = town.people["newcomer-lt"], town.people["suspended-user-gb"]

    assert newcomer.my_memberships == []
    assert newcomer.welcomed_at is None
    assert Member.objects.get(pk=suspended.pk).is_suspended
    for membership in town.circles["police-communicators"].memberships.select_related("member"):
        assert has_group_for(membership.member, membership.circle)
        assert membership.member.group == Group.LAW_ENFORCEMENT


def test_two_requests_and_an_invitation_wait_in_the_circle_on_crowds(town):
    crowds = town.circles["crowds-and-events"]

    assert crowds.requests.filter(state=EntryRequest.State.WAITING).count() == 2
    assert [each.is_live for each in crowds.invitations.all()] == [True]


def test_the_town_has_a_past(town):
    founded = [circle.founded_at for circle in town.circles.values()]
    log = Activity.objects.order_by("at")

    assert max(founded) < town.today
    assert (town.today - log.first().at).days == 300
    assert log.last().at < town.today
    for member in town.people.values():
        for place in member.memberships.all():
            assert member.joined_at < place.since <= town.today


def test_the_same_seed_gives_the_same_town(town):
    there = sorted(Membership.objects.values_list("member__email", "circle__slug", "role"))
    Membership.objects.all().delete()
    for model in (EntryRequest, Circle, Activity):
        model.objects.all().delete()
    Member.objects.all().delete()

    demo.furnish(new_town())

    again = sorted(Membership.objects.values_list("member__email", "circle__slug", "role"))
    assert again == there


def test_the_hidden_circle_has_an_address_nobody_guesses(town):
    assert re.fullmatch(r"after-action-\d{4}", town.circles["after-action"].slug)


def test_everything_said_of_a_circle_is_in_the_log(town):
    crowds = town.circles["crowds-and-events"]
    verbs = set(Activity.objects.within(Ref.to(crowds)).values_list("verb", flat=True))

    assert {"founded", "asked_to_enter", "request_accepted", "made_host", "invited"} <= verbs
    assert MemberFactory().my_memberships == []
