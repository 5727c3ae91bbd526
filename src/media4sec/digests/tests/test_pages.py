"""The pages: what is new for me, what I watch, which letters come."""

import json

import pytest

from media4sec.digests import room
from media4sec.digests.models import Mailbox, Notice, Rhythm
from media4sec.digests.tests.factories import notice, reply, start
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme, Watch
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, everything_of, level_of, watch
from media4sec.members.models import Circle, Member
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_the_start")]
BUDGET = 8


@pytest.fixture
def anna(client):
    anna = MemberFactory(name="Anna")
    client.force_login(anna)
    return anna


@pytest.fixture
def ben():
    return MemberFactory(name="Ben")


def bell(client):
    page = client.get("/people/").content.decode()
    return page.split('href="/notices/"')[1].split("</a>")[0]


def test_the_bell_says_how_much_is_new_on_every_page(client, anna, ben):
    assert "Notices" in bell(client)
    reply(start(anna), ben)
    notice()

    assert "1 new notice" in bell(client)


def test_a_line_leads_to_its_thing_and_is_read_then(client, anna, ben):
    answer = reply(start(anna), ben)
    notice()
    page = client.get("/notices/").content.decode()
    assert "Ben replied in “Rumours at night”" in page

    response = client.get(f"/notices/{Notice.objects.get().pk}/")

    assert response.url == answer.get_absolute_url()
    assert "new notice" not in bell(client)
    assert "Ben replied" in client.get("/notices/").content.decode()


def test_who_opens_the_discussion_needs_no_notice_of_it_any_more(
    client, anna, ben, django_assert_max_num_queries
):
    topic, other = start(anna), start(anna, title="Another one")
    for each in (topic, topic, other):
        reply(each, ben)
    notice()
    assert "3 new notices" in bell(client)

    with django_assert_max_num_queries(BUDGET + 2):  # the first time: marked, counted anew
        page = client.get(topic.get_absolute_url()).content.decode()

    assert "1 new notice" in page
    assert "1 new notice" in bell(client)


def test_one_line_or_all_of_them_are_marked_as_read(client, anna, ben):
    for title in ("First title", "Second title"):
        reply(start(anna, title=title), ben)
    notice()
    first = Notice.objects.order_by("pk").first()

    client.post("/notices/read/", {"notices": str(first.pk)})
    assert "1 new notice" in bell(client)

    newest = Notice.objects.order_by("-pk").first()
    client.post("/notices/read/", {"until": str(newest.pk)})
    assert "new notice" not in bell(client)


def test_what_came_since_the_page_was_opened_stays_new(client, anna, ben):
    topic = start(anna)
    reply(topic, ben)
    notice()
    shown = Notice.objects.get().pk
    reply(topic, ben)
    notice()

    client.post("/notices/read/", {"until": str(shown)})

    assert Notice.objects.unread().count() == 1


def test_more_numbers_than_any_database_takes_are_cut_off(client, anna):
    said = ",".join(map(str, range(1, 260_000)))

    assert client.post("/notices/read/", {"notices": said}).status_code == 302


@pytest.mark.parametrize("said", ["", "x", "1,x,,9999999999999999999999", "-1", "²"])
def test_nonsense_marks_nothing(client, anna, said):
    assert client.post("/notices/read/", {"notices": said}).status_code == 302
    assert client.post("/notices/read/", {"until": said}).status_code == 302


def test_nobody_reads_or_marks_the_notices_of_others(client, anna, ben):
    reply(start(ben), anna)
    notice()
    found = Notice.objects.get()

    assert client.get(f"/notices/{found.pk}/").status_code == 404
    client.post("/notices/read/", {"notices": str(found.pk)})

    found.refresh_from_db()
    assert found.read_at is None


def test_what_one_may_not_open_any_more_vanishes_from_the_bell(client, anna, ben):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna, ben])
    start(ben, Label.AMBER, circle=circle)
    notice()
    assert "1 new notice" in bell(client)
    circle.memberships.filter(member=anna).delete()

    assert client.get(f"/notices/{Notice.objects.get().pk}/").status_code == 404
    page = client.get("/notices/").content.decode()

    assert "Rumours" not in page
    assert not Notice.objects.exists()
    assert "new notice" not in bell(client)


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_takes_few_questions(client, anna, ben, count, django_assert_max_num_queries):
    for number in range(count):
        reply(start(anna, title=f"Title {number}"), ben)
    notice()

    with django_assert_max_num_queries(BUDGET):
        page = client.get("/notices/")

    assert page.content.count(b'class="is-new"') == count


def test_older_notices_are_on_the_next_page(client, anna, ben):
    topic = start(anna)
    for _ in range(45):
        reply(topic, ben)
    notice()

    page = client.get("/notices/").content.decode()

    assert "40 replies" in page
    assert 'rel="next"' in page


def test_strangers_have_no_notices(client):
    for address in ("/notices/", "/notices/1/", "/me/letters/", "/me/watching/"):
        assert client.get(address).status_code == 302


# Watching


def test_a_theme_a_circle_and_a_thing_can_be_watched(client, anna, ben):
    theme = Theme.objects.create(slug="x", title="Theme X", position=99)
    circle, topic = CircleFactory(title="Circle Y"), start(ben, title="Topic Z")

    for thing in (theme, circle, topic):
        response = client.post(f"/watch/{Ref.to(thing)}/", {"level": "everything"})
        assert response.url == thing.get_absolute_url()

    page = client.get("/me/watching/").content.decode()
    assert all(title in page for title in ("Theme X", "Circle Y", "Topic Z"))


def test_the_list_lets_go(client, anna, ben):
    topic = start(ben)
    watch(Ref.to(topic), by=anna, level=Level.MUTED)

    client.post(f"/watch/{Ref.to(topic)}/", {"level": "normal", "list": "1"})

    assert level_of(Ref.to(topic), by=anna) == Level.NORMAL
    assert "Rumours" not in client.get("/me/watching/").content.decode()


def test_what_one_cannot_see_cannot_be_watched(client, anna, ben):
    hidden = CircleFactory(kind=Circle.Kind.HIDDEN, members=[ben])
    secret = start(ben, Label.AMBER, circle=hidden)
    answer = reply(start(ben), ben)

    for ref in (Ref.to(hidden), Ref.to(secret), Ref.to(answer), "x", "kit.theme:0", "kit.draft:1"):
        assert client.post(f"/watch/{ref}/", {"level": "everything"}).status_code == 404
    topic = start(ben)
    assert client.post(f"/watch/{Ref.to(topic)}/", {"level": "loudly"}).status_code == 404
    assert not Watch.objects.filter(member=anna).exists()


def test_the_list_says_nothing_of_what_became_secret(client, anna, ben):
    circle = CircleFactory(kind=Circle.Kind.HIDDEN, title="Hidden name", members=[anna, ben])
    topic = start(ben, Label.AMBER, circle=circle, title="Amber title")
    for thing in (circle, topic):
        watch(Ref.to(thing), by=anna, level=Level.EVERYTHING)
    assert "Hidden name" in client.get("/me/watching/").content.decode()
    circle.memberships.filter(member=anna).delete()

    page = client.get("/me/watching/").content.decode()

    assert "Hidden name" not in page
    assert "Amber title" not in page


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_takes_few_questions(client, anna, ben, count, django_assert_max_num_queries):
    for number in range(count):
        watch(Ref.to(start(ben, title=f"Title {number}")), by=anna, level=Level.EVERYTHING)

    with django_assert_max_num_queries(BUDGET):
        page = client.get("/me/watching/")

    assert page.content.count(b"Stop following") == count


# Letters

CHOICE = {"time_zone": "Asia/Tokyo", "hour": 9, "weekday": 2, "quiet_from": 20, "quiet_until": 6}


def choice(form, pace, level="normal"):
    return {**CHOICE, **dict.fromkeys(form.kinds, pace), **dict.fromkeys(form.whole, level)}


@pytest.mark.parametrize("level", Level.values)
def test_a_member_chooses_how_often_and_when_letters_come(client, anna, level):
    form = client.get("/me/letters/").context["form"]

    response = client.post("/me/letters/", choice(form, "never", level))

    assert response.status_code == 302
    box = Mailbox.objects.get(member=anna)
    assert (box.time_zone, box.hour, box.weekday) == ("Asia/Tokyo", 9, 2)
    assert set(Rhythm.objects.values_list("pace", flat=True)) == {"never"}
    assert level_of(everything_of("discussions.topic"), by=anna) == level
    page = client.get("/me/letters/").content.decode()
    assert page.count(f'<option value="{level}" selected') == len(form.whole)


def test_nonsense_is_refused_with_a_sentence_and_loses_nothing(client, anna):
    form = client.get("/me/letters/").context["form"]

    page = client.post("/me/letters/", choice(form, "weekly") | {"time_zone": "Mars/Olympus"})

    assert page.status_code == 200
    assert b"error-summary" in page.content
    assert b'value="20" selected' in page.content
    assert not Mailbox.objects.exists()


def test_a_member_takes_along_what_they_chose(client, anna, ben):
    topic = start(ben, title="Title of others")
    watch(Ref.to(topic), by=anna, level=Level.MUTED)
    reply(start(anna), ben)
    notice()

    said = json.loads(room.export(None, member=anna))

    assert {"kind": "discussions.topic", "number": topic.pk, "level": "muted"} in said["watches"]
    assert [each["reason"] for each in said["notices"]] == ["under"]
    assert "Title of others" not in json.dumps(said)


def test_the_page_of_notices_says_that_letters_come_back(client, anna):
    assert "came back" not in client.get("/notices/").content.decode()
    Mailbox.objects.create(member=anna, stopped_at=anna.joined_at, stopped_because="bounce")

    assert "Our letters to you came back." in client.get("/notices/").content.decode()


def test_the_settings_say_that_letters_stopped_and_start_them_again(client, anna):
    Mailbox.objects.create(member=anna, stopped_at=anna.joined_at, stopped_because="bounce")
    assert "Our letters to you came back." in client.get("/me/letters/").content.decode()

    client.post("/me/letters/start/")

    assert Mailbox.objects.get().stopped_at is None


def test_the_page_of_letters_takes_few_questions(client, anna, django_assert_max_num_queries):
    with django_assert_max_num_queries(BUDGET):
        client.get("/me/letters/")


def test_somebody_suspended_still_chooses_their_letters(client, anna):
    Member.objects.filter(pk=anna.pk).update(suspended_at=anna.joined_at)

    assert client.get("/me/letters/").status_code == 200
    assert client.get("/notices/").status_code == 200
