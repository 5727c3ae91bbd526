"""Followers elsewhere learn what everyone may read, also that it is gone; and nothing is lost."""

import time
from datetime import timedelta

import pytest

from media4sec.discussions import services as discussions
from media4sec.discussions.models import Topic
from media4sec.feeds import keys, signatures, tasks
from media4sec.feeds.models import Delivery, Echo, Follower, Message, Peer, Publication, RemoteActor
from media4sec.feeds.services import catch_up, deliver_due, delivering, forget_old, tell
from media4sec.feeds.tests.elsewhere import KEY, OUR_KEY, OURS, Elsewhere
from media4sec.kit.clock import now
from media4sec.kit.marking import Attribution, Label

State = Delivery.State


@pytest.fixture
def follow(client, elsewhere):
    """Somebody elsewhere follows; what they were told about that is forgotten."""

    def _follow(name="community", server=elsewhere):
        assert server.send(client, server.follow(name)).status_code == 202
        server.got.clear()
        Message.objects.all().delete()

    return _follow


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_a_public_topic_appears_to_followers_with_language_summary_and_link(
    start, elsewhere, follow
):
    follow()
    topic = start("Who answers?", body="At *night*, I mean.", language="nl")

    tasks.speak()

    create = elsewhere.words[0]
    note = create["object"]
    assert [create["type"], create["actor"]] == ["Create", f"{OURS}/actors/community/"]
    assert note["id"] == f"{OURS}/notes/discussions.topic:{topic.pk}/"
    assert note["url"] == f"{OURS}{topic.get_absolute_url()}"
    assert list(note["contentMap"]) == ["nl"]
    assert note["content"].startswith(
        "<p><strong>Who answers?</strong></p><p>At night, I mean.</p>"
    )
    assert note["url"] in note["content"]
    assert states() == [State.DONE]


def test_what_leaves_is_signed_so_that_others_can_check_it(start, elsewhere, follow):
    follow()
    start()

    tasks.speak()

    path, headers, body = elsewhere.got[0]
    headers = {name.lower(): value for name, value in headers.items()}
    signature = signatures.read("POST", path, headers, body)
    assert path == "/inbox"
    assert signature.key_id == f"{OURS}/actors/community/#main-key"
    assert signature.holds(OUR_KEY.public_pem)
    assert not signature.holds(KEY.public_pem)
    assert headers["content-type"] == "application/activity+json"


def test_nobody_is_named_out_there(start, elsewhere, follow):
    follow()
    start(attribution=Attribution.CHATHAM)
    start()

    tasks.speak()

    assert len(elsewhere.got) == 2
    assert b"Zephyrine" not in b"".join(body for _path, _headers, body in elsewhere.got)


@pytest.mark.parametrize("label", [Label.GREEN])
def test_what_is_not_clear_never_leaves(start, elsewhere, follow, label):
    follow()
    start("Between us", label=label)

    tasks.speak()

    assert elsewhere.got == []


def test_a_theme_passes_on_what_is_about_it(start, theme, elsewhere, follow):
    follow("trolling")
    topic = start(theme=theme)
    start("About something else")

    tasks.speak()

    announce = elsewhere.words[0]
    assert elsewhere.kinds() == ["Announce"]
    assert announce["actor"] == f"{OURS}/actors/trolling/"
    assert announce["object"] == f"{OURS}/notes/discussions.topic:{topic.pk}/"


def test_edits_and_deletions_follow(start, author, elsewhere, follow):
    follow()
    topic = start()
    tasks.speak()

    discussions.edit_topic(topic, by=author, base_version=1, title="A loud street", body="New.")
    tasks.speak()
    discussions.delete_topic(topic, by=author)
    tasks.speak()

    assert elsewhere.kinds() == ["Create", "Update", "Delete"]
    assert "A loud street" in elsewhere.words[1]["object"]["content"]
    assert elsewhere.words[2]["object"] == {
        "id": f"{OURS}/notes/discussions.topic:{topic.pk}/",
        "type": "Tombstone",
    }


def test_what_is_narrowed_later_is_deleted_out_there_also_where_nobody_follows_any_more(
    start, author, elsewhere, follow
):
    follow()
    topic = start("Said too much")
    tasks.speak()
    Follower.objects.all().delete()

    discussions.narrow(topic, by=author, label=Label.GREEN)
    tasks.speak()

    assert elsewhere.kinds() == ["Create", "Delete"]
    assert b"Said too much" not in elsewhere.got[1][2]


def test_what_is_narrowed_before_it_left_never_leaves(start, author, elsewhere, follow):
    """It waits for its delivery when the author thinks better of it."""
    follow()
    topic = start("Said too much")
    tell()

    discussions.narrow(topic, by=author, label=Label.GREEN)
    deliver_due()
    tasks.speak()

    assert elsewhere.got == []
    assert states() == [State.GIVEN_UP]


def test_a_room_that_narrows_without_a_word_is_obeyed_at_the_last_moment(start, elsewhere, follow):
    follow()
    topic = start("Quietly narrowed")
    tell()

    Topic.objects.filter(pk=topic.pk).update(label=Label.GREEN)
    deliver_due()

    assert elsewhere.got == []


def test_what_may_have_arrived_is_deleted_too(start, author, elsewhere, follow):
    """The answer was lost on its way: nobody knows whether they have it."""
    follow()
    topic = start()
    elsewhere.status = 500
    tasks.speak()
    elsewhere.status = 202
    Peer.objects.update(next_try=None)

    discussions.narrow(topic, by=author, label=Label.GREEN)
    tasks.speak()

    assert elsewhere.kinds() == ["Create", "Delete"]


def test_what_was_public_long_ago_is_not_news(start, elsewhere, follow):
    follow()
    start()
    Publication.objects.update(published_at=now() - timedelta(days=8))

    tasks.speak()

    assert elsewhere.got == []
    assert not Publication.objects.untold().exists()


def test_a_server_with_many_followers_gets_it_once(start, elsewhere, follow):
    follow()
    peer = Peer.objects.get()
    for number in range(3):
        remote = RemoteActor.objects.create(
            uri=f"{elsewhere.url}/{number}",
            peer=peer,
            inbox=f"{elsewhere.url}/{number}/inbox",
            shared_inbox=f"{elsewhere.url}/inbox",
            key_id="x",
            public_pem="x",
            read_at=now(),
        )
        Follower.objects.create(actor="community", remote=remote, since=now())
    start()

    tasks.speak()

    assert [path for path, _headers, _body in elsewhere.got] == ["/inbox"]


# Away, slow, gone


def test_a_server_that_is_away_is_asked_again_with_growing_pauses(
    start, elsewhere, follow, time_machine
):
    follow()
    start()
    elsewhere.status = 503
    began = now()
    time_machine.move_to(began, tick=False)
    tasks.speak()
    tasks.speak()
    assert len(elsewhere.got) == 1

    for pause in delivering.PAUSES[:3]:
        time_machine.shift(pause - timedelta(seconds=1))
        tasks.speak()
        before = len(elsewhere.got)
        time_machine.shift(timedelta(seconds=1))
        tasks.speak()
        assert len(elsewhere.got) == before + 1
    elsewhere.status = 202
    time_machine.shift(delivering.PAUSES[3])
    tasks.speak()

    assert states() == [State.DONE]
    assert len({word["id"] for word in elsewhere.words}) == 1
    assert (Peer.objects.get().failures, Peer.objects.get().failing_since) == (0, None)


def test_a_server_that_is_silent_for_a_week_is_given_up_and_welcome_again(
    client, start, elsewhere, follow, time_machine
):
    time_machine.move_to(now())
    follow()
    start()
    elsewhere.status = 500
    for _try in range(12):
        tasks.speak()
        time_machine.shift(timedelta(days=1))

    assert Peer.objects.get().given_up_at is not None
    assert states() == [State.GIVEN_UP]
    start("Another one")
    tasks.speak()
    assert Delivery.objects.count() == 1

    elsewhere.status = 202
    elsewhere.send(client, elsewhere.activity("Like", "x"))
    start("One more")
    tasks.speak()
    assert "One more" in elsewhere.words[-1]["object"]["content"]


def test_a_server_that_comes_back_learns_what_it_should_have_deleted(
    client, start, author, elsewhere, follow, time_machine
):
    time_machine.move_to(now())
    follow()
    topic = start()
    tasks.speak()
    elsewhere.status = 500
    discussions.narrow(topic, by=author, label=Label.GREEN)
    for _day in range(12):
        tasks.speak()
        forget_old()
        time_machine.shift(timedelta(days=1))
    assert Peer.objects.get().given_up_at is not None
    elsewhere.got.clear()
    elsewhere.status = 202

    elsewhere.send(client, elsewhere.activity("Like", "x"))
    tasks.speak()

    assert elsewhere.kinds() == ["Delete"]
    time_machine.shift(timedelta(days=8))
    forget_old()
    assert Message.objects.count() == 0


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_no_is_a_no(start, elsewhere, follow, status):
    follow()
    start()
    elsewhere.status = status

    tasks.speak()

    assert states() == [State.GIVEN_UP]
    assert Peer.objects.get().failures == 0


def test_an_inbox_that_answers_after_a_minute_does_not_hold_up_the_others(
    client, start, elsewhere, follow, monkeypatch
):
    """It pauses for longer than we wait; another server is served in the same turn."""
    slow = Elsewhere()
    follow("community", slow)
    follow()
    slow.pause = 60
    monkeypatch.setattr(delivering, "_PATIENCE", 2.0)
    for number in range(3):
        start(f"Topic {number}")

    began = time.monotonic()
    tasks.speak()
    slow.server.shutdown()

    assert time.monotonic() - began < 20
    assert elsewhere.kinds() == ["Create"] * 3
    resting = Peer.objects.get(host=slow.host)
    assert resting.failures == 1
    assert Delivery.objects.waiting().filter(peer=resting).count() == 3


def test_what_was_between_us_for_weeks_is_news_when_it_becomes_public(
    client, start, author, elsewhere, follow, time_machine
):
    time_machine.move_to(now())
    follow()
    topic = start("Now for everybody", label=Label.GREEN)
    time_machine.shift(timedelta(days=30))
    start("Last week")
    time_machine.shift(timedelta(days=1))

    discussions.widen(topic, by=author, label=Label.CLEAR)
    tasks.speak()
    discussions.edit_topic(topic, by=author, base_version=1, title="For everybody", body="Edited.")

    feed = client.get("/feeds/topic.json").json()
    assert [item["title"] for item in feed["items"]] == ["For everybody", "Last week"]
    assert feed["items"][0]["date_published"] <= feed["items"][0]["date_modified"]
    assert "Now for everybody" in elsewhere.words[-1]["object"]["content"]


def test_what_was_public_for_weeks_is_no_news_because_we_only_now_look(
    start, elsewhere, follow, time_machine
):
    time_machine.move_to(now())
    follow()
    topic = start("Long ago")
    Publication.objects.all().delete()
    time_machine.shift(timedelta(days=30))

    catch_up()
    tasks.speak()

    assert Publication.objects.get().published_at == topic.started_at
    assert elsewhere.got == []


def test_a_server_with_many_inboxes_does_not_hold_up_the_others(start, elsewhere, follow):
    """A thousand followers who share no inbox, on a server that was there first."""
    crowd = Peer.objects.create(host="crowd.example")
    for number in range(120):
        remote = RemoteActor.objects.create(
            uri=f"https://crowd.example/{number}",
            peer=crowd,
            inbox=f"https://crowd.example/{number}/inbox",
            read_at=now(),
        )
        Follower.objects.create(actor="community", remote=remote, since=now())
    follow()
    start()
    tell()

    taken = delivering._take()

    assert elsewhere.host in {delivery.peer.host for delivery in taken}
    assert len(taken) == delivering.PER_PEER + 1


@pytest.mark.parametrize("reason", ["slow", "busy"])
def test_who_is_slow_or_busy_gets_one_message_a_minute(
    start, elsewhere, follow, time_machine, monkeypatch, reason
):
    time_machine.move_to(now())
    follow()
    for number in range(3):
        start(f"Topic {number}")
    if reason == "slow":
        monkeypatch.setattr(delivering, "_SLOW", -1)
    else:
        elsewhere.status = 429

    tasks.speak()
    assert len(elsewhere.got) == 1
    time_machine.shift(timedelta(seconds=61))
    tasks.speak()
    assert len(elsewhere.got) == 2

    peer = Peer.objects.get()
    assert (peer.failures, peer.failing_since) == (0, None)


def test_one_turn_sends_a_server_only_so_much_at_once(start, elsewhere, follow):
    follow()
    for number in range(delivering.PER_PEER + 3):
        start(f"Topic {number}")
    tell()

    assert len(delivering._take()) == delivering.PER_PEER


# Killed


def test_a_worker_killed_while_it_holds_deliveries_loses_none(
    start, elsewhere, follow, time_machine
):
    time_machine.move_to(now())
    follow()
    start()
    tell()
    held = delivering._take()
    assert len(held) == 1

    tasks.speak()
    assert elsewhere.got == []

    time_machine.shift(delivering.LEASE + timedelta(seconds=1))
    tasks.speak()
    assert elsewhere.kinds() == ["Create"]


def test_a_worker_killed_after_their_ok_sends_the_same_again(
    start, elsewhere, follow, time_machine, monkeypatch
):
    time_machine.move_to(now())
    follow()
    start()
    tell()

    def killed(*args):
        raise SystemExit

    monkeypatch.setattr(delivering, "_conclude", killed)
    with pytest.raises(SystemExit):
        deliver_due()
    monkeypatch.undo()
    time_machine.shift(delivering.LEASE + timedelta(seconds=1))
    deliver_due()

    assert len(elsewhere.got) == 2
    assert elsewhere.words[0]["id"] == elsewhere.words[1]["id"]
    assert states() == [State.DONE]


def test_a_worker_killed_while_it_writes_messages_writes_them_all_again(
    start, elsewhere, follow, monkeypatch
):
    follow()
    start()
    save = Publication.save

    def killed(self, **more):
        raise SystemExit

    monkeypatch.setattr(Publication, "save", killed)
    with pytest.raises(SystemExit):
        tell()
    monkeypatch.setattr(Publication, "save", save)
    assert Message.objects.count() == 0
    tasks.speak()

    assert elsewhere.kinds() == ["Create"]


def test_an_idle_turn_takes_no_lock(elsewhere, django_assert_num_queries):
    with django_assert_num_queries(4) as asked:  # two looks, and a savepoint around one
        tasks.speak()

    assert "UPDATE" not in "".join(query["sql"] for query in asked.captured_queries)


# The key


def test_the_key_is_made_once_and_its_private_half_is_sealed(db, settings):
    key = keys.own_key()

    assert keys.own_key().pk == key.pk
    assert "PRIVATE" not in key.sealed
    assert keys.is_signed("words", keys.sign(key, "words"), public_pem=key.public_pem)
    assert not keys.is_signed("other", keys.sign(key, "words"), public_pem=key.public_pem)


def test_with_another_secret_there_is_another_key(elsewhere, settings):
    settings.SECRET_KEY = "another secret that is long enough"

    key = keys.own_key()

    assert key.public_pem != OUR_KEY.public_pem
    assert keys.is_signed("words", keys.sign(key, "words"), public_pem=key.public_pem)


def test_old_messages_that_say_nothing_are_forgotten(
    client, start, author, elsewhere, follow, time_machine
):
    time_machine.move_to(now())
    follow()
    kept, gone = start("Stays"), start("Goes")
    tasks.speak()
    discussions.narrow(gone, by=author, label=Label.GREEN)
    tasks.speak()
    elsewhere.send(client, elsewhere.follow())
    time_machine.shift(timedelta(days=8))

    forget_old()

    assert [message.publication.thing_id for message in Message.objects.all()] == [kept.pk]


def test_an_echo_is_read_under_what_it_answers(client, start, elsewhere):
    topic = start()
    note = elsewhere.note(f"{OURS}/notes/discussions.topic:{topic.pk}/")
    elsewhere.send(client, elsewhere.activity("Create", note))
    echo = Echo.objects.get()
    place = f"/echoes/of/discussions.topic:{topic.pk}/"
    assert b"We have that" not in client.get(place).content
    assert client.get(echo.get_absolute_url()).status_code == 404

    Echo.objects.update(standing=Echo.Standing.VISIBLE)

    page = client.get(place).content.decode()
    assert "We have that, too." in page
    assert "Wanda &lt;b&gt;W.&lt;/b&gt;" in page
    assert f'href="{elsewhere.url}/@wanda/1" rel="nofollow noopener ugc"' in page
    assert client.get(echo.get_absolute_url())["Location"] == f"{place}#echo-{echo.pk}"
