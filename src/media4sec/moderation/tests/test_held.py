"""What is held waits on the desk, is decided one by one or together, and its writer is told."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.exceptions import PermissionDenied

from media4sec.kit import outbox, rooms
from media4sec.kit.errors import Refused
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Room, open_room
from media4sec.kit.tests.things import THINGS, a_thing
from media4sec.members.tests.factories import MemberFactory
from media4sec.moderation import services
from media4sec.moderation.models import Decision
from media4sec.replies import services as replies
from media4sec.replies.models import Guest, Remark

pytestmark = pytest.mark.django_db
WHY = {"reference": "rules@2026-1#adverts", "facts": "Links to prices.", "reason": "Advertising."}


@pytest.fixture(autouse=True)
def hall(monkeypatch):
    monkeypatch.setattr(rooms, "_rooms", dict(rooms._rooms))
    open_room(Room("hall", "Hall", kinds=(replace(THINGS, takes_replies=True),)))


@pytest.fixture
def moderator():
    return MemberFactory(is_moderator=True, name="Mod Erator")


@pytest.fixture
def held():
    """held(3): three guests' first replies under one thing."""

    def held(count=1):
        thing, stranger = a_thing(title="An article"), AnonymousUser()
        made = []
        for number in range(count):
            remark = replies.leave_as_guest(
                thing,
                by=stranger,
                name=f"Guest {number}",
                email=f"guest{number}@guests.example",
                body=f"zqheld{number}zq",
            )
            made.append(replies.confirm(remark, by=stranger))
        outbox.send_due()
        mail.outbox.clear()
        return made

    return held


def told():
    outbox.send_due()
    return {letter.to[0]: letter for letter in mail.outbox}


def test_released_it_is_there_and_its_writer_is_told(held, moderator):
    (remark,) = held()

    services.release(remark, by=moderator)

    assert Remark.objects.visible_to(AnonymousUser()).get() == remark
    letter = told()["guest0@guests.example"]
    assert "published" in letter.subject
    assert "/replies/own/" in letter.body


def test_declined_it_leaves_a_gap_and_its_writer_is_told_why(held, moderator):
    (remark,) = held()

    decision = services.decline(remark, by=moderator, **WHY)

    remark.refresh_from_db()
    assert (remark.body, remark.guest_name, remark.decision_id) == ("", "", decision.pk)
    letter = told()["guest0@guests.example"]
    for words in (WHY["facts"], WHY["reason"], "no advertising"):
        assert words in letter.body
    assert moderator.name not in str(letter.message())


def test_the_second_of_two_is_told(held, moderator):
    (remark,) = held()
    same = Remark.objects.get(pk=remark.pk)
    services.release(remark, by=moderator)

    with pytest.raises(Exception, match="Somebody else"):
        services.decline(same, by=MemberFactory(is_moderator=True), **WHY)

    assert Decision.objects.count() == 1


def test_several_are_declined_together_after_a_page_that_asks(client, held, moderator):
    made = held(3)
    client.force_login(moderator)
    chosen = [str(Ref.to(each)) for each in made[:2]]

    page = client.get("/moderation/?tab=held").content.decode()
    assert all(f"zqheld{number}zq" in page for number in range(3))
    asked = client.post("/moderation/held/", {"thing": chosen, "decline": "1"}).content.decode()
    assert "Do not publish these replies?" in asked
    assert Decision.objects.count() == 0
    wrong = client.post("/moderation/held/", {"thing": chosen, "decline": "1", "sure": "1"})
    assert "Choose the law or house rule" in wrong.content.decode()
    client.post("/moderation/held/", {"thing": chosen, "decline": "1", "sure": "1", **WHY})

    states = list(Remark.objects.order_by("pk").values_list("standing", flat=True))
    assert states == ["declined", "declined", "held"]
    assert Decision.objects.count() == 2


def test_what_a_colleague_decided_meanwhile_stays(client, held, moderator):
    made = held(2)
    client.force_login(moderator)
    services.decline(made[0], by=MemberFactory(is_moderator=True), **WHY)

    chosen = [str(Ref.to(each)) for each in made]
    answer = client.post(
        "/moderation/held/", {"thing": chosen, "release": "1", "sure": "1"}, follow=True
    )

    assert "1 reply is published." in answer.content.decode()
    assert "decided by somebody else" in answer.content.decode()
    assert Remark.objects.get(pk=made[0].pk).standing == "declined"


def test_members_decide_nothing(client, held):
    (remark,) = held()
    client.force_login(MemberFactory())

    chosen = {"thing": [str(Ref.to(remark))], "release": "1", "sure": "1"}

    assert client.post("/moderation/held/", chosen).status_code == 403
    assert Remark.objects.get().standing == "held"


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_of_held_asks_no_more_for_ten(
    client, held, moderator, count, django_assert_max_num_queries
):
    held(count)
    client.force_login(moderator)

    with django_assert_max_num_queries(8):
        page = client.get("/moderation/?tab=held").content.decode()

    assert page.count('name="thing"') == count


def test_no_page_mail_log_or_export_holds_a_guests_address(client, held, moderator, caplog):
    made = held(2)
    services.release(made[0], by=moderator)
    services.decline(made[1], by=moderator, **WHY)
    told()
    client.force_login(moderator)
    decision = Decision.objects.first()

    with caplog.at_level("INFO"):
        for address in (
            "/moderation/",
            "/moderation/?tab=held",
            "/moderation/?tab=decided",
            decision.get_absolute_url(),
            f"/report/{Ref.to(made[0])}/",
            "/me/export/",
            "/search/?q=guests.example",
        ):
            said = client.get(address, follow=True).content.decode()
            assert "guest0@" not in said
            assert "guest1@" not in said
    assert "@guests.example" not in caplog.text
    for letter in mail.outbox:
        assert "@guests.example" not in letter.body
    assert Guest.objects.count() == 2


def test_the_guests_letter_says_that_software_held_it_and_a_person_decided(moderator, held):
    decision = services.decline(held()[0], by=moderator, **WHY)

    letter = told()["guest0@guests.example"].body
    assert "Nobody reported it. Software held it back until a person had read it." in letter
    assert f"name decision {decision.pk}" in letter


@pytest.mark.parametrize("number", ["9" * 19, "9" * 30])
def test_a_number_without_end_is_nothing_that_waits(client, moderator, held, number):
    held()
    client.force_login(moderator)

    answer = client.post("/moderation/held/", {"thing": f"replies.remark:{number}", "release": "1"})

    assert answer.url == "/moderation/?tab=held"


def test_what_a_moderator_cannot_read_they_do_not_release(moderator, held, monkeypatch):
    (remark,) = held()
    monkeypatch.setattr("media4sec.moderation.queries.seeing.WIDE", set())

    with pytest.raises(Refused, match="not read it"):
        services.release(remark, by=moderator)
    with pytest.raises(Refused, match="not read it"):
        services.decline(remark, by=moderator, **WHY)

    assert not Decision.objects.exists()


def test_one_of_several_authors_does_not_decide_either(moderator):
    author, other = MemberFactory(is_moderator=True), MemberFactory()
    kind = replace(THINGS, writers=lambda thing: [other.pk, author.pk])
    open_room(Room("hall", "Hall", kinds=(kind,)))
    case = services.report(a_thing(), by=MemberFactory(), words="It is wrong.").case

    with pytest.raises(PermissionDenied, match="your own words"):
        services.keep(case, by=author, reason="It is right.")
    assert services.keep(case, by=moderator, reason="It is right.").case == case
