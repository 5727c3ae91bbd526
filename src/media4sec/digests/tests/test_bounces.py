"""Letters that come back: who says so, of which letter, and what follows."""

import email
import io
import mailbox
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from media4sec.digests import bounces
from media4sec.digests.models import Mailbox, Notice
from media4sec.digests.services import returns
from media4sec.digests.tests.factories import notice, reply, start
from media4sec.kit import mail
from media4sec.kit.models import Letter
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; anna@example.org
Action: {action}
Status: {status} (said the server)

--b
Content-Type: {kind}

Subject: Hello
Message-ID: {message_id}

--b--
"""


@pytest.fixture
def anna():
    return MemberFactory(name="Anna", email="anna@example.org")


@pytest.fixture
def letter(anna):
    return mail.post("digests.digest", key="digest:1", content={"member": anna.pk})


def report(letter, *, by="id", action="failed", status="5.1.1", kind="message/rfc822"):
    to = mail.return_address(letter) if by == "address" else "bounces@house.example"
    message_id = letter.message_id if by == "id" else "<other@elsewhere>"
    return email.message_from_string(
        REPORT.format(to=to, action=action, status=status, kind=kind, message_id=message_id)
    )


def box(member):
    return Mailbox.objects.filter(member=member).first() or Mailbox()


@pytest.mark.parametrize("by", ["id", "address"])
@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_letter_that_came_back_for_good_stops_the_next_ones(letter, anna, settings, by, kind):
    settings.MAIL_RETURN = "bounces@house.example"

    returned = bounces.read(report(letter, by=by, kind=kind))

    assert returns.take_back(returned) is True
    assert box(anna).stopped_because == Mailbox.Stop.BOUNCE


@pytest.mark.parametrize("status", ["4.4.1", "5.2.2"])
def test_a_full_mailbox_stops_them_only_after_some_days(letter, anna, status):
    returned = bounces.read(report(letter, status=status))

    for day in range(5):
        assert box(anna).stopped_at is None
        with time_machine.travel(timezone.now() + timedelta(days=day * 2)):
            returns.take_back(returned)
            returns.take_back(returned)  # of another letter of that morning: counts once

    assert box(anna).stopped_because == Mailbox.Stop.BOUNCE


def test_what_came_back_long_ago_is_forgiven(letter, anna):
    returned = bounces.read(report(letter, status="4.4.1"))

    for week in range(8):
        with time_machine.travel(timezone.now() + timedelta(weeks=week * 5)):
            returns.take_back(returned)

    assert (box(anna).stopped_at, box(anna).bounces) == (None, 1)


def test_a_letter_that_is_late_has_not_come_back(letter):
    assert bounces.read(report(letter, action="delayed", status="4.4.1")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Subject: I am on holiday\n\nUntil Monday.",
        "",
        "Content-Type: multipart/report; boundary=b\n\nno parts at all",
        "Content-Type: multipart/report; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\n--b--",
    ],
)
def test_what_is_no_report_says_nothing(text):
    assert bounces.read(email.message_from_string(text)) is None


def test_a_forged_report_stops_nothing(letter, anna, settings):
    settings.MAIL_RETURN = "bounces@house.example"
    forged = report(letter, by="neither")
    del forged["To"]
    forged["To"] = f"bounces+{letter.pk}-aaaaaaaaaaaaaaaaaaaa@house.example"

    assert returns.take_back(bounces.read(forged)) is False
    assert box(anna).stopped_at is None


def test_an_account_letter_that_came_back_counts_for_its_member(anna):
    mail.send("members/mail/closed", to=anna.email, context={})

    returns.came_back(Letter.objects.get(), is_final=True)

    assert box(anna).stopped_because == Mailbox.Stop.BOUNCE


def test_a_stopped_mailbox_gets_notices_and_no_letters(letter, anna, from_the_start):
    returns.came_back(letter, is_final=True)
    reply(start(anna), MemberFactory())

    notice()

    assert Notice.objects.get().mail_at is None


def test_a_maildir_an_mbox_and_the_input_are_read(letter, anna, tmp_path, monkeypatch):
    said = io.StringIO()
    maildir, mbox = mailbox.Maildir(tmp_path / "maildir"), mailbox.mbox(tmp_path / "mbox")
    for each in (maildir, mbox):
        each.add(mailbox.Message(report(letter)))
        each.add(mailbox.Message("Subject: hello\n\nYou won."))
        each.close()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(report(letter).as_bytes())))

    for place in (tmp_path / "maildir", tmp_path / "mbox", "-"):
        call_command("read_bounces", str(place), stdout=said)

    assert said.getvalue().splitlines() == [
        "2 read, 1 of them letters of ours that came back",
        "2 read, 1 of them letters of ours that came back",
        "1 read, 1 of them letters of ours that came back",
    ]
    with pytest.raises(CommandError, match="no mailbox"):
        call_command("read_bounces", str(tmp_path / "nowhere"))
