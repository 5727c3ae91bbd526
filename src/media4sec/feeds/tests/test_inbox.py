"""What other servers say to us: who proves nothing is not heard, and what is heard is held."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import TestCase

from media4sec.feeds import queries, services, signatures
from media4sec.feeds.models import Delivery, Echo, Follower, Peer, RemoteActor
from media4sec.feeds.tests.elsewhere import OTHER_KEY, OURS
from media4sec.feeds.views import inbox
from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity, Withheld
from media4sec.members.tests.factories import MemberFactory


def note_of(topic):
    return f"{OURS}/notes/discussions.topic:{topic.pk}/"


def answer(elsewhere, topic, **more):
    return elsewhere.activity("Create", elsewhere.note(note_of(topic), **more))


# Following


@pytest.mark.parametrize("path", ["/inbox/", "/actors/community/inbox/"])
def test_who_follows_is_a_follower_and_gets_our_yes(client, db, elsewhere, path):
    follow = elsewhere.follow()

    assert elsewhere.send(client, follow, path).status_code == 202

    follower = Follower.objects.get()
    assert (follower.actor, follower.remote.uri) == ("community", elsewhere.wanda)
    assert follower.remote.name == "Wanda <b>W.</b>"
    assert follower.remote.handle == f"@wanda@{elsewhere.host}"
    accept = elsewhere.words[0]
    assert accept["type"] == "Accept"
    assert accept["object"]["id"] == follow["id"]
    assert [path for path, _headers, _body in elsewhere.got] == ["/wanda/inbox"]


def test_a_theme_can_be_followed_and_a_second_follow_changes_nothing(client, theme, elsewhere):
    for _again in range(2):
        elsewhere.send(client, elsewhere.follow("trolling"))

    assert Follower.objects.get().actor == "trolling"


@pytest.mark.parametrize("how", ["Undo whole", "Undo by its address", "Block"])
def test_who_leaves_is_no_follower(client, theme, elsewhere, how):
    elsewhere.send(client, elsewhere.follow("trolling"))
    elsewhere.send(client, elsewhere.follow())
    follow = elsewhere.follow()
    elsewhere.send(client, follow)
    about = {
        "Undo whole": follow,
        "Undo by its address": follow["id"],
        "Block": f"{OURS}/actors/community/",
    }

    elsewhere.send(client, elsewhere.activity(how.split()[0], about[how]))

    assert [follower.actor for follower in Follower.objects.all()] == ["trolling"]


@pytest.mark.parametrize(
    "about", [f"{OURS}/actors/nobody/", f"{OURS}/people/1/", "https://other.example/x", None, 7, []]
)
def test_nobody_follows_what_is_not_there(client, db, elsewhere, about):
    assert elsewhere.send(client, elsewhere.activity("Follow", about)).status_code == 202
    assert Follower.objects.count() == 0


# Answers


def test_an_answer_is_held_cleaned_and_noted(client, start, elsewhere):
    topic = start()
    content = (
        '<p class="x">Yes <a href="javascript:x()" onclick="y">no</a> <a href="https://a.example/">'
        'here</a><script>alert(1)</script><img src="https://spy.example/1.gif"></p>'
    )

    assert elsewhere.send(client, answer(elsewhere, topic, content=content)).status_code == 202

    echo = Echo.objects.get()
    assert echo.standing == Echo.Standing.HELD
    assert echo.body_html == (
        '<p>Yes <a rel="nofollow noopener ugc">no</a> '
        '<a href="https://a.example/" rel="nofollow noopener ugc">here</a></p>'
    )
    assert (echo.ref.pk, echo.url) == (topic.pk, f"{elsewhere.url}/@wanda/1")
    activity = Activity.objects.filter(verb="echoed").get()
    assert (activity.actor, activity.facts) == (None, {"instance": elsewhere.host})


def test_an_answer_to_the_page_is_an_answer(client, start, elsewhere):
    topic = start()
    note = elsewhere.note(f"{OURS}{topic.get_absolute_url()}")

    elsewhere.send(client, elsewhere.activity("Create", note))

    assert Echo.objects.get().thing_id == topic.pk


def test_the_same_answer_twice_is_one(client, start, elsewhere):
    topic = start()
    for _again in range(2):
        elsewhere.send(client, answer(elsewhere, topic))

    assert Echo.objects.count() == 1


@pytest.mark.parametrize("label", [Label.GREEN])
def test_nobody_answers_what_is_not_public(client, start, elsewhere, label):
    hidden = start(label=label)

    for target in (note_of(hidden), f"{OURS}{hidden.get_absolute_url()}", note_of(hidden) + "x"):
        elsewhere.send(client, elsewhere.activity("Create", elsewhere.note(target)))

    assert Echo.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"to": ["http://somebody.example/"]},
        {"to": [], "cc": "x"},
        {"attributedTo": "http://somebody.example/x"},
        {"id": "http://somebody.example/notes/1"},
        {"id": None},
        {"id": "javascript://{host}/%0aalert(1)"},
        {"type": "Question"},
        {"type": {"a": 1}},
        {"inReplyTo": None},
        {"inReplyTo": f"{OURS}/%00"},
        {"inReplyTo": f"{OURS}/notes/discussions.topic:{'9' * 30}/"},
        {"inReplyTo": {"id": 7}},
    ],
)
def test_what_is_not_a_public_answer_of_theirs_is_not_kept(client, start, elsewhere, change):
    said = answer(elsewhere, start())
    host = elsewhere.host
    said["object"] |= {
        name: value.replace("{host}", host) if isinstance(value, str) else value
        for name, value in change.items()
    }

    assert elsewhere.send(client, said).status_code == 202
    assert Echo.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"type": ["Note"]},
        {"contentMap": 5},
        {"contentMap": ["en"]},
        {"published": "0001-01-01T00:00:00+10:00"},
        {"published": "9999-12-31T23:59:59-10:00"},
        {"published": 7},
        {"url": "http://[bad"},
        {"url": ["http://x.example/"]},
    ],
)
def test_an_answer_of_strange_make_is_an_answer(client, start, elsewhere, change):
    said = answer(elsewhere, start())
    said["object"] |= change

    assert elsewhere.send(client, said).status_code == 202
    assert Echo.objects.get().body_html == "<p>We have that, too.</p>"
    assert Echo.objects.get().written_at <= now()


def test_an_answer_leads_nowhere_in_our_house_and_keeps_its_lines_in_order(
    client, start, elsewhere
):
    content = (
        '<p>a\u202eb&#x202e;c <a href="/me/">x</a> <a href="//a.example/">y</a>'
        '<a href="java\u202escript:alert(1)">z</a></p><p>\u0338 onclick=alert(1) <b>!</b></p>'
    )

    elsewhere.send(client, answer(elsewhere, start(), content=content))

    body = Echo.objects.get().body_html
    assert body.startswith("<p>abc ")
    assert "href" not in body
    assert "javascript" not in body
    assert "<p " not in body


@pytest.mark.parametrize("content", [None, "", 7, "x" * 20_001])
def test_an_answer_without_words_or_with_too_many_is_refused(client, start, elsewhere, content):
    response = elsewhere.send(client, answer(elsewhere, start(), content=content))

    assert response.status_code == 422
    assert Echo.objects.count() == 0


def test_changed_words_wait_for_a_moderator_again(client, start, elsewhere):
    topic = start()
    elsewhere.send(client, answer(elsewhere, topic))
    Echo.objects.update(standing=Echo.Standing.VISIBLE)

    changed = elsewhere.note(note_of(topic), content="<p>Buy this.</p>")
    elsewhere.send(client, elsewhere.activity("Update", changed))

    echo = Echo.objects.get()
    assert (echo.standing, echo.body_html) == (Echo.Standing.HELD, "<p>Buy this.</p>")


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_server_says_and_changes_only_so_much_in_an_hour(
    client, start, elsewhere, settings, kind
):
    settings.RATE_LIMITS = True
    topic = start()
    elsewhere.send(client, answer(elsewhere, topic))

    for number in range(40):
        note = elsewhere.note(note_of(topic), f"<p>{number}</p>", number if kind == "Create" else 1)
        last = elsewhere.send(client, elsewhere.activity(kind, note))

    assert last.status_code == 429
    assert Activity.objects.filter(verb="echoed").count() == 30


def test_declined_words_do_not_come_back_by_a_change(client, start, elsewhere):
    topic = start()
    elsewhere.send(client, answer(elsewhere, topic))
    Echo.objects.update(standing=Echo.Standing.DECLINED, body_html="")

    elsewhere.send(client, elsewhere.activity("Update", elsewhere.note(note_of(topic), "<p>!</p>")))

    assert (Echo.objects.get().standing, Echo.objects.get().body_html) == ("declined", "")


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_deleted_there_is_deleted_here_also_what_was_withheld(
    client, start, elsewhere, whole
):
    said = answer(elsewhere, start())
    elsewhere.send(client, said)
    echo = Echo.objects.get()
    Withheld.objects.create(
        thing_kind="feeds.echo", thing_id=echo.pk, words={"body_html": "x"}, at=now()
    )
    gone = {"id": said["object"]["id"], "type": "Tombstone"} if whole else said["object"]["id"]

    elsewhere.send(client, elsewhere.activity("Delete", gone))

    assert (Echo.objects.count(), Withheld.objects.count()) == (0, 0)


def test_who_leaves_their_server_is_forgotten(client, start, elsewhere):
    elsewhere.send(client, elsewhere.follow())
    elsewhere.send(client, answer(elsewhere, start()))

    elsewhere.send(client, elsewhere.activity("Delete", elsewhere.wanda))

    assert (RemoteActor.objects.count(), Follower.objects.count(), Echo.objects.count()) == (
        0,
        0,
        0,
    )


def test_who_has_left_is_forgotten_though_their_document_is_gone(
    client, start, elsewhere, time_machine
):
    elsewhere.send(client, answer(elsewhere, start()))
    time_machine.move_to(now() + 2 * RemoteActor.FRESH)
    elsewhere.document_changes = {"type": "Tombstone"}

    response = elsewhere.send(client, elsewhere.activity("Delete", elsewhere.wanda))

    assert response.status_code == 202
    assert (RemoteActor.objects.count(), Echo.objects.count()) == (0, 0)


def test_nobody_else_deletes_whose_document_is_gone(client, start, elsewhere, time_machine):
    elsewhere.send(client, answer(elsewhere, start()))
    time_machine.move_to(now() + 2 * RemoteActor.FRESH)
    elsewhere.document_changes = {"type": "Tombstone"}
    gone = elsewhere.activity("Delete", elsewhere.wanda)

    assert elsewhere.send(client, gone, key=OTHER_KEY).status_code == 401
    assert Echo.objects.count() == 1


def test_deleted_words_are_gone_from_kept_pages_at_once(client, start, elsewhere, settings):
    settings.PAGE_CACHE_SECONDS = 3600
    topic = start()
    said = answer(elsewhere, topic)
    elsewhere.send(client, said)
    Echo.objects.update(standing=Echo.Standing.VISIBLE)
    place = f"/echoes/of/discussions.topic:{topic.pk}/"
    assert b"We have that" in client.get(place).content

    with TestCase.captureOnCommitCallbacks(execute=True):
        elsewhere.send(client, elsewhere.activity("Delete", said["object"]["id"]))

    assert b"We have that" not in client.get(place).content


def test_somebody_we_never_knew_leaves_and_nobody_is_asked(client, db, elsewhere):
    response = elsewhere.send(client, elsewhere.activity("Delete", elsewhere.wanda))

    assert response.status_code == 202
    assert elsewhere.asked == []


def test_nobody_deletes_what_another_said(client, start, elsewhere):
    said = answer(elsewhere, start())
    elsewhere.send(client, said)
    other = elsewhere.activity("Delete", said["object"]["id"], actor=f"{elsewhere.url}/otto")

    elsewhere.send(client, other, key_id=f"{elsewhere.url}/otto#main-key")

    assert Echo.objects.count() == 1


# Who proves nothing is not heard


def refused(response, status=401):
    return response.status_code == status and Follower.objects.count() == 0


def test_a_wrong_signature_proves_nothing(client, db, elsewhere):
    assert refused(elsewhere.send(client, elsewhere.follow(), key=OTHER_KEY))


@pytest.mark.parametrize("signature", ["", "rubbish", 'keyId="x"', 'keyId="x",signature="%%%"'])
def test_no_signature_proves_nothing(client, db, elsewhere, signature):
    assert refused(elsewhere.send(client, elsewhere.follow(), Signature=signature))


@pytest.mark.parametrize("hours", [-2, 2])
def test_an_old_or_early_date_proves_nothing(client, db, elsewhere, hours, time_machine):
    letter = elsewhere.letter(elsewhere.follow())
    time_machine.move_to(now() + timedelta(hours=hours))

    response = client.post(**letter)

    assert refused(response)
    assert "date" in response.json()["error"]


def test_a_date_put_in_afterwards_proves_nothing(client, db, elsewhere):
    assert refused(elsewhere.send(client, elsewhere.follow(), Date="Mon, 01 Jan 2024 00:00:00 GMT"))


def test_a_digest_of_other_words_proves_nothing(client, db, elsewhere):
    assert refused(
        elsewhere.send(client, elsewhere.follow(), Digest=signatures.digest(b"other words"))
    )


def test_other_words_under_a_true_signature_prove_nothing(client, db, elsewhere):
    letter = elsewhere.letter(elsewhere.activity("Like", "x"))
    letter["data"] = json.dumps(elsewhere.follow()).encode()

    assert refused(client.post(**letter))


@pytest.mark.parametrize("covered", ["date", "(request-target) host date", "host date digest"])
def test_a_signature_must_cover_what_matters(client, db, elsewhere, covered):
    whole = signatures.signed_headers(
        "POST", f"{OURS}/inbox/", key=OTHER_KEY, key_id=f"{elsewhere.wanda}#main-key", body=b"{}"
    )["Signature"]
    less = whole.replace(whole.split('headers="')[1].split('"')[0], covered)

    response = elsewhere.send(client, elsewhere.follow(), Signature=less)

    assert refused(response)
    assert "must cover" in response.json()["error"]


def test_a_foreign_actor_in_a_signed_body_is_nobody(client, db, elsewhere):
    said = elsewhere.follow() | {"actor": "https://victim.example/anna"}

    assert refused(elsewhere.send(client, said))
    assert elsewhere.asked == []


def test_a_neighbours_key_proves_nothing(client, db, elsewhere):
    said = elsewhere.follow() | {"actor": f"{elsewhere.url}/otto"}

    assert refused(elsewhere.send(client, said))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "https://victim.example/anna"},
        {"type": "Note"},
        {"type": {}},
        {"inbox": "https://victim.example/inbox"},
        {"inbox": None},
        {"publicKey": None},
        {"publicKey": {"id": "https://victim.example/key", "owner": "x", "publicKeyPem": "y"}},
    ],
)
def test_a_document_that_speaks_for_another_server_is_refused(client, db, elsewhere, change):
    elsewhere.document_changes = change

    assert refused(elsewhere.send(client, elsewhere.follow()))


def test_a_document_that_is_always_somewhere_else_is_nowhere(client, db, elsewhere):
    elsewhere.sends_on_to = "/wanda"

    assert refused(elsewhere.send(client, elsewhere.follow()))
    assert len(elsewhere.asked) == 3


@pytest.mark.parametrize(
    "uri", ["https://[x", "https://exa.example/\u00fc", "javascript://a.example/", "", "x"]
)
def test_what_is_no_address_of_the_web_is_nobody(client, db, elsewhere, uri):
    said = elsewhere.follow() | {"actor": uri, "id": uri}

    assert refused(elsewhere.send(client, said, key_id=uri))


def test_who_is_sent_on_to_another_server_speaks_for_nobody(client, db, elsewhere):
    """A server that sends anybody anywhere vouches for nobody with that."""
    attacker = type(elsewhere)()
    attacker.document_changes = {
        name: elsewhere.document("/wanda")[name] for name in ("id", "inbox", "publicKey")
    }
    elsewhere.sends_on_to = attacker.wanda

    response = elsewhere.send(client, elsewhere.follow())
    attacker.close()

    assert refused(response)
    assert attacker.asked
    assert "another server" in response.json()["error"]


@pytest.mark.parametrize("kind", ["application/json", "text/html", ""])
def test_a_file_that_looks_like_a_document_is_none(client, db, elsewhere, kind):
    """Servers keep files for others; such a file is not the word of its server."""
    elsewhere.document_kind = kind

    assert refused(elsewhere.send(client, elsewhere.follow()))


@pytest.mark.parametrize("pem", ["", "rubbish", OTHER_KEY.public_pem])
def test_a_document_with_another_key_proves_nothing(client, db, elsewhere, pem):
    key = {"id": f"{elsewhere.wanda}#main-key", "owner": elsewhere.wanda, "publicKeyPem": pem}
    elsewhere.document_changes = {"publicKey": key}

    assert refused(elsewhere.send(client, elsewhere.follow()))


def test_a_new_key_is_read_anew_but_not_with_every_message(client, db, elsewhere, time_machine):
    elsewhere.send(client, elsewhere.follow())
    key = {
        "id": f"{elsewhere.wanda}#main-key",
        "owner": elsewhere.wanda,
        "publicKeyPem": OTHER_KEY.public_pem,
    }
    elsewhere.document_changes = {"publicKey": key}

    for _again in range(3):
        assert elsewhere.send(client, elsewhere.follow(), key=OTHER_KEY).status_code == 401
    assert len(elsewhere.asked) == 1
    time_machine.move_to(now() + RemoteActor.SETTLED)

    response = elsewhere.send(client, elsewhere.follow(), key=OTHER_KEY)

    assert response.status_code == 202
    assert RemoteActor.objects.get().public_pem == OTHER_KEY.public_pem


def test_a_server_that_shows_its_keys_slowly_is_asked_once_a_minute(
    client, db, elsewhere, monkeypatch
):
    """Else anybody could keep us from reading the keys of all others."""
    monkeypatch.setattr(inbox, "SLOW", 0.2)
    elsewhere.document_pause = 0.4
    elsewhere.document_changes = {"publicKey": None}

    answers = [elsewhere.send(client, elsewhere.follow()).status_code for _again in range(3)]

    assert answers == [401, 503, 503]
    assert len(elsewhere.asked) == 1
    cache.clear()
    elsewhere.document_changes = {}
    assert elsewhere.send(client, elsewhere.follow()).status_code == 202


def test_a_known_key_is_not_asked_for_again(client, db, elsewhere):
    for _again in range(3):
        elsewhere.send(client, elsewhere.follow())

    assert len(elsewhere.asked) == 1
    assert "signature" in {name.lower() for name in elsewhere.asked[0][1]}


# Hostile bodies


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 5_000_000, 413),
        (b"[" * 100_000, 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
        (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
        (b'{"type": "Follow", "actor": "a\\u0000b", "id": "x"}', 400),
        (b'{"type": "Follow", "actor": "a", "id": "x", "object": ["\\ud800"]}', 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b'{"type": 1, "actor": "x", "id": "y"}', 400),
        (b'{"type": "Follow"}', 400),
    ],
    ids=[
        "5MB",
        "deep list",
        "deep",
        "rather deep",
        "nul",
        "half",
        "list",
        "text",
        "empty",
        "bytes",
        "type",
        "less",
    ],
)
def test_what_is_no_activity_is_refused_with_a_sentence(client, db, elsewhere, body, status):
    response = elsewhere.send(client, None, body=body)

    assert response.status_code == status
    assert Follower.objects.count() == 0
    if status == 400:
        assert response.json()["error"].endswith(".")


def test_a_blocked_server_is_not_heard_and_what_it_left_is_gone(client, start, elsewhere):
    elsewhere.send(client, elsewhere.follow())
    elsewhere.send(client, answer(elsewhere, start()))

    services.block(
        elsewhere.host, by=MemberFactory(is_administrator=True), reason="Nothing but advertising."
    )

    assert (Follower.objects.count(), Echo.objects.count()) == (0, 0)
    assert elsewhere.send(client, elsewhere.follow()).status_code == 403
    assert Delivery.objects.waiting().count() == 0


@pytest.mark.parametrize("blocked", ["127.0.0.1:{port}.", "0.0.1:{port}", "https://1:{port}/"])
def test_a_blocked_server_has_no_second_name(client, db, elsewhere, blocked):
    """Neither with a dot, nor as one of the many names below its own."""
    elsewhere.send(client, elsewhere.follow())
    by = MemberFactory(is_administrator=True)

    services.block(blocked.format(port=elsewhere.server.server_port), by=by, reason="Spam.")

    assert Follower.objects.count() == 0
    assert elsewhere.send(client, elsewhere.follow()).status_code == 403


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://Loud.Example/x", "loud.example"),
        ("https://loud.example:443/x", "loud.example"),
        ("https://loud.example./x", "loud.example"),
        ("https://loud.example.:443/x", "loud.example"),
        ("http://loud.example:443/x", "loud.example:443"),
        ("javascript://loud.example/x", ""),
    ],
)
def test_a_server_has_one_spelling(uri, host):
    assert services.host_of(uri) == host


def test_names_that_only_look_alike_are_not_blocked(client, db):
    services.block("loud.example", by=MemberFactory(is_administrator=True), reason="Spam.")

    assert queries.is_blocked("a.b.loud.example")
    assert not queries.is_blocked("notloud.example")
    assert not queries.is_blocked("example")


def test_who_was_given_up_is_alive_when_they_speak(client, db, elsewhere):
    elsewhere.send(client, elsewhere.follow())
    Peer.objects.update(failures=9, failing_since=now(), given_up_at=now(), next_try=now())

    elsewhere.send(client, elsewhere.activity("Like", "x"))

    peer = Peer.objects.get()
    assert (peer.failures, peer.given_up_at, peer.next_try) == (0, None, None)


def test_while_federation_is_off_there_is_no_door(client, db, elsewhere, settings):
    settings.FEDERATION = False

    assert elsewhere.send(client, elsewhere.follow()).status_code == 404
    for path in (
        "actors/community/",
        ".well-known/webfinger?resource=acct:community@127.0.0.1:8000",
    ):
        assert client.get(f"/{path}").status_code == 404


def test_only_forms_of_post_are_heard(client, db, elsewhere):
    assert client.get("/inbox/").status_code == 405
    assert elsewhere.send(client, elsewhere.follow(), "/actors/nobody/inbox/").status_code == 404
