"""What becomes of a yes: suspended, lifted, taken back, confirmed under the rules of today."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from media4sec.assessments import services
from media4sec.assessments.models import Check, Decision, Role, Stale
from media4sec.assessments.services import Wanted
from media4sec.assessments.tests.factories import (
    accepted,
    approved,
    ruling_today,
)
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
State, Kind = Check.State, Decision.Kind
TODAY = now().date()


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def held(author):
    """A check that was approved, and its approver."""
    check, people = approved(author)
    return check, people[Role.APPROVER]


def wanted(check, **said):
    facts = {"text": "Train everybody.", "owner": check.author, "due": TODAY + timedelta(days=20)}
    return Wanted(**{**facts, **said})


def test_a_suspended_check_is_lifted_by_an_approver(held, author):
    check, approver = held
    before = check.valid_until

    services.suspend(check, "Something is wrong here.", by=author)
    assert (check.state, check.is_in_force) == (State.SUSPENDED, False)
    with pytest.raises(PermissionDenied):
        services.lift(check, ruling_today(check), by=author)
    services.lift(check, ruling_today(check), by=approver)

    assert (check.state, check.valid_until) == (State.APPROVED, before)
    assert check.versions.count() == 2


def test_an_approval_is_taken_back_for_good(held):
    check, approver = held

    services.revoke(check, "It was decided too early.", by=approver)

    assert check.state == State.REVOKED
    with pytest.raises(Refused):
        services.lift(check, ruling_today(check), by=approver)


def test_a_stale_check_is_confirmed_under_the_rules_of_today(held, author):
    check, approver = held
    services.report_change(check, "ruling", "A court has decided.", by=author)

    with pytest.raises(Refused, match="Tick every sentence"):
        services.confirm(check, ruling_today(check, attested=()), by=approver)
    decision = services.confirm(check, ruling_today(check), by=approver)

    assert (check.state, check.is_stale, check.confirm_by) == (State.APPROVED, False, None)
    assert (decision.kind, decision.version.number) == (Kind.CONFIRM, 2)
    with pytest.raises(Refused, match="nothing to confirm"):
        services.confirm(check, ruling_today(check), by=approver)


def test_a_confirmation_puts_no_end_off(held, author):
    check, approver = held
    before = check.valid_until

    with pretend(now() + timedelta(days=10)):
        services.report_change(check, "changed", "A new platform.", by=author)
        later = before + timedelta(days=1)
        with pytest.raises(Refused, match="as long as a decision holds"):
            services.confirm(check, ruling_today(check, valid_until=later), by=approver)
        services.confirm(check, ruling_today(check), by=approver)

    assert check.valid_until == before


def test_what_cannot_be_approved_is_not_confirmed(held, author):
    check, approver = held
    check.proofs.filter(key="S.LOG").update(valid_until=TODAY - timedelta(days=1))
    services.report_change(check, "lapsed", "The log lapsed.", by=author)

    with pytest.raises(Refused, match="at least one condition"):
        services.confirm(check, ruling_today(check), by=approver)
    services.confirm(check, ruling_today(check, conditions=(wanted(check),)), by=approver)

    assert check.state == State.CONDITIONS


def test_after_the_time_is_over_nothing_is_lifted(held, author):
    check, approver = held
    services.suspend(check, "Something is wrong here.", by=author)

    late = now() + timedelta(days=40)
    with pretend(late), pytest.raises(Refused, match="is over"):
        services.lift(check, ruling_today(check), by=approver)


def test_a_red_line_of_new_rules_is_lifted_by_nobody(held):
    check, approver = held
    with transaction.atomic():
        services.make_stale(check, Stale.RED_LINE, by=approver)

    assert check.state == State.SUSPENDED
    check.answers.filter(question="q26").update(value="live")
    with pytest.raises(Refused):
        services.lift(check, ruling_today(check), by=approver)


def test_what_changed_since_the_page_was_opened_is_not_confirmed(held, author):
    check, approver = held
    services.report_change(check, "ruling", "A court has decided.", by=author)
    old = ruling_today(check)
    accepted(check, "authorisation", "AU.SA")
    check.proofs.filter(key="S.LOG").update(state="declined")

    with pytest.raises(Refused, match="What follows changed"):
        services.confirm(check, old, by=approver)

    assert check.versions.count() == 1


def test_the_database_keeps_no_yes_across_a_red_line(held):
    decision = Decision.objects.get()

    for wrong in ({"outcome": "blocked"}, {"outcome": ""}, {"valid_until": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**wrong)
