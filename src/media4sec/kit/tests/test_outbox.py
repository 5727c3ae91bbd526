import os
import smtplib
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import locmem
from django.utils import timezone

from media4sec.kit import mail, outbox
from media4sec.kit.models import Letter

pytestmark = pytest.mark.django_db
State = Letter.State


@pytest.fixture(autouse=True)
def later(settings):
    """Letters wait for a worker, as they do in earnest."""
    settings.MAIL_AT_ONCE = False


@pytest.fixture
def said(monkeypatch):
    """A composer whose words are what this list holds."""
    words = ["Good morning"]
    monkeypatch.setitem(
        mail._composers,
        "test.letter",
        lambda letter: (
            mail.Words(letter.content["to"], words[0], "…", "<p>…</p>") if words else None
        ),
    )
    return words


def write(key="one", to="anna@example.org"):
    return mail.post("test.letter", key=key, content={"to": to})


def test_a_letter_is_a_row_until_a_worker_sends_it():
    mail.send("members/mail/closed", to="anna@example.org", context={})
    letter = Letter.objects.get()
    assert sent.outbox == []

    outbox.send_due()

    letter.refresh_from_db()
    (message,) = sent.outbox
    assert (letter.state, letter.tries) == (State.SENT, 0)
    assert message.message()["Message-ID"] == letter.message_id


def test_the_words_of_a_letter_that_left_are_gone_for_they_may_hold_a_key():
    mail.send("members/mail/closed", to="anna@example.org", context={})
    assert "body" in Letter.objects.get().content

    outbox.send_due()

    assert Letter.objects.get().content == {}


def test_a_letter_is_worded_when_it_leaves(said):
    write()
    said[0] = "Good evening"

    outbox.send_due()

    assert [message.subject for message in sent.outbox] == ["Good evening"]


def test_a_letter_with_nothing_left_to_say_is_dropped(said):
    letter = write()
    said.clear()

    outbox.send_due()

    letter.refresh_from_db()
    assert (letter.state, sent.outbox) == (State.DROPPED, [])


def test_the_same_key_is_the_same_letter(said):
    first = write()

    assert write() == first
    outbox.send_due()
    write()
    outbox.send_due()
    assert len(sent.outbox) == 1


def test_a_letter_in_the_hands_of_another_worker_is_left_alone(said):
    letter = write()
    since = letter.next_try
    Letter.objects.update(state=State.CLAIMED, next_try=timezone.now() + outbox.LEASE)

    assert outbox.send_due() == 0
    outbox._send(letter.pk, since, outbox._Line())
    assert sent.outbox == []


def test_a_worker_that_never_came_back_loses_its_letters(said):
    write()
    Letter.objects.update(state=State.CLAIMED, next_try=timezone.now() - timedelta(seconds=1))

    outbox.send_due()

    assert len(sent.outbox) == 1


def test_what_a_killed_worker_of_this_computer_held_is_due_at_once(said):
    write()
    write("two")
    here = os.uname().nodename
    far = timezone.now() + outbox.LEASE
    dead, alive = Letter.objects.order_by("pk")
    Letter.objects.filter(pk=dead.pk).update(
        state=State.CLAIMED, next_try=far, claimed_by=f"{here}:999999999"
    )
    Letter.objects.filter(pk=alive.pk).update(
        state=State.CLAIMED, next_try=far, claimed_by=f"{here}:{os.getppid()}"
    )

    assert outbox.take_back_from_the_dead() == 1
    assert list(Letter.objects.due()) == [dead]


def test_a_server_that_is_away_is_asked_again_later_and_under_the_same_id(said, monkeypatch):
    letter = write()
    with monkeypatch.context() as away:
        away.setattr(EmailMultiAlternatives, "send", refusing(ConnectionRefusedError("away")))
        outbox.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.tries) == (State.WAITING, 1)
    assert letter.next_try > timezone.now() + timedelta(seconds=50)

    Letter.objects.update(next_try=timezone.now())
    outbox.send_due()

    assert [each.message()["Message-ID"] for each in sent.outbox] == [letter.message_id]


def test_an_address_that_the_server_refuses_is_not_tried_again(said, monkeypatch, caplog):
    heard = []
    monkeypatch.setattr(outbox, "_listeners", [heard.append])
    letter = write(to="nobody@example.org")
    refusal = smtplib.SMTPRecipientsRefused({"nobody@example.org": (550, b"no such user")})
    monkeypatch.setattr(EmailMultiAlternatives, "send", refusing(refusal))

    outbox.send_due()

    letter.refresh_from_db()
    assert letter.state == State.GIVEN_UP
    assert heard == [letter]
    assert "550" in caplog.text
    assert "nobody@example.org" not in caplog.text


def test_a_full_mailbox_is_tried_again(said, monkeypatch):
    letter = write()
    refusal = smtplib.SMTPRecipientsRefused({"anna@example.org": (452, b"full")})
    monkeypatch.setattr(EmailMultiAlternatives, "send", refusing(refusal))

    outbox.send_due()

    letter.refresh_from_db()
    assert letter.state == State.WAITING


def test_one_letter_that_fails_does_not_hold_up_the_others(said, monkeypatch):
    broken, good = write("broken"), write("good")
    Letter.objects.filter(pk=broken.pk).update(content={})

    outbox.send_due()

    states = [each.state for each in Letter.objects.order_by("pk")]
    assert states == [State.WAITING, State.SENT]
    assert good.state == State.WAITING  # as it was before


def test_a_mail_server_that_is_away_is_knocked_at_once_a_round(said, monkeypatch):
    """It may take half a minute to say nothing, and there are other things to do."""
    for number in range(3):
        write(f"letter {number}")
    knocks = []

    def away(self):
        knocks.append(1)
        raise TimeoutError

    with monkeypatch.context() as night:
        night.setattr(locmem.EmailBackend, "open", away, raising=False)
        assert outbox.send_due() == 0
    assert len(knocks) == 1
    assert Letter.objects.due().count() == 2
    outbox.send_due()
    assert len(sent.outbox) == 2


def test_a_letter_comes_back_to_an_address_of_its_own(said, settings):
    settings.MAIL_RETURN = "bounces@house.example"
    letter = write()

    outbox.send_due()

    message = sent.outbox[0]
    assert message.from_email.startswith(f"bounces+{letter.pk}-")
    assert message.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert mail.letter_returned_to(message.from_email) == letter.pk
    assert mail.letter_returned_to(message.from_email.upper()) == letter.pk


@pytest.mark.parametrize(
    "forged", ["bounces+7-aaaaaaaaaaaaaaaaaaaa@house.example", "bounces@house.example", "", "+1-@"]
)
def test_nobody_else_can_say_that_a_letter_came_back(forged):
    assert mail.letter_returned_to(forged) is None


def test_what_the_demo_writes_goes_nowhere():
    with mail.thrown_away():
        mail.send("members/mail/closed", to="anna@example.org", context={})

    assert not Letter.objects.exists()


def refusing(error):
    def send(message):
        raise error

    return send
