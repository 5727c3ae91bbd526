"""Two at the same moment, each with a connection of its own."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from media4sec.assessments import services
from media4sec.assessments.models import Check, Decision, Role
from media4sec.assessments.tests.factories import (
    approved,
    in_review,
    prove,
    ruling,
    take_part,
)
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.tests.factories import MemberFactory

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite writes one transaction at a time anyway"
    ),
    pytest.mark.django_db(transaction=True),
]


def at_once(*several):
    """Each in a thread; what stopped them."""
    together, troubles = threading.Barrier(len(several)), []

    def do(job):
        try:
            together.wait(5)
            job()
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[job]) for job in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return troubles


def test_two_approvers_at_once_and_one_decision():
    check, people = in_review(MemberFactory())
    prove(check)
    said, second = ruling(check), take_part(check, Role.APPROVER)
    yes, no = Check.objects.get(), Check.objects.get()

    troubles = at_once(
        lambda: services.approve(yes, said, by=people[Role.APPROVER]),
        lambda: services.refuse(no, said, by=second),
    )

    assert [type(each) for each in troubles] == [Refused]
    assert Decision.objects.count() == 1
    assert [*check.events.values_list("seq", flat=True)] == [*range(1, check.events.count() + 1)]


def test_two_workers_at_once_and_one_reminder():
    check, _people = approved(MemberFactory())

    def look():
        with pretend(now() + timedelta(days=20)):
            services.renew_due(by=THE_HOUSE)

    assert at_once(look, look) == []
    assert Activity.objects.filter(verb="ends_soon").count() == 1
    assert check.events.filter(action="reminded").count() == 1
