"""Conditions: done by whoever has to, told of in time, once each."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Check, Condition, Role
from media4sec.assessments.services import Wanted
from media4sec.assessments.tests.factories import approved, take_part
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
TODAY = now().date()


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def check(author):
    """Approved with two conditions, for its author."""
    days = (TODAY + timedelta(days=10), TODAY + timedelta(days=12))
    several = tuple(Wanted(f"Do thing {day}.", author, day) for day in days)
    return approved(author, conditions=several)[0]


def remind(days):
    with pretend(now() + timedelta(days=days)):
        return services.remind_of_conditions(by=THE_HOUSE)


def told(condition):
    return [each.verb for each in Activity.objects.about(Ref.to(condition))][::-1]


def test_what_is_done_says_what_shows_it(check, author):
    condition = check.conditions.first()

    with pytest.raises(Refused, match="what shows"):
        services.fulfil(condition, "  ", by=author)
    with pytest.raises(Refused, match="Shorten it"):
        services.fulfil(condition, "x" * 2_000_000, by=author)
    services.fulfil(condition, "The list of who was trained is in the file.", by=author)

    assert condition.done_at
    with pytest.raises(Refused, match="said already"):
        services.fulfil(condition, "Once more.", by=author)
    assert check.events.last().action == "fulfilled"


def test_with_the_last_condition_the_approval_has_none_any_more(check, author):
    for number, condition in enumerate(check.conditions.all()):
        check.refresh_from_db()
        assert check.state == Check.State.CONDITIONS, number
        services.fulfil(condition, "It is done.", by=author)

    check.refresh_from_db()
    assert check.state == Check.State.APPROVED
    assert [each.action for each in check.events.all()][-2:] == ["fulfilled", "all_fulfilled"]


def test_only_who_has_to_and_who_works_on_it_says_it_is_done(check):
    reviewer, writer = take_part(check, Role.LEGAL), take_part(check, Role.WRITER)
    first, second = check.conditions.all()

    for member in (reviewer, MemberFactory()):
        with pytest.raises(PermissionDenied):
            services.fulfil(first, "It is done.", by=member)
    services.fulfil(first, "It is done.", by=writer)
    Condition.objects.filter(pk=second.pk).update(owner=reviewer)
    second.refresh_from_db()
    services.fulfil(second, "It is done.", by=reviewer)


def test_each_reminder_comes_once_however_often_the_house_looks(check):
    first, second = check.conditions.all()
    looks = [(0, 0), (4, 1), (4, 0), (6, 1), (11, 1), (11, 0), (13, 1), (40, 0), (41, 1), (41, 0)]

    assert [(days, remind(days)) for days, _count in looks] == looks
    assert told(first) == ["due", "overdue", "long_overdue"]
    assert told(second) == ["due", "overdue"]
    assert kind_of(Ref.to(first)).writers(first) == [first.owner_id]


def test_of_a_month_overdue_those_who_lead_hear(check):
    remind(60)

    verbs = [each.verb for each in Activity.objects.about(Ref.to(check))]
    assert verbs.count("condition_overdue") == 2


def test_nobody_is_reminded_of_what_is_done_or_over(check, author):
    first, _second = check.conditions.all()
    services.fulfil(first, "It is done.", by=author)
    services.suspend(check, "Something is wrong here.", by=author)

    assert remind(60) == 0


def test_a_condition_is_open_to_the_people_of_its_check(check, author):
    assert set(Condition.objects.visible_to(author)) == set(check.conditions.all())
    assert not Condition.objects.visible_to(MemberFactory()).exists()
