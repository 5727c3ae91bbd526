"""What other servers ask about us: who speaks, what was said, how many listen."""

import pytest

from media4sec.discussions import services as discussions
from media4sec.feeds.models import Follower, Peer, RemoteActor
from media4sec.feeds.tests.elsewhere import OUR_KEY, OURS
from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.members.tests.factories import MemberFactory


@pytest.mark.parametrize(
    "resource",
    [
        "acct:community@127.0.0.1:8000",
        "acct:@Community@127.0.0.1:8000",
        f"{OURS}/actors/community/",
    ],
)
def test_who_looks_for_our_name_finds_our_actor(client, elsewhere, resource):
    found = client.get("/.well-known/webfinger", {"resource": resource}).json()

    assert found["subject"] == "acct:community@127.0.0.1:8000"
    links = {link["rel"]: link for link in found["links"]}
    assert links["self"] == {
        "rel": "self",
        "type": "application/activity+json",
        "href": f"{OURS}/actors/community/",
    }


@pytest.mark.parametrize(
    "resource",
    [
        "",
        "x",
        "acct:",
        "acct:community@other.example",
        "acct:nobody@127.0.0.1:8000",
        "acct:@",
        "acct:a\x00b@127.0.0.1:8000",
    ],
)
def test_who_looks_for_somebody_else_finds_nobody(client, elsewhere, resource):
    assert client.get("/.well-known/webfinger", {"resource": resource}).status_code == 404


def test_an_actor_has_a_key_an_inbox_and_a_page(client, theme, elsewhere):
    actor = client.get("/actors/trolling/").json()

    assert actor["name"] == "Trolling · MEDI@4SEC Community"
    assert actor["inbox"] == f"{OURS}/actors/trolling/inbox/"
    assert actor["endpoints"] == {"sharedInbox": f"{OURS}/inbox/"}
    assert actor["url"] == f"{OURS}/themes/trolling/"
    assert actor["publicKey"]["publicKeyPem"] == OUR_KEY.public_pem
    assert client.get("/actors/nobody/").status_code == 404


def test_nodeinfo_counts_what_is_public_and_no_members(client, start, elsewhere):
    MemberFactory.create_batch(3)
    start()
    start(label=Label.GREEN)

    links = client.get("/.well-known/nodeinfo").json()["links"]
    info = client.get(links[0]["href"].removeprefix(OURS)).json()

    assert info["usage"] == {"users": {}, "localPosts": 1}
    assert info["protocols"] == ["activitypub"]


def test_an_outbox_is_paged_and_holds_only_what_everyone_may_read(client, start, elsewhere):
    for number in range(25):
        start(f"Topic {number}")
    start("Between us", label=Label.GREEN)

    outbox = client.get("/actors/community/outbox/").json()
    assert outbox["totalItems"] == 25
    seen, address = [], outbox["first"]
    while address:
        page = client.get(address.removeprefix(OURS)).json()
        assert page["id"] == address
        seen += [item["object"]["content"] for item in page["orderedItems"]]
        address = page.get("next")

    assert len(seen) == 25
    assert not any("Between us" in each for each in seen)


def test_a_themes_outbox_passes_on(client, start, theme, elsewhere):
    topic = start(theme=theme)
    start()

    page = client.get("/actors/trolling/outbox/?before=").json()

    assert [item["type"] for item in page["orderedItems"]] == ["Announce"]
    assert page["orderedItems"][0]["object"].endswith(f":{topic.pk}/")


def test_followers_are_a_number_and_no_names(client, elsewhere):
    peer = Peer.objects.create(host="elsewhere.example")
    remote = RemoteActor.objects.create(
        uri="https://elsewhere.example/wanda",
        peer=peer,
        inbox="x",
        key_id="x",
        public_pem="x",
        read_at=now(),
    )
    Follower.objects.create(actor="community", remote=remote, since=now())

    response = client.get("/actors/community/followers/")

    assert response.json()["totalItems"] == 1
    assert b"wanda" not in response.content


def test_a_note_is_there_while_its_thing_is_public_and_a_grave_afterwards(
    client, start, author, elsewhere
):
    topic, hidden = start(), start(label=Label.GREEN)
    place = f"/notes/discussions.topic:{topic.pk}/"
    assert client.get(place).json()["type"] == "Note"

    discussions.narrow(topic, by=author, label=Label.GREEN)

    response = client.get(place)
    assert (response.status_code, response.json()["type"]) == (410, "Tombstone")
    # What never was public has no grave either.
    assert client.get(f"/notes/discussions.topic:{hidden.pk}/").status_code == 404
    assert client.get("/notes/x/").status_code == 404


def test_a_page_tells_other_servers_where_its_note_is(client, start, elsewhere, settings):
    topic = start()
    link = f'type="application/activity+json" href="{OURS}/notes/discussions.topic:{topic.pk}/"'
    assert link in client.get(topic.get_absolute_url()).content.decode()

    settings.FEDERATION = False

    assert link not in client.get(topic.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize(
    "door",
    [
        "actors/community/",
        "actors/trolling/outbox/?before=",
        "actors/community/followers/",
        "nodeinfo/2.1",
        "feeds/",
    ],
)
def test_what_other_servers_ask_needs_four_queries_at_most(
    client, start, theme, elsewhere, settings, count, door, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 60
    for _number in range(count):
        start(theme=theme)

    with django_assert_max_num_queries(4):
        assert client.get(f"/{door}").status_code == 200


def test_people_read_whom_they_can_follow(client, theme, elsewhere, settings):
    assert "@trolling@127.0.0.1:8000" in client.get("/feeds/").content.decode()

    settings.FEDERATION = False

    assert "@trolling@" not in client.get("/feeds/").content.decode()


# For administrators


@pytest.fixture
def administrator(client, db):
    administrator = MemberFactory(is_administrator=True)
    client.force_login(administrator)
    return administrator


def test_administrators_see_other_servers_and_block_one(client, administrator, elsewhere):
    Peer.objects.create(host="quiet.example")

    page = client.post(
        "/administration/servers/",
        {"host": " HTTPS://Loud.example/ ", "reason": "Spam."},
        follow=True,
    ).content.decode()

    peer = Peer.objects.blocked().get()
    assert (peer.host, peer.block_reason) == ("loud.example", "Spam.")
    assert "quiet.example" in page
    assert "Spam." in page

    client.post(f"/administration/servers/{peer.pk}/unblock/")

    assert not Peer.objects.blocked().exists()


@pytest.mark.parametrize("host", ["", "not a host", "x/y", "-", "a" * 260])
def test_what_is_no_server_is_not_blocked_and_nothing_typed_is_lost(client, administrator, host):
    response = client.post("/administration/servers/", {"host": host, "reason": "My reason."})

    assert response.status_code == 200
    assert "My reason." in response.content.decode()
    assert not Peer.objects.exists()


def test_a_server_is_blocked_once_and_only_what_is_blocked_is_unblocked(client, administrator):
    for _again in range(2):
        response = client.post("/administration/servers/", {"host": "x.example", "reason": "Spam."})
    assert "blocked already" in response.content.decode()

    peer = Peer.objects.get()
    client.post(f"/administration/servers/{peer.pk}/unblock/")
    assert client.post(f"/administration/servers/{peer.pk}/unblock/").status_code == 422


def test_nobody_else_decides_about_servers(client, db):
    client.force_login(MemberFactory(is_moderator=True))

    assert client.get("/administration/servers/").status_code == 403
    assert client.post("/administration/servers/", {"host": "x.example"}).status_code == 403


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_of_servers_needs_eight_queries(
    client, administrator, theme, count, django_assert_max_num_queries
):
    for number in range(count):
        Peer.objects.create(host=f"{number}.example")
        Peer.objects.create(host=f"b{number}.example", blocked_at=now())

    with django_assert_max_num_queries(8):
        assert client.get("/administration/servers/").status_code == 200
