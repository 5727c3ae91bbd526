from datetime import timedelta

import pytest
from django.db import transaction

from media4sec.kit import activity, clock, pagecache
from media4sec.kit.activity import record
from media4sec.kit.models import Activity, Stamp
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.kit.tests.things import a_thing, somebody

pytestmark = pytest.mark.django_db


def test_what_happened_is_written_down():
    who, thing, where = somebody(), a_thing(), a_thing()
    moment = clock.now() - timedelta(days=3)

    with clock.pretend(moment):
        written = record(who, "accepted", thing, within=where, number=5)

    kept = Activity.objects.get()
    assert kept == written
    assert (kept.actor, kept.verb, kept.subject, kept.facts) == (
        who,
        "accepted",
        Ref.to(thing),
        {"number": 5},
    )
    assert (kept.within_kind, kept.within_id) == ("kit.theme", where.pk)
    assert kept.at == moment


def test_the_house_acts_without_a_name():
    assert record(THE_HOUSE, "closed", a_thing()).actor is None


def test_the_log_is_asked_about_a_thing_and_within_one():
    thing, where = a_thing(), a_thing()
    first, second = record(THE_HOUSE, "a", thing, within=where), record(THE_HOUSE, "b", where)

    assert list(Activity.objects.about(Ref.to(thing))) == [first]
    assert list(Activity.objects.within(Ref.to(where))) == [first]
    assert list(Activity.objects.about(Ref.to(where))) == [second]


@pytest.mark.django_db(transaction=True)
def test_what_happens_outside_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(THE_HOUSE, "lost", a_thing())


@pytest.mark.django_db(transaction=True)
def test_what_came_to_nothing_was_never_written():
    with transaction.atomic():
        record(THE_HOUSE, "lost", a_thing())
        transaction.set_rollback(True)

    assert not Activity.objects.exists()
    assert not Stamp.objects.exists()


def test_prompt_readers_learn_of_it_in_the_same_transaction(monkeypatch):
    monkeypatch.setattr(activity, "_prompt_readers", [])
    heard = []
    reader = activity.read_promptly(lambda written, subject: heard.append((written, subject)))
    activity.read_promptly(reader)
    thing = a_thing()

    written = record(THE_HOUSE, "changed", thing)

    assert heard == [(written, thing)]


def test_the_stamp_is_raised_once_a_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as hooks:
        for _ in range(3):
            record(THE_HOUSE, "changed", a_thing())

    assert hooks.count(pagecache.forget) == 1
    assert Stamp.objects.get().value == 1


@pytest.mark.django_db(transaction=True)
def test_the_stamp_is_raised_though_a_part_of_the_work_came_to_nothing():
    with transaction.atomic():
        with transaction.atomic():
            record(THE_HOUSE, "lost", a_thing())
            transaction.set_rollback(True)
        record(THE_HOUSE, "changed", a_thing())

    assert Stamp.objects.get().value == 1
    assert [each.verb for each in Activity.objects.all()] == ["changed"]


@pytest.mark.django_db(transaction=True)
def test_what_is_written_is_written_though_no_page_can_be_told(monkeypatch):
    def locked():
        raise RuntimeError("database is locked")

    monkeypatch.setattr(pagecache, "forget", locked)

    with transaction.atomic():
        record(THE_HOUSE, "changed", a_thing())

    assert Activity.objects.count() == 1


def test_reading_the_clock_ends_with_the_pretence():
    moment = clock.now() - timedelta(days=300)
    with clock.pretend(moment):
        assert clock.now() == moment

    assert clock.now() - moment > timedelta(days=299)
