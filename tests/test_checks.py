"""Checks beside other rooms: begun from a pattern, and told to nobody."""

import pytest
from django.test import Client

from media4sec.assessments.models import Check
from media4sec.assessments.tests.factories import answer, begin, signed_in
from media4sec.digests import tasks as letters
from media4sec.digests.models import Notice
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns.tests.factories import publish

pytestmark = pytest.mark.django_db


def test_nobody_is_told_and_nobody_finds_it():
    anna, ben = MemberFactory(), MemberFactory()
    circle = CircleFactory(members=[anna, ben])
    check = begin(anna, title="Zebracrossing", description="A quagmire.", circle=circle)
    answer(check, q01="police")
    letters.keep_in_touch()

    doors = ["/search/?q=quagmire", "/", "/checks/", circle.get_absolute_url()]
    doors += [anna.get_absolute_url(), f"/report/?thing=assessments.check:{check.pk}"]

    for door in doors:
        assert b"Zebracrossing" not in signed_in(ben).get(door).content, door
        assert b"Zebracrossing" not in Client().get(door).content, door
    assert b"Zebracrossing" not in signed_in(anna).get("/search/?q=quagmire").content
    assert not Notice.objects.filter(thing_kind="assessments.check").exists()


def test_a_check_remembers_the_pattern_it_started_from():
    client, pattern = signed_in(MemberFactory()), publish()
    address = f"/checks/new/?from=patterns.pattern:{pattern.pk}"
    assert pattern.title in client.get(address).content.decode()

    client.post(address, {"title": "One voice here", "activity": "crisis_comms"})

    check = Check.objects.get()
    assert check.origin == f"patterns.pattern:{pattern.pk}"
    assert pattern.title in client.get(check.get_absolute_url()).content.decode()


def test_a_pattern_leads_to_its_check():
    pattern = publish()

    page = Client().get(pattern.get_absolute_url())

    assert f"/checks/new/?from=patterns.pattern:{pattern.pk}" in page.content.decode()


def test_a_check_does_not_show_in_what_a_pattern_is_linked_to():
    anna, pattern = MemberFactory(), publish()
    begin(anna, title="Zebracrossing", origin=Ref.to(pattern))

    for client in (Client(), signed_in(MemberFactory()), signed_in(anna)):
        assert b"Zebracrossing" not in client.get(pattern.get_absolute_url()).content
