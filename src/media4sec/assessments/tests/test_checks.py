"""Checks: who may read one, how it begins, and how it goes."""

import json
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from media4sec.assessments import services, tasks
from media4sec.assessments.models import Answer, Check
from media4sec.assessments.tests.factories import UNKNOWN, answer, begin, queries_of, signed_in
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Door, Label
from media4sec.kit.models import Activity
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds, rooms
from media4sec.members.models import Circle
from media4sec.members.services import people
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db

PAGES = (
    "",
    "quick/",
    "quick/result/",
    "questions/",
    "questions/q01/",
    "what-if/",
    "result.json",
    "withdraw/",
)


# Who may read


@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_its_author_finds_a_check(page):
    anna = MemberFactory()
    others = [
        MemberFactory(),
        MemberFactory(is_moderator=True),
        MemberFactory(is_administrator=True),
    ]
    check = begin(anna)
    answer(check, q01="police")

    found = [signed_in(each).get(f"/checks/{check.pk}/{page}").status_code for each in others]

    assert signed_in(anna).get(f"/checks/{check.pk}/{page}").status_code == 200
    assert found == [404, 404, 404]
    assert Client().get(f"/checks/{check.pk}/{page}").status_code == 302


def test_whoever_shares_its_circle_does_not_find_it_either():
    anna, ben = MemberFactory(), MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna], hosts=[ben])

    check = begin(anna, circle=circle)

    assert list(Check.objects.visible_to(ben)) == []
    assert list(Check.objects.visible_to(anna)) == [check]


def test_a_named_reader_reads_but_neither_answers_nor_takes_it_along():
    anna, ben = MemberFactory(), MemberFactory()
    check = begin(anna)
    check.readers.add(ben)
    answer(check, q01="police")

    pages = {page: signed_in(ben).get(f"/checks/{check.pk}/{page}").status_code for page in PAGES}

    assert pages == {
        "": 200,
        "quick/": 403,
        "quick/result/": 200,
        "questions/": 200,
        "questions/q01/": 403,
        "what-if/": 200,
        "result.json": 403,
        "withdraw/": 403,
    }
    assert b"print-mark--never" in signed_in(ben).get(f"/checks/{check.pk}/").content


def test_lists_and_rules_agree():
    anna, ben, cleo = MemberFactory.create_batch(3)
    mine, read, gone = begin(anna), begin(ben), begin(anna)
    read.readers.add(anna)
    services.withdraw(gone, by=anna)

    for visitor in (anna, ben, cleo, AnonymousUser()):
        may_open = {
            each for each in (mine, read, gone) if may(visitor, "assessments.view_check", each)
        }
        assert set(Check.objects.visible_to(visitor)) == may_open, visitor


def test_a_check_passes_no_door_and_a_letter_only_hints_at_it():
    kind = kinds()["assessments.check"]
    entry = kind.entry(begin(MemberFactory()))

    assert entry.label == Label.RED
    passed = {
        door: entry.through(door) for door in (Door.SEARCH, Door.JSON, Door.EXPORT, Door.PUBLIC)
    }
    assert set(passed.values()) == {None}
    assert entry.through(Door.MAIL).title == ""
    assert not kind.searchable
    assert not kind.syndicated


def test_the_database_keeps_a_check_among_its_people():
    check = begin(MemberFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(label=Label.GREEN)


# Beginning


def test_a_check_begins_as_a_draft_under_the_rules_of_today():
    anna = MemberFactory()

    check = begin(anna, description="We count, and name nobody.")

    assert (check.state, check.version, check.label) == (Check.State.DRAFT, 1, Label.RED)
    assert [pack["id"] for pack in check.packs] == ["media4sec.eu-base"]
    assert [each.verb for each in Activity.objects.about(Ref.to(check))] == ["began"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"activity": "mind_reading"}, "Choose what you plan"),
        ({"activity": ""}, "Choose what you plan"),
        ({"country": "XX"}, "Choose the country"),
        ({"title": "No"}, "four letters"),
        ({"title": "T" * 200}, "Shorten the title"),
        ({"description": "x" * 2_000_000}, "Shorten it to 2000"),
    ],
)
def test_what_no_check_can_be_is_refused_in_a_sentence(said, sentence):
    with pytest.raises(Refused, match=sentence):
        begin(MemberFactory(), **said)

    assert not Check.objects.exists()


def test_nobody_begins_a_check_in_somebody_elses_circle():
    with pytest.raises(PermissionDenied):
        begin(MemberFactory(), circle=CircleFactory(kind=Circle.Kind.CLOSED))


def test_a_suspended_member_begins_none():
    with pytest.raises(PermissionDenied):
        begin(MemberFactory(suspended_at=now(), suspension_reason="Spam."))


def test_the_form_begins_one_with_the_activity_of_the_link():
    anna = MemberFactory()
    client = signed_in(anna)
    form = client.get("/checks/new/?activity=witness_appeal").context["desk"].form
    assert form.initial["activity"] == "witness_appeal"

    answered = client.post(
        "/checks/new/", {"title": "An appeal", "activity": "witness_appeal", "writer": ""}
    )

    check = Check.objects.get()
    assert answered.url == check.get_absolute_url()
    assert (check.activity, check.author) == ("witness_appeal", anna)


def test_the_form_comes_back_filled_with_a_sentence():
    client = signed_in(MemberFactory())

    page = client.post("/checks/new/", {"title": "An appeal", "activity": "mind_reading"})

    assert page.status_code == 422
    assert b'value="An appeal"' in page.content
    assert not Check.objects.exists()


def test_two_megabytes_of_text_come_back_with_a_sentence():
    client = signed_in(MemberFactory())

    page = client.post(
        "/checks/new/",
        {"title": "An appeal", "activity": "witness_appeal", "description": "x" * 2_000_000},
    )

    assert page.status_code == 422
    assert not Check.objects.exists()


def test_a_double_click_begins_one():
    client = signed_in(MemberFactory())
    said = {"title": "An appeal", "activity": "witness_appeal", "attempt": "once"}

    first, second = (client.post("/checks/new/", said) for _click in range(2))

    assert first.url == second.url
    assert Check.objects.count() == 1


@pytest.mark.parametrize("address", ["nonsense", "patterns.pattern:9", "x.y:1", "a.b:" + "9" * 40])
def test_an_address_that_leads_nowhere_is_no_origin(address):
    client = signed_in(MemberFactory())

    client.post(f"/checks/new/?from={address}", {"title": "A plan", "activity": "crisis_comms"})

    assert Check.objects.get().origin == ""


# The list


def test_the_list_asks_as_often_for_ten():
    anna, asked = MemberFactory(), []
    client = signed_in(anna)
    for upto in (1, 10):
        for number in range(Check.objects.count(), upto):
            answer(begin(anna, title=f"Plan {number}"), q01="police", q02=UNKNOWN)
        asked.append(queries_of(client, "/checks/"))
        assert client.get("/checks/").content.count(b"2 of ") == upto

    assert asked[0] == asked[1] <= 15


def test_the_guide_leads_to_ones_checks():
    page = signed_in(MemberFactory()).get("/checks/guide/")

    assert b'href="/checks/"' in page.content
    assert b'href="/checks/"' not in Client().get("/checks/guide/").content


def test_an_empty_list_says_how_to_begin():
    page = signed_in(MemberFactory()).get("/checks/")

    assert b"No check yet" in page.content
    assert b'href="/checks/new/"' in page.content
    assert b'href="/checks/guide/"' in page.content


# Going


def test_who_withdraws_a_check_is_asked_first_and_then_nothing_is_left():
    anna = MemberFactory()
    check, client = begin(anna, description="Secret words."), signed_in(anna)
    answer(check, q01="police")
    client.get(f"/checks/{check.pk}/withdraw/")
    assert Answer.objects.count() == 1

    client.post(f"/checks/{check.pk}/withdraw/")

    check.refresh_from_db()
    assert (check.title, check.description, check.state) == ("", "", Check.State.WITHDRAWN)
    assert not Answer.objects.exists()
    assert client.get(f"/checks/{check.pk}/").status_code == 404
    assert b"No check yet" in client.get("/checks/").content


def test_whoever_is_not_its_author_withdraws_nothing():
    check, ben = begin(MemberFactory()), MemberFactory()
    check.readers.add(ben)

    with pytest.raises(PermissionDenied):
        services.withdraw(check, by=ben)


def test_the_file_one_takes_along_has_ones_checks_and_nobody_elses():
    anna, ben = MemberFactory(), MemberFactory()
    check = begin(anna, title="My plan")
    answer(check, q01="police")
    answer(check, q01="ngo")
    begin(ben, title="Another plan")
    Answer.objects.create(check_of=check, question="q02", value="crime", by=ben, at=now())
    room = next(each for each in rooms() if each.name == "assessments")

    said = json.loads(room.slots["export"](SimpleNamespace(user=anna), member=anna))

    assert [each["title"] for each in said["checks"]] == ["My plan"]
    assert [each["answer"] for each in said["checks"][0]["answers"]] == ["police", "ngo"]


def test_when_an_account_closes_its_checks_are_wiped():
    anna, ben = MemberFactory(), MemberFactory()
    gone, stays = begin(anna, title="Going plan"), begin(ben)
    answer(gone, q01="police")
    people.close_account(by=anna)

    tasks.keep_house()
    tasks.keep_house()

    gone.refresh_from_db()
    assert (gone.title, gone.state) == ("", Check.State.WITHDRAWN)
    assert not Answer.objects.exists()
    assert [each.pk for each in Check.objects.filter(state=Check.State.DRAFT)] == [stays.pk]


@pytest.mark.parametrize("state", sorted({*Check.State.values} - {"draft", "withdrawn"}))
def test_what_was_sent_or_acted_on_stays_when_its_author_goes_and_stops_no_other(state):
    anna = MemberFactory()
    stays, gone = begin(anna), begin(anna)
    Check.objects.filter(pk=stays.pk).update(state=state)
    people.close_account(by=anna)

    tasks.keep_house()

    states = dict(Check.objects.values_list("pk", "state"))
    assert states == {stays.pk: state, gone.pk: "withdrawn"}
    assert stays.events.exists()
    assert stays.seals.exists()


def test_one_check_whose_activity_the_rules_forgot_hides_no_other():
    anna = MemberFactory()
    lost, other = begin(anna, title="Lost plan"), begin(anna, title="Other plan")
    Check.objects.filter(pk=lost.pk).update(activity="forgotten")

    page = signed_in(anna).get("/checks/")

    assert page.status_code == 200
    assert [row.check.pk for row in page.context["rows"] if row.standing] == [other.pk]
    assert "Lost plan" in page.content.decode()
