"""What operators type: init, upgrade, worker, demo, doctor."""

import os
import time
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks import task

from media4sec.config import cli, first, worker
from media4sec.kit import heartbeat, mail, outbox
from media4sec.kit.management.commands import demo, doctor
from media4sec.kit.models import Letter
from media4sec.kit.rooms import Room
from media4sec.members.models import Member
from media4sec.members.tests.factories import MemberFactory

PASSWORD = "kettle-meadow-orbit-candle"


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


# -- The console ---------------------------------------------------------------


def test_the_console_alone_prints_its_help(capsys):
    cli.main([])

    assert "media4sec <command>" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OperationalError("connection refused"),
            "the database does not work: connection refused\nIs it new? Run: media4sec upgrade",
        ),
        (CommandError("Unknown command: 'x'"), "Unknown command: 'x'"),
        (PermissionError(13, "Permission denied"), "[Errno 13] Permission denied"),
    ],
)
def test_what_operators_can_mend_is_a_sentence(monkeypatch, error, sentence):
    def fail(options):
        raise error

    monkeypatch.setitem(cli.COMMANDS, "init", fail)

    with pytest.raises(SystemExit) as end:
        cli.main(["init"])

    assert str(end.value) == f"media4sec: {sentence}"


def test_a_fault_of_our_own_keeps_its_traceback(monkeypatch):
    def fail(options):
        raise ValueError("our fault")

    monkeypatch.setitem(cli.COMMANDS, "init", fail)

    with pytest.raises(ValueError, match="our fault"):
        cli.main(["init"])


# -- The first administrator ---------------------------------------------------


@pytest.mark.django_db
def test_the_first_administrator_may_sign_in_at_once(client, tmp_path):
    (tmp_path / "password").write_text(f"{PASSWORD}\n")

    first.administrator("Ada@Example.org", "Ada", None, str(tmp_path / "password"))

    ada = Member.objects.get()
    assert (ada.email, ada.name, ada.is_administrator) == ("ada@example.org", "Ada", True)
    assert client.login(email="ada@example.org", password=PASSWORD)


@pytest.mark.django_db
def test_a_second_init_changes_nothing(capsys):
    MemberFactory(is_administrator=True)

    first.administrator("ada@example.org", "Ada", PASSWORD, None)

    assert Member.objects.count() == 1
    assert "has an administrator already" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password"), [("not an address", PASSWORD), ("ada@example.org", "password123")]
)
def test_an_administrator_needs_an_address_and_a_strong_password(email, password):
    with pytest.raises(first.ValidationError):
        first.administrator(email, "Ada", password, None)

    assert not Member.objects.exists()


@pytest.mark.django_db
def test_init_without_a_terminal_says_which_options_it_needs(monkeypatch):
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115

    with pytest.raises(SystemExit, match="Give --email, --name and --password-file"):
        first.administrator(None, None, None, None)


# -- The worker ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_turn_of_the_worker_is_a_sign_of_life_and_keeps_house_once_an_hour(home, monkeypatch):
    done = []
    monkeypatch.setattr(worker, "rooms", lambda: [Room("a", "A", hourly=(lambda: done.append(1),))])
    loop = worker.Loop()

    loop.turn()
    loop.turn()

    assert done == [1]
    assert heartbeat.seconds_since() < 5

    loop.last_hour = time.monotonic() - worker.HOUR - 1
    loop.turn()
    assert done == [1, 1]


@pytest.mark.django_db
def test_what_is_due_at_its_time_is_asked_once_a_minute(home, monkeypatch):
    done = []
    room = Room("a", "A", minutely=(lambda: done.append(1),))
    monkeypatch.setattr(worker, "rooms", lambda: [room])
    loop = worker.Loop()

    loop.turn()
    loop.turn()
    loop.last_minute = time.monotonic() - worker.MINUTE - 1
    loop.turn()

    assert done == [1, 1]


def test_house_keeping_that_fails_is_logged_and_does_not_stop_the_rest(caplog):
    done = []

    def fails():
        raise RuntimeError("no broom")

    worker.keep_house([fails, lambda: done.append("swept")])

    assert done == ["swept"]
    assert "House-keeping failed" in caplog.text
    assert "no broom" in caplog.text


@task()
def note(name):
    notes.append(name)


notes: list[str] = []


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_waits(home, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    notes.clear()
    note.enqueue("first")
    note.enqueue("second")

    worker.Loop().turn()

    assert notes == ["first", "second"]


def refuse(message):
    raise ConnectionRefusedError("nobody is there")


@pytest.mark.django_db(transaction=True)
def test_a_letter_waits_for_a_mail_server_that_is_away(home, settings, mailoutbox, monkeypatch):
    settings.MAIL_AT_ONCE = False
    mail.send("members/mail/closed", to="ada@example.org", context={})

    with monkeypatch.context() as away:
        away.setattr(EmailMultiAlternatives, "send", refuse)
        worker.Loop().turn()
    worker.Loop().turn()
    assert mailoutbox == []

    Letter.objects.update(next_try=timezone.now())
    worker.Loop().turn()
    assert [letter.to for letter in mailoutbox] == [["ada@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_given_up_after_a_day_and_forgotten_later(home, settings, monkeypatch):
    settings.MAIL_AT_ONCE = False
    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    mail.send("members/mail/closed", to="ada@example.org", context={})

    for _ in range(len(outbox.PAUSES) + 1):
        Letter.objects.update(next_try=timezone.now())
        worker.Loop().turn()

    letter = Letter.objects.get()
    assert letter.state == Letter.State.GIVEN_UP
    Letter.objects.update(done_at=timezone.now() - outbox.KEPT_UNSENT)
    worker.Loop().turn()
    letter.refresh_from_db()
    assert letter.content == {}
    Letter.objects.update(done_at=timezone.now() - outbox.KEPT)
    worker.Loop().turn()
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_not_rest_while_letters_wait(home, settings, mailoutbox):
    settings.MAIL_AT_ONCE = False
    letters = {str(number): {"to": f"m{number}@example.org"} for number in range(201)}
    mail.composer("test.many", lambda letter: mail.Words(letter.content["to"], "Hi", "…", "…"))
    mail.post_many("test.many", letters)
    loop = worker.Loop()

    assert [loop.turn(), loop.turn(), loop.turn()] == [True, False, False]
    assert len(mailoutbox) == 201


def test_a_worker_whose_parent_has_gone_stops():
    assert worker.Loop(parent=os.getppid())._is_alone() is False
    assert worker.Loop(parent=1 if os.getppid() != 1 else 2)._is_alone() is True


# -- The demo ------------------------------------------------------------------


@pytest.fixture
def furnished(monkeypatch):
    """Rooms that note when they are furnished, and one roll of the dice."""
    towns = []

    def furnish(town):
        towns.append(town.dice.random())
        town.notes.append("Sign in as member@example.org")

    monkeypatch.setattr(demo, "rooms", lambda: [Room("a", "A", furnish=furnish), Room("b", "B")])
    return towns


@pytest.mark.django_db
def test_the_demo_is_the_same_for_the_same_seed(home, furnished, capsys):
    for seed in (7, 7, 8):
        call_command("demo", seed=seed)

    assert furnished[0] == furnished[1] != furnished[2]
    assert "Sign in as member@example.org" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_demo_does_not_mix_with_members_unless_told_to(home, furnished):
    MemberFactory()

    with pytest.raises(CommandError, match="This community has members"):
        call_command("demo")
    assert furnished == []

    call_command("demo", force=True)
    assert len(furnished) == 1


@pytest.mark.django_db(transaction=True)
def test_the_demo_writes_to_nobody(home, monkeypatch, mailoutbox):
    def furnish(town):
        transaction.on_commit(
            lambda: mail.send("members/mail/closed", to="a@b.example", context={})
        )

    monkeypatch.setattr(demo, "rooms", lambda: [Room("a", "A", furnish=furnish)])

    call_command("demo")
    assert mailoutbox == []

    mail.send("members/mail/closed", to="after@b.example", context={})
    assert [letter.to for letter in mailoutbox] == [["after@b.example"]]


@pytest.mark.django_db
def test_a_second_start_only_prints_the_sign_ins_again(home, furnished, capsys):
    call_command("demo", once=True)
    MemberFactory()
    capsys.readouterr()

    call_command("demo", once=True)

    assert len(furnished) == 1
    assert "Sign in as member@example.org" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_earnest_community_is_never_furnished_by_a_start(home, furnished):
    MemberFactory()

    call_command("demo", once=True)

    assert furnished == []


# -- The doctor ----------------------------------------------------------------


def sentences(check) -> list[tuple[str, bool]]:
    return [(finding.sentence, finding.is_grave) for finding in check()]


@pytest.mark.parametrize(
    ("url", "debug", "grave"),
    [
        ("https://community.example.org", False, [False]),
        ("http://127.0.0.1:8000", False, [False]),
        ("http://community.example.org", False, [True]),
        ("https://community.example.org", True, [False, True]),
    ],
)
def test_the_doctor_wants_encryption_and_no_debug(settings, url, debug, grave):
    settings.SITE_URL, settings.DEBUG = url, debug

    assert [is_grave for _, is_grave in sentences(doctor.address)] == grave


def test_the_doctor_sees_a_secret_that_others_can_read(home):
    (home / "secret").write_text("x")
    (home / "secret").chmod(0o644)

    assert sentences(doctor.secret) == [
        (f"Others on this computer can read the secret. Run: chmod 600 {home}/secret", True)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "sentence", "is_grave"),
    [
        (None, "No worker was ever here: no mail leaves. Run: media4sec serve", True),
        (600, "The worker was last seen 10 minutes ago. Run: media4sec serve", True),
        (5, "The worker is at work.", False),
    ],
)
def test_the_doctor_listens_for_the_worker(home, age, sentence, is_grave):
    if age is not None:
        heartbeat.beat()
        os.utime(home / "worker.alive", (time.time() - age,) * 2)

    assert sentences(doctor.worker) == [(sentence, is_grave)]


@pytest.mark.parametrize(
    ("free", "is_well", "is_grave"),
    [(100_000, True, False), (1_000, False, False), (100, False, True)],
)
def test_the_doctor_measures_the_disk(home, monkeypatch, free, is_well, is_grave):
    usage = SimpleNamespace(free=free * doctor.MEGABYTE)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage)

    [finding] = doctor.disk()

    assert (finding.is_well, finding.is_grave) == (is_well, is_grave)
    assert f"{free:,} MB are free" in finding.sentence


def test_the_doctor_knocks_at_the_mail_server(settings, monkeypatch):
    if hasattr(settings, "EMAIL_FILE_PATH"):
        del settings.EMAIL_FILE_PATH
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.DEFAULT_FROM_EMAIL = "Us <us@example.org>"
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(doctor, "get_connection", lambda: get_connection(smtp, timeout=2))

    [(sentence, is_grave)] = sentences(doctor.mail)

    assert sentence.startswith("The mail server 127.0.0.1:9 refuses us: ")
    assert is_grave


def test_the_doctor_says_that_letters_in_files_reach_nobody(settings):
    settings.EMAIL_FILE_PATH = "/somewhere"
    settings.SITE_URL = "https://community.example.org"

    [(sentence, is_grave)] = sentences(doctor.mail)

    assert sentence == (
        "Mail is kept as files in /somewhere: nobody receives it. Set MEDIA4SEC_MAIL_URL."
    )
    assert is_grave


@pytest.mark.django_db
def test_the_doctor_finds_the_database_well():
    assert not any(is_grave for _, is_grave in sentences(doctor.database))


@pytest.mark.django_db
def test_the_doctor_ends_with_one_when_something_is_grave(home, settings, capsys):
    settings.SITE_URL = "http://community.example.org"

    with pytest.raises(SystemExit) as end:
        call_command("doctor")

    assert end.value.code == 1
    assert "TROUBLE The address http://community.example.org" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_doctor_ends_well_when_nothing_is(home, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "CHECKS", [lambda: iter([doctor.well("All is well.")])])

    call_command("doctor")

    assert capsys.readouterr().out == "  well  All is well.\n\nThe community can work like this.\n"
