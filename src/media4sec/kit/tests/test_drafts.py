import json

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from media4sec.kit import drafts, io_views
from media4sec.kit.errors import Refused
from media4sec.kit.models import Draft
from media4sec.kit.tests.things import somebody

pytestmark = pytest.mark.django_db


def test_a_draft_is_there_again():
    owner = somebody()

    drafts.keep(owner, "reply:42", {"body": "Half a sentence", "label": "TLP:AMBER"})

    assert drafts.load(owner, "reply:42") == {"body": "Half a sentence", "label": "TLP:AMBER"}


def test_where_nothing_was_written_nothing_is():
    assert drafts.load(somebody(), "reply:42") == {}


def test_a_draft_is_its_owners_and_its_forms():
    owner = somebody()
    drafts.keep(owner, "reply:42", {"body": "Mine"})

    assert drafts.load(somebody(), "reply:42") == {}
    assert drafts.load(owner, "reply:43") == {}


def test_the_last_text_counts():
    owner = somebody()
    drafts.keep(owner, "reply:42", {"body": "First", "title": "Gone"})
    drafts.keep(owner, "reply:42", {"body": "Second"})

    assert drafts.load(owner, "reply:42") == {"body": "Second"}
    assert Draft.objects.count() == 1


def test_a_draft_that_was_sent_is_gone():
    owner, other = somebody(), somebody()
    drafts.keep(owner, "reply:42", {"body": "Sent"})
    drafts.keep(other, "reply:42", {"body": "Not sent"})

    drafts.discard(owner, "reply:42")

    assert drafts.load(owner, "reply:42") == {}
    assert drafts.load(other, "reply:42") == {"body": "Not sent"}


@pytest.mark.parametrize("place", ["topic:", "reply:42", "topic:every-day:2", "edit:reply:7"])
def test_forms_have_places(place):
    assert drafts.keep(somebody(), place, {}).place == place


@pytest.mark.parametrize(
    "place", ["", "reply", ":42", "Reply:42", "reply:A", "reply:4 2", "a:" + "b" * 119, "a:b\n"]
)
def test_any_other_place_keeps_nothing(place):
    with pytest.raises(Refused, match="keeps no drafts"):
        drafts.keep(somebody(), place, {"body": "x"})

    assert not Draft.objects.exists()


def test_only_texts_of_a_form_are_kept():
    owner = somebody()
    sent = {
        "body": "Text",
        "readers": ["1"],
        "number": 5,
        "nothing": None,
        "csrfmiddlewaretoken": "secret",
        "attempt": "token",
        "password": "secret",
        "no name": "x",
        "": "x",
    }

    drafts.keep(owner, "topic:", sent)

    assert drafts.load(owner, "topic:") == {"body": "Text"}


@pytest.mark.parametrize("nonsense", ["a\x00b", "a\ud800b"])
def test_what_no_database_keeps_is_left_out(nonsense):
    owner = somebody()

    drafts.keep(owner, "topic:", {"body": nonsense})

    assert drafts.load(owner, "topic:") == {"body": "ab"}


def test_a_text_of_the_greatest_length_is_kept_whole():
    owner = somebody()
    drafts.keep(owner, "topic:", {"body": "ä" * drafts.LONGEST})

    assert len(drafts.load(owner, "topic:")["body"]) == drafts.LONGEST


@pytest.mark.parametrize(
    "fields",
    [{"body": "x" * (drafts.LONGEST + 1)}, {f"field{number}": "x" for number in range(151)}],
)
def test_too_much_is_refused_and_what_was_kept_stays(fields):
    owner = somebody()
    drafts.keep(owner, "topic:", {"body": "Before"})

    with pytest.raises(Refused, match="too"):
        drafts.keep(owner, "topic:", fields)

    assert drafts.load(owner, "topic:") == {"body": "Before"}


def test_beyond_a_hundred_drafts_the_oldest_goes(monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    owner, other = somebody(), somebody()
    drafts.keep(other, "reply:0", {"body": "x"})
    for number in range(1, 5):
        drafts.keep(owner, f"reply:{number}", {"body": "x"})

    assert set(owner.drafts.values_list("place", flat=True)) == {"reply:2", "reply:3", "reply:4"}
    assert other.drafts.count() == 1


# While one types


def _send(client, **fields):
    return client.post("/drafts/", json.dumps(fields), content_type="application/json")


def test_a_script_keeps_a_draft_and_learns_when(client):
    owner = somebody()
    client.force_login(owner)

    response = _send(client, place="reply:42", body="Half")

    assert response.status_code == 200
    assert response.json() == {"saved_at": owner.drafts.get().saved_at.isoformat()}
    assert drafts.load(owner, "reply:42") == {"body": "Half"}


def test_a_form_keeps_one_too(client):
    owner = somebody()
    client.force_login(owner)

    client.post("/drafts/", {"place": "reply:42", "body": "Half"})

    assert drafts.load(owner, "reply:42") == {"body": "Half"}


def test_a_lost_session_is_said_in_a_sentence(client):
    response = _send(client, place="reply:42", body="Half")

    assert response.status_code == 401
    assert "Sign in again" in response.json()["error"]


def test_a_foreign_page_cannot_write_drafts():
    client = Client(enforce_csrf_checks=True)
    owner = somebody()
    client.force_login(owner)

    assert _send(client, place="reply:42", body="Planted").status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"place": 5}',
        b'{"place": "nowhere"}',
        b'{"place": ["reply:1"]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"place": "reply:1", "body": "' + b"x" * 100_001 + b'"}',
    ],
)
def test_nonsense_is_answered_in_a_sentence(client, body):
    client.force_login(somebody())

    response = client.post("/drafts/", body, content_type="application/json")

    assert response.status_code == 422
    assert response.json()["error"]
    assert not Draft.objects.exists()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_locked_database_is_said_and_tried_again(client, monkeypatch):
    def locked(*arguments):
        raise OperationalError("database is locked")

    client.force_login(somebody())
    monkeypatch.setattr(drafts, "keep", locked)

    response = _send(client, place="reply:42", body="Half")

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "try again" in response.json()["error"]


def test_who_types_very_fast_waits(client, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(io_views, "DRAFTS_A_MINUTE", 2)
    client.force_login(somebody())

    with time_machine.travel("2026-03-18 09:30:20+00:00", tick=False):
        answers = [_send(client, place="reply:42", body=str(number)) for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "40"
    assert answers[-1].json()["error"]


def test_drafts_are_only_sent(client):
    assert client.get("/drafts/").status_code == 405
