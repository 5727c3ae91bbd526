"""Decisions end, go stale and begin anew; what the house does, it does once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from media4sec.assessments import services
from media4sec.assessments.models import Check, Part, Role, Stale
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.tests.factories import (
    accepted,
    answer,
    approved,
    begin,
    in_review,
    prove,
    ruling,
    signed_in,
    take_part,
)
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db
State = Check.State
TODAY = now().date()


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def held(author):
    """Approved for 30 days."""
    return approved(author, Role.LEGAL)[0]


def renew(days):
    with pretend(now() + timedelta(days=days)):
        return services.renew_due(by=THE_HOUSE)


def verbs(check):
    return [each.verb for each in Activity.objects.about(Ref.to(check))]


# The house


def test_the_end_is_told_once_and_comes_once(held):
    looks = [(10, 0), (16, 1), (16, 0), (30, 0), (31, 1), (31, 0)]

    assert [(days, renew(days)) for days, _count in looks] == looks
    held.refresh_from_db()
    assert held.state == State.EXPIRED
    assert verbs(held)[:2] == ["expired", "ends_soon"]


def test_a_lapsed_proof_makes_a_decision_stale_once(held, author):
    held.proofs.filter(key="S.LOG").update(valid_until=TODAY + timedelta(days=2))

    assert (renew(2), renew(3), renew(3)) == (0, 1, 0)
    held.refresh_from_db()
    assert (held.stale_why, held.state) == (Stale.LAPSED, State.APPROVED)
    assert held.confirm_by == held.valid_until


def test_a_proof_that_was_given_anew_did_not_lapse(held):
    held.proofs.filter(key="S.LOG").update(valid_until=TODAY + timedelta(days=2))
    accepted(held, "safeguard", "S.LOG")

    assert renew(3) == 0


def test_what_nobody_confirms_is_suspended(held, author):
    Check.objects.filter(pk=held.pk).update(valid_until=TODAY + timedelta(days=300))
    held.refresh_from_db()
    services.report_change(held, "changed", "We use another platform.", by=author)

    assert (renew(90), renew(91), renew(91)) == (0, 1, 0)
    held.refresh_from_db()
    assert held.state == State.SUSPENDED


# What people report


@pytest.mark.parametrize("why", ["changed", "ruling", "assembly", "lapsed"])
def test_what_changed_has_to_be_confirmed_within_ninety_days(held, author, why):
    Check.objects.update(valid_until=TODAY + timedelta(days=300))
    services.report_change(held, why, "Something is new here.", by=author)

    assert (held.state, held.stale_why) == (State.APPROVED, why)
    assert held.confirm_by == TODAY + timedelta(days=90)


def test_who_has_to_look_at_it_reads_what_changed(held, author):
    services.report_change(held, "changed", "We use another platform.", by=author)
    services.report_change(held, "ruling", "A court spoke of it, too.", by=author)

    page = signed_in(author).get(held.get_absolute_url()).content.decode()

    assert "We use another platform." in page
    assert "A court spoke of it, too." in page


def test_after_an_incident_nobody_acts_on_it(held):
    reviewer = held.parts.get(role=Role.LEGAL).member

    services.report_change(held, "incident", "A wrong person was named.", by=reviewer)

    assert (held.state, held.stale_why) == (State.SUSPENDED, Stale.INCIDENT)


def test_a_second_reason_puts_no_day_off(held, author):
    Check.objects.update(valid_until=TODAY + timedelta(days=300))
    services.report_change(held, "changed", "We use another platform.", by=author)
    with pretend(now() + timedelta(days=20)):
        services.report_change(held, "ruling", "A court has decided.", by=author)

    assert (held.stale_why, held.confirm_by) == (Stale.CHANGED, TODAY + timedelta(days=90))


def test_it_is_confirmed_before_the_decision_ends(held, author):
    assert held.valid_until == TODAY + timedelta(days=30)

    services.report_change(held, "changed", "We use another platform.", by=author)

    assert held.confirm_by == held.valid_until


@pytest.mark.parametrize("why", ["stricter", "red_line", "", "x"])
def test_what_only_the_house_sees_nobody_reports(held, author, why):
    with pytest.raises(Refused, match="from the list"):
        services.report_change(held, why, "Something is new here.", by=author)


def test_who_has_no_part_reports_nothing(held, author):
    asked = MembershipFactory(circle=held.circle).member
    services.ask(held, by=author, member=asked, role=Role.WRITER)

    for member in (asked, MemberFactory()):
        with pytest.raises(PermissionDenied):
            services.report_change(held, "incident", "Something is wrong.", by=member)


def test_a_new_red_line_suspends_at_once(held):
    with transaction.atomic():
        services.make_stale(held, Stale.RED_LINE, by=THE_HOUSE)

    assert (held.state, held.stale_why) == (State.SUSPENDED, Stale.RED_LINE)


# Anew


def test_what_begins_anew_has_the_answers_and_asks_the_people(held, author):
    new = services.revise(held, by=author)

    assert (new.parent, new.state, new.circle) == (held, State.DRAFT, held.circle)
    assert standing_of(new).given == standing_of(held).given
    assert {each.by for each in new.answers.all()} == {author}
    assert not new.proofs.exists()
    asked = new.parts.values_list("role", "state")
    assert set(asked) == {(Role.LEGAL, Part.State.ASKED), (Role.APPROVER, Part.State.ASKED)}
    with pytest.raises(Refused, match="began this anew"):
        services.revise(held, by=author)


def test_once_the_new_one_is_approved_the_old_one_is_replaced(held, author):
    approver = held.parts.get(role=Role.APPROVER).member
    new = services.revise(held, by=author)
    services.accept(new.parts.get(role=Role.APPROVER), by=approver)
    services.submit(new, by=author)
    prove(new)

    services.approve(new, ruling(new), by=approver)

    held.refresh_from_db()
    assert (held.state, new.state) == (State.SUPERSEDED, State.APPROVED)
    assert held.events.last().action == "superseded"


def test_who_wrote_the_old_one_does_not_decide_about_the_new_one(held, author):
    owner = take_part(held, Role.OWNER)
    held.refresh_from_db()
    new = services.revise(held, by=owner)
    services.remove(new.parts.get(member=author), by=owner)
    facts = {"asked_by": owner, "asked_at": now(), "state": Part.State.TAKEN}
    Part.objects.create(check_of=new, member=author, role=Role.APPROVER, **facts)
    new.readers.add(author)
    services.submit(new, by=owner)
    prove(new)

    with pytest.raises(PermissionDenied):
        services.approve(new, ruling(new), by=author)


def test_the_officer_of_the_old_one_does_not_decide_about_the_new_one(author):
    check, people = in_review(author, Role.OFFICER)
    officer, approver = people[Role.OFFICER], people[Role.APPROVER]
    seen = services.version_of(check).sha256
    words = {"advice": "agrees", "words": "Fine.", "seen": seen}
    services.advise(check, by=officer, role=Role.OFFICER, **words)
    services.refuse(check, ruling(check), by=approver)
    new = services.revise(check, by=author)
    services.remove(new.parts.get(member=officer), by=author)

    with pytest.raises(Refused, match="advises and never decides"):
        services.ask(new, by=author, member=officer, role=Role.APPROVER)


def test_a_draft_does_not_begin_anew(author):
    check = begin(author)
    answer(check, q01="police")

    with pytest.raises(Refused, match="Only what was decided"):
        services.revise(check, by=author)


def test_who_only_reads_begins_nothing_anew(held):
    with pytest.raises(PermissionDenied):
        services.revise(held, by=held.parts.get(role=Role.LEGAL).member)
