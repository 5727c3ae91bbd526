"""Notices become letters: once, at their time, and with nothing that may not travel."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core import mail as sent
from django.utils import timezone

from media4sec.digests import services, writing
from media4sec.digests.models import Mailbox, Notice, Rhythm
from media4sec.digests.tests.factories import notice, reply, start
from media4sec.discussions import services as discussions
from media4sec.kit import outbox
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Letter
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level
from media4sec.members.models import Circle, Member
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_the_start")]
Pace = Rhythm.Pace


@pytest.fixture(autouse=True)
def _worker(settings):
    settings.MAIL_AT_ONCE = False


@pytest.fixture
def anna():
    return MemberFactory(name="Anna", email="anna@example.org")


@pytest.fixture
def ben():
    return MemberFactory(name="Ben Whisper")


def post():
    """A week later everything is due: what arrived, as a mail program reads it."""
    notice()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        writing.write_letters()
        outbox.send_due()
    return [
        message_from_bytes(each.message().as_bytes(), policy=policy.default) for each in sent.outbox
    ]


def text(letter):
    return letter.get_body(("plain",)).get_content()


def html(letter):
    return letter.get_body(("html",)).get_content()


def test_a_digest_says_most_in_few_lines(anna, ben):
    topic = start(anna)
    for _ in range(3):
        reply(topic, ben)

    (letter,) = post()

    assert letter["To"] == "anna@example.org"
    assert letter["Subject"].strip() == "[TLP:GREEN] 3 replies in “Rumours at night”"
    for words in (text(letter), html(letter)):
        assert "3 replies in “Rumours at night”" in words
        assert "TLP:GREEN" in words
        assert f"http://127.0.0.1:8000/t/{topic.pk}/" in words
        assert "/letters/stop/" in words
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


def test_what_is_read_on_the_site_comes_in_no_letter(anna, ben):
    reply(start(anna), ben)
    notice()

    services.mark_read([Notice.objects.get().pk], by=anna)

    assert post() == []


def test_nothing_comes_twice(anna, ben):
    reply(start(anna), ben)

    assert len(post()) == 1
    assert len(post()) == 1
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("label", "title", "body", "hint"),
    [
        (Label.CLEAR, True, True, False),
        (Label.GREEN, True, True, False),
        (Label.AMBER, True, False, False),
        (Label.AMBER_STRICT, False, False, True),
        (Label.RED, False, False, True),
    ],
)
def test_a_letter_obeys_the_door_table(anna, ben, label, title, body, hint):
    circle = CircleFactory(kind=Circle.Kind.OPEN, title="Night desk", members=[anna, ben])
    readers = [ben] if label == Label.RED else []
    topic = start(anna, label, circle=circle, title="Zebra title", readers=readers)
    reply(topic, ben, "Yak words")

    letters = [each for each in post() if each["To"] == anna.email]

    (letter,) = letters
    everything = str(letter) + text(letter) + html(letter)
    assert ("Zebra title" in everything) is title
    assert ("zebra-title" in everything) is title
    assert ("Yak words" in everything) is body
    assert ("omething new" in everything) is hint
    assert ("Ben Whisper" in everything) is body
    assert ("Night desk" in everything) is (label != Label.RED)


def test_the_seal_holds_in_a_letter(anna, ben):
    reply(start(anna, attribution=Attribution.CHATHAM), ben)

    (letter,) = post()

    everything = str(letter) + text(letter) + html(letter)
    assert "A member replied" in everything
    assert "Ben Whisper" not in everything
    assert ben.email not in everything


def test_a_letter_is_worded_when_it_leaves_so_what_was_deleted_is_not_in_it(anna, ben):
    topic = start(anna)
    kept, gone = reply(topic, ben, "Kept words"), reply(topic, ben, "Gone words")
    notice()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        writing.write_letters()
    discussions.delete_reply(gone, by=ben)

    (letter,) = post()

    assert "Kept words" in text(letter)
    assert "Gone words" not in text(letter)
    assert kept.pk


def test_a_letter_about_nothing_any_more_is_dropped(anna, ben):
    gone = reply(start(anna), ben)
    notice()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        writing.write_letters()
    discussions.delete_reply(gone, by=ben)

    assert post() == []
    assert Letter.objects.get().state == Letter.State.DROPPED


def test_who_was_suspended_meanwhile_gets_nothing(anna, ben):
    reply(start(anna), ben)
    notice()
    Member.objects.filter(pk=anna.pk).update(suspended_at=timezone.now())

    assert post() == []


def test_what_is_wanted_at_once_does_not_wait_for_the_rest(anna, ben):
    services.choose_letters(
        by=anna,
        paces={Rhythm.ADDRESSED: Pace.AT_ONCE, "discussions.reply": Pace.WEEKLY},
        times={"quiet_from": 0, "quiet_until": 0},
    )
    topic = start(ben)
    mine = reply(topic, anna)
    reply(topic, ben, "For all")
    reply(topic, ben, "For you", answers_to=mine)
    notice()

    writing.write_letters()
    outbox.send_due()

    (letter,) = [each for each in sent.outbox if each.to == [anna.email]]
    assert "For you" in letter.body
    assert "For all" not in letter.body


def test_never_means_never(anna, ben):
    services.choose_letters(by=anna, paces={"discussions.reply": Pace.NEVER}, times={})
    reply(start(anna), ben)

    assert post() == []
    assert Notice.objects.count() == 1


def test_a_new_rhythm_holds_for_what_already_waits(anna, ben):
    reply(start(anna), ben)
    notice()
    assert Notice.objects.get().mail_at is not None

    services.choose_letters(by=anna, paces={"discussions.reply": Pace.NEVER}, times={})

    assert Notice.objects.get().mail_at is None


def test_a_mail_program_can_stop_the_letters_with_one_click(anna, ben, client):
    reply(start(anna), ben)
    (letter,) = post()
    address = letter["List-Unsubscribe"].strip(" <>").removeprefix("http://127.0.0.1:8000")
    assert letter["List-Unsubscribe-Post"].strip() == "List-Unsubscribe=One-Click"

    assert b"Stop all letters" in client.get(address).content
    assert not Mailbox.objects.filter(stopped_at__isnull=False).exists()
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Mailbox.objects.get().stopped_because == Mailbox.Stop.WISH
    assert anna.email.encode() not in answer.content
    reply(start(anna), ben)
    assert len(post()) == 1


def test_the_button_needs_no_cookie_and_no_token_of_ours(anna, settings):
    from django.test import Client  # noqa: PLC0415 - one that checks, as browsers meet it

    strict = Client(enforce_csrf_checks=True)

    assert strict.post(writing.stop_url(anna).removeprefix(settings.SITE_URL)).status_code == 200


def test_a_mail_service_presses_the_button_for_many_from_one_address(client, settings):
    settings.RATE_LIMITS = True
    members = MemberFactory.create_batch(60)

    for member in members:
        stop = writing.stop_url(member).removeprefix(settings.SITE_URL)
        assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert Mailbox.objects.filter(stopped_at__isnull=False).count() == 60


@pytest.mark.parametrize("token", ["1:forged", "x", "1"])
def test_nobody_stops_the_letters_of_others(client, anna, token):
    assert client.post(f"/letters/stop/{token}/").status_code == 404


def test_what_waits_for_a_letter_when_it_is_muted_is_in_none(anna, ben):
    muted, other = start(anna, title="Muted one"), start(anna, title="Other one")
    reply(muted, ben)
    reply(other, ben)
    notice()
    assert Notice.objects.unread().count() == 2

    services.watch(Ref.to(muted), by=anna, level=Level.MUTED)

    (letter,) = post()
    assert "Other one" in text(letter)
    assert "Muted one" not in text(letter)
    assert Notice.objects.unread().count() == 2


def test_who_wants_letters_again_gets_new_ones_not_old_ones(anna, ben):
    reply(start(anna), ben, "Old words")
    notice()
    services.stop_letters(by=anna)
    services.start_letters(by=anna)
    reply(start(anna, title="Other"), ben, "New words")

    (letter,) = post()

    assert "New words" in text(letter)
    assert "Old words" not in text(letter)


@pytest.mark.parametrize("members", [1, 7])
def test_letters_of_many_are_written_in_a_few_questions(members, django_assert_num_queries):
    author = MemberFactory()
    circle = CircleFactory(members=[author, *MemberFactory.create_batch(members)])
    start(author, circle=circle)
    notice()

    with (
        time_machine.travel(timezone.now() + timedelta(days=8)),
        django_assert_num_queries(6),
    ):
        assert writing.write_letters() == members
