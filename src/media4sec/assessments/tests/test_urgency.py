"""A life is in danger: a command first, the whole check within a day."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Check, Decision, Role
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries import deciding
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services.signing import is_signed
from media4sec.assessments.tests.factories import (
    UNKNOWN,
    answer,
    answer_as,
    begin,
    take_part,
    with_people,
)
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
State = Check.State
IN_DANGER = {"q04": "life", "q26": "none", "q39": "safety"}
SAID = {"commander": "Officer in charge on duty", "reason": "People are trapped in the crowd."}


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def check(author):
    """A draft with its three short answers, and its people."""
    check, _people = with_people(author, Role.APPROVER)
    answer(check, **IN_DANGER)
    return check


def command(check, **said):
    facts = {"by": check.author, **SAID, **said}
    return services.command(check, facts.pop("reason"), **facts)


def follow(**later):
    with pretend(now() + timedelta(**later)):
        return services.follow_urgent(by=THE_HOUSE)


@pytest.mark.parametrize("country", ["", "DE", "FR", "ES", "GB"])
def test_three_short_questions_decide(author, country):
    for activity in rulebook(country).whole.activities:
        check = begin(author, activity=activity, country=country)
        asked = [each.id for each in deciding.questions_for_a_life(standing_of(check))]
        assert asked == [*IN_DANGER]


def test_a_command_is_signed_and_names_the_office(check):
    decision = command(check)

    assert is_signed(decision.statement, decision.signature)
    assert decision.kind == Decision.Kind.COMMAND
    assert decision.reason.startswith("Commanded by: Officer in charge on duty")
    assert (check.state, check.is_open, check.is_in_force) == (State.URGENT, True, True)
    assert check.finish_by == decision.at + timedelta(hours=24) or check.finish_by > now()


@pytest.mark.parametrize("left", IN_DANGER)
def test_the_three_are_answered_first(check, left):
    answer(check, **{left: None})

    with pytest.raises(Refused, match="Answer first"):
        command(check)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"q04": "serious"}, "do not say that a life"),
        ({"q39": "who"}, "lifts no red line"),
        ({"q26": UNKNOWN}, "lifts no red line"),
    ],
)
def test_without_danger_or_across_an_absolute_line_nobody_begins(check, answers, sentence):
    answer(check, **answers)

    with pytest.raises(Refused) as refused:
        command(check)

    assert sentence in " ".join(refused.value.messages)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({"commander": " "}, "which office"), ({"reason": "Now!"}, "Say why")],
)
def test_a_command_has_an_office_and_a_reason(check, said, sentence):
    with pytest.raises(Refused, match=sentence):
        command(check, **said)


def test_only_its_author_and_its_approver_command(check):
    writer = take_part(check, Role.WRITER)

    with pytest.raises(PermissionDenied):
        command(check, by=writer)
    command(check, by=check.parts.get(role=Role.APPROVER).member)
    with pytest.raises(Refused):
        command(check)


def test_what_is_not_sent_within_a_day_is_suspended_and_its_people_hear(check):
    command(check)

    assert follow(hours=23, minutes=59) == 0
    assert follow(hours=24, minutes=1) == 1
    assert follow(hours=24, minutes=2) == 0
    check.refresh_from_db()
    assert check.state == State.SUSPENDED
    assert Activity.objects.about(Ref.to(check)).first().verb == "not_finished"


def test_what_is_sent_in_time_goes_on_to_its_decision(check):
    command(check)
    answer_as(check)
    services.submit(check, by=check.author)

    assert follow(hours=25) == 0
    assert (check.state, services.version_of(check).number) == (State.SUBMITTED, 2)
    assert check.finish_by is None


def test_an_answer_that_crosses_an_absolute_line_stops_it(check):
    command(check)
    answer(check, q39="who")

    assert follow(minutes=1) == 1
    check.refresh_from_db()
    assert check.state == State.SUSPENDED


def test_a_command_alone_is_never_lifted_into_an_approval(check):
    command(check)
    approver = check.parts.get(role=Role.APPROVER).member
    follow(hours=25)
    check.refresh_from_db()
    seen = services.version_of(check).sha256

    said = services.Ruling(seen=seen, attested=tuple(map(str, deciding.ATTESTATIONS)))
    with pytest.raises(Refused, match="Nobody approved it yet"):
        services.lift(check, said, by=approver)


def test_one_whose_activity_the_rules_forgot_stops_no_other(check, author):
    command(check)
    Check.objects.filter(pk=check.pk).update(activity="forgotten")

    assert follow(hours=1) == 0
    assert follow(hours=25) == 1
