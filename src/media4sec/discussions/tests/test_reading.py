"""The page of a topic: who reads it, what it shows of whom, and what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.discussions import services
from media4sec.discussions.models import Reaction, Reading, Reply, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit import pagecache
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft
from media4sec.members.models import Audience, Circle, Group
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MemberFactory(name="Visitor")
    client.force_login(member)
    return member


def closed_circle(*members):
    return CircleFactory(kind=Circle.Kind.CLOSED, members=members)


def sealed_topic(circle, author, **facts):
    """A Chatham topic as the services leave it: its author drawn as a speaker."""
    topic = TopicFactory(
        circle=circle, author=author, label=Label.AMBER, attribution=Attribution.CHATHAM, **facts
    )
    let_speak(author, topic)
    return topic


# Who reads


def test_a_stranger_reads_what_is_clear_and_may_keep_the_page(client):
    topic = TopicFactory(title="Waiting at the cordon")
    ReplyFactory(topic=topic, body_html="<p>We asked them to wait.</p>")

    page = client.get(topic.get_absolute_url())

    assert page.status_code == 200
    assert b"We asked them to wait." in page.content
    assert "public" in page["Cache-Control"]
    assert b"csrfmiddlewaretoken" not in page.content


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_what_is_hidden_looks_like_what_never_was(client, label):
    insider = MemberFactory()
    topic = TopicFactory(circle=closed_circle(insider), author=insider, label=label)
    reply = ReplyFactory(topic=topic, author=insider)
    if label != Label.GREEN:
        client.force_login(MemberFactory())

    missing = client.get("/t/999999/waiting/")
    hidden = client.get(f"/t/{topic.pk}/waiting/")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.split(b"<main")[1] == missing.content.split(b"<main")[1]
    assert client.get(topic.get_absolute_url()).status_code == 404
    assert client.get(f"/r/{reply.pk}/").status_code == 404


def test_a_suspended_member_reads_what_a_stranger_reads(client):
    topic = TopicFactory(label=Label.GREEN)
    public = TopicFactory()
    client.force_login(MemberFactory(suspended_at=timezone.now()))

    assert client.get(topic.get_absolute_url()).status_code == 404
    page = client.get(public.get_absolute_url())
    assert page.status_code == 200
    assert b'id="reply" method="post"' not in page.content


def test_a_member_of_the_circle_reads_amber_and_writes_there(client, member):
    topic = TopicFactory(circle=closed_circle(member), label=Label.AMBER)

    page = client.get(topic.get_absolute_url())

    assert page.status_code == 200
    assert page.content.count(b"TLP:AMBER") >= 3  # head, foot, and the panel about sharing
    assert b'id="reply" method="post"' in page.content
    assert "no-store" in page["Cache-Control"]


def test_red_is_read_by_its_author_and_readers_alone(client, member):
    readable = TopicFactory(label=Label.RED, readers=[member])
    own = TopicFactory(label=Label.RED, author=member)
    other = TopicFactory(label=Label.RED, readers=[MemberFactory()])

    answers = [client.get(each.get_absolute_url()).status_code for each in (readable, own, other)]

    assert answers == [200, 200, 404]


def test_a_narrower_reply_is_absent_for_those_it_is_not_for(client, member):
    topic = TopicFactory()
    ReplyFactory(topic=topic, body_html="<p>for-everyone</p>")
    ReplyFactory(topic=topic, body_html="<p>for-members</p>", label=Label.GREEN)
    red = ReplyFactory(topic=topic, body_html="<p>for-named</p>", label=Label.RED)

    def seen():
        html = client.get(topic.get_absolute_url()).content.decode()
        return [each for each in ("for-everyone", "for-members", "for-named") if each in html]

    assert seen() == ["for-everyone", "for-members"]
    red.readers.add(member)
    assert seen() == ["for-everyone", "for-members", "for-named"]
    client.logout()
    assert seen() == ["for-everyone"]


def test_a_public_topic_of_a_hidden_circle_does_not_name_it(client, member):
    circle = CircleFactory(kind=Circle.Kind.HIDDEN, title="Nobody knows us", slug="nobody-knows")
    topic = TopicFactory(circle=circle)

    for visitor in (member, None):
        if visitor is None:
            client.logout()
        for url in (topic.get_absolute_url(), "/discussions/", "/discussions/?circle=nobody-knows"):
            html = client.get(url).content
            assert b"Nobody knows us" not in html
            assert b"/circles/nobody-knows/" not in html


def test_an_answer_link_never_leads_to_a_reply_one_may_not_read(client, member):
    topic = TopicFactory()
    narrow = ReplyFactory(topic=topic, label=Label.RED)
    ReplyFactory(topic=topic, answers_to=narrow)
    wide = ReplyFactory(topic=topic)
    ReplyFactory(topic=topic, answers_to=wide)

    html = client.get(topic.get_absolute_url()).content.decode()

    assert f"#r{wide.pk}" in html
    assert f"#r{narrow.pk}" not in html
    assert f"/r/{narrow.pk}/" not in html


# Who is named


def test_in_chatham_mode_nothing_in_the_page_says_who_spoke(client, member):
    authors = [
        MemberFactory(name=f"Secret Name {n}", role=f"Secret role {n}", organisation="Secret org")
        for n in range(3)
    ]
    circle = closed_circle(member, *authors, *MemberFactory.create_batch(5))
    topic = sealed_topic(circle, authors[0])
    for author in authors[1:]:
        ReplyFactory(topic=topic, author=author)
        let_speak(author, topic)

    html = client.get(topic.get_absolute_url()).content.decode()

    assert html.count("A law-enforcement member") >= 3
    assert "Secret" not in html
    for author in authors:
        assert f"/people/{author.pk}/" not in html
        assert author.email not in html


def test_a_speaker_who_took_the_seal_away_is_named_and_nobody_else(client, member):
    shown, sealed = MemberFactory(name="Shown Speaker"), MemberFactory(name="Sealed Speaker")
    topic = sealed_topic(closed_circle(member, shown, sealed), sealed)
    ReplyFactory(topic=topic, author=shown)
    speaker = let_speak(shown, topic)
    speaker.named_at = timezone.now()
    speaker.save(update_fields=["named_at"])

    html = client.get(topic.get_absolute_url()).content.decode()

    assert "Shown Speaker" in html
    assert "Sealed Speaker" not in html


def test_a_sealed_reply_in_a_named_topic_hides_only_its_writer(client, member):
    topic = TopicFactory(author__name="Named Asker", label=Label.GREEN)
    sealed = MemberFactory(name="Sealed Speaker")
    ReplyFactory(topic=topic, author=sealed, attribution=Attribution.CHATHAM)
    let_speak(sealed, topic)

    html = client.get(topic.get_absolute_url()).content.decode()

    assert "Named Asker" in html
    assert "Sealed Speaker" not in html
    assert "Chatham House mode" in html


def test_who_is_talking_is_told_to_the_community_and_not_to_strangers(client, member):
    topic = TopicFactory(voices={"business": 1, "": 1})

    assert (
        b"2 people: 1 Business, 1 Group not shown" in client.get(topic.get_absolute_url()).content
    )
    client.logout()
    assert b"Business" not in client.get(topic.get_absolute_url()).content


# What stands there


def test_the_accepted_answer_follows_the_question_and_is_marked_at_its_place(client, member):
    topic = TopicFactory()
    replies = [ReplyFactory(topic=topic, body_html=f"<p>answer {n}.</p>") for n in range(3)]
    topic.accepted = replies[2]
    topic.save(update_fields=["accepted"])

    html = client.get(topic.get_absolute_url()).content.decode()

    assert html.count("answer 2.") == 1
    assert html.index("answer 2.") < html.index("answer 0.")
    assert html.index("answer 1.") < html.index("The accepted answer, shown above")
    assert html.count(f'id="r{replies[2].pk}"') == 1
    assert "2 more replies" in html
    assert "Answered" in html


def test_an_accepted_answer_far_below_stands_on_the_first_page_and_on_its_own(client):
    topic = TopicFactory()
    replies = [ReplyFactory(topic=topic, body_html=f"<p>answer {n}.</p>") for n in range(25)]
    topic.accepted = replies[24]
    topic.save(update_fields=["accepted"])

    first = client.get(topic.get_absolute_url()).content.decode()
    last = client.get(f"{topic.get_absolute_url()}?page=last").content.decode()

    assert [first.count("answer 24."), last.count("answer 24.")] == [1, 1]
    assert "Accepted by the person who asked" in last
    assert "shown above" not in first + last


def test_a_deleted_reply_leaves_a_gap_and_no_words(client, member):
    topic = TopicFactory()
    reply = ReplyFactory(topic=topic, author__name="Gone Writer", body_html="<p>gone words</p>")
    services.delete_reply(reply, by=reply.author)

    html = client.get(topic.get_absolute_url()).content.decode()

    assert "Deleted by the person who wrote it." in html
    assert "gone words" not in html
    assert "Gone Writer" not in html


def test_what_members_write_never_becomes_markup(client, member):
    author = MemberFactory(name="<b>Bold</b>", role='"><script>alert(1)</script>')
    topic = TopicFactory(title="<script>alert(2)</script>", author=author)
    attachment = {"id": 1, "type": "pdf", "name": "<i>.pdf", "alt": "", "size": 9}
    ReplyFactory(
        topic=topic, author=author, attachments=[{**attachment, "width": None, "height": None}]
    )

    html = client.get(topic.get_absolute_url()).content.decode()

    assert "<script>alert" not in html
    assert "<b>Bold" not in html
    assert "&lt;i&gt;.pdf" in html


def test_only_the_writer_is_offered_to_change_a_post(client, member):
    topic = TopicFactory()
    mine, other = ReplyFactory(topic=topic, author=member), ReplyFactory(topic=topic)

    html = client.get(topic.get_absolute_url()).content.decode()

    assert f"/r/{mine.pk}/edit/" in html
    assert f"/r/{mine.pk}/react/" not in html
    assert f"/r/{other.pk}/edit/" not in html
    assert f"/r/{other.pk}/react/helpful/" in html


def test_only_hosts_are_offered_to_keep_order(client, member):
    circle = CircleFactory(hosts=[MemberFactory()], members=[member])
    topic = TopicFactory(circle=circle)

    assert f"/t/{topic.pk}/lock/".encode() not in client.get(topic.get_absolute_url()).content
    client.force_login(circle.memberships.get(role="host").member)
    assert f"/t/{topic.pk}/lock/".encode() in client.get(topic.get_absolute_url()).content


def test_my_reaction_is_pressed_and_of_others_only_the_count_is_known(client, member):
    topic = TopicFactory(reactions={"helpful": 2})
    reply = ReplyFactory(topic=topic, reactions={"try": 1})
    Reaction.objects.create(topic=topic, member=member, word="helpful")
    Reaction.objects.create(topic=topic, reply=reply, member=MemberFactory(), word="try")

    html = client.get(topic.get_absolute_url()).content.decode()

    assert html.count('aria-pressed="true">') == 1
    assert f'id="t{topic.pk}-helpful"' in html.split('aria-pressed="true">')[0]


def test_the_draft_lies_in_the_form_again(client, member):
    topic = TopicFactory()
    Draft.objects.create(
        owner=member,
        place=f"reply:{topic.pk}",
        fields={"body": "half a sentence"},
        saved_at=timezone.now(),
    )

    assert b"half a sentence" in client.get(topic.get_absolute_url()).content


def test_a_locked_topic_says_why_and_takes_no_reply(client, member):
    topic = TopicFactory(locked_at=timezone.now(), lock_reason="It is settled.")

    html = client.get(topic.get_absolute_url()).content.decode()

    assert "It is settled." in html
    assert 'id="reply" method="post"' not in html


# Addresses


def test_a_wrong_slug_leads_to_the_right_one_and_keeps_the_page(client):
    topic = TopicFactory(title="Waiting at the cordon")

    answer = client.get(f"/t/{topic.pk}/something/?page=2")

    assert answer.status_code == 302
    assert answer["Location"] == f"/t/{topic.pk}/waiting-at-the-cordon/?page=2"


def test_a_reply_keeps_its_address_whatever_page_it_is_on(client):
    topic = TopicFactory(title="Long")
    replies = [ReplyFactory(topic=topic) for _ in range(41)]

    found = [client.get(f"/r/{replies[n].pk}/")["Location"] for n in (0, 19, 20, 40)]

    base = f"/t/{topic.pk}/long/"
    assert found == [
        f"{base}#r{replies[0].pk}",
        f"{base}#r{replies[19].pk}",
        f"{base}?page=2#r{replies[20].pk}",
        f"{base}?page=3#r{replies[40].pk}",
    ]


def test_pages_are_ranges_of_numbers(client):
    topic = TopicFactory()
    for _ in range(45):
        ReplyFactory(topic=topic)

    def numbers(asked):
        html = client.get(f"{topic.get_absolute_url()}?page={asked}").content.decode()
        return [n for n in range(1, 46) if f">#{n}</a>" in html]

    assert numbers("1") == list(range(1, 21))
    assert numbers("2") == list(range(21, 41))
    assert numbers("last") == numbers("3") == numbers("99") == list(range(41, 46))
    assert numbers("nonsense") == numbers("9" * 5000) == numbers("1")


# What is new


def test_opening_a_topic_marks_what_is_on_the_page_as_read(client, member):
    topic = TopicFactory()
    for _ in range(25):
        ReplyFactory(topic=topic)

    client.get(topic.get_absolute_url())
    after_first = Reading.objects.get().number
    client.get(f"{topic.get_absolute_url()}?page=2")
    after_second = Reading.objects.get().number
    client.get(topic.get_absolute_url())

    assert [after_first, after_second, Reading.objects.get().number] == [20, 25, 25]


def test_only_replies_since_the_last_visit_are_new(client, member):
    topic = TopicFactory()
    ReplyFactory(topic=topic)
    first = client.get(topic.get_absolute_url()).content
    ReplyFactory(topic=topic)
    second = client.get(topic.get_absolute_url()).content
    third = client.get(topic.get_absolute_url()).content

    new = [
        each.count(b'<span class="status status--info">New</span>')
        for each in (first, second, third)
    ]

    assert new == [0, 1, 0]


# What it costs


def everything_at_once(member, replies):
    """The dearest page: named and sealed posts, near circles, a draft, something new."""
    shy = {"group": Audience.CIRCLES, "role": Audience.CIRCLES}
    people = MemberFactory.create_batch(4, visibility=shy, group=Group.RESEARCH)
    circle = CircleFactory(members=[member, *people])
    topic = TopicFactory(circle=circle, author=people[0], reactions={"helpful": 1}, link_count=1)
    for n in range(replies):
        author = people[n % 4]
        attribution = Attribution.CHATHAM if n % 2 else ""
        ReplyFactory(topic=topic, author=author, attribution=attribution, reactions={"helpful": 1})
        if attribution:
            let_speak(author, topic)
    topic.accepted = Reply.objects.filter(topic=topic).order_by("-number").first()
    topic.save(update_fields=["accepted"])
    Draft.objects.create(
        owner=member, place=f"reply:{topic.pk}", fields={"body": "x"}, saved_at=timezone.now()
    )
    return topic


@pytest.mark.parametrize("replies", [2, 45])
@pytest.mark.parametrize("page", ["1", "last"])
def test_the_dearest_page_asks_eight_questions(
    client, member, replies, page, django_assert_num_queries
):
    topic = everything_at_once(member, replies)

    with django_assert_num_queries(8):
        assert client.get(f"{topic.get_absolute_url()}?page={page}").status_code == 200


@pytest.mark.parametrize("replies", [1, 45])
def test_a_plain_page_asks_six_and_five_when_nothing_is_new(
    client, member, replies, django_assert_num_queries
):
    topic = TopicFactory()
    for _ in range(replies):
        ReplyFactory(topic=topic)

    with django_assert_num_queries(6):
        client.get(f"{topic.get_absolute_url()}?page=last")
    with django_assert_num_queries(5):
        client.get(f"{topic.get_absolute_url()}?page=last")


@pytest.mark.parametrize("replies", [1, 45])
def test_a_strangers_page_asks_four(client, settings, replies, django_assert_num_queries):
    settings.PAGE_CACHE_SECONDS = 60
    pagecache._pages.clear()
    topic = TopicFactory(attribution=Attribution.CHATHAM)
    let_speak(topic.author, topic)
    for _ in range(replies):
        let_speak(ReplyFactory(topic=topic).author, topic)

    with django_assert_num_queries(4):
        client.get(topic.get_absolute_url())


def test_a_page_loads_no_more_replies_than_it_shows(client, django_assert_num_queries):
    topic = TopicFactory(last_number=2000, reply_count=2000)
    author = MemberFactory()
    Reply.objects.bulk_create(
        Reply(
            topic=topic,
            number=number,
            author=author,
            body="x",
            body_html="<p>x</p>",
            posted_at=timezone.now() - timedelta(minutes=2000 - number),
        )
        for number in range(1, 2001)
    )

    with django_assert_num_queries(2) as asked:
        html = client.get(f"{topic.get_absolute_url()}?page=last").content.decode()

    assert html.count("<article") == 21
    words = " ".join(each["sql"] for each in asked.captured_queries).upper()
    assert "OFFSET" not in words
    assert "COUNT(" not in words


def test_following_shows_on_the_page(client, member):
    topic = TopicFactory()
    services.follow(topic, by=member)

    assert b"You follow this" in client.get(topic.get_absolute_url()).content
    assert Topic.objects.count() == 1


def test_one_reads_ones_own_reply_in_a_discussion_that_is_not_open_any_more(client, member):
    topic = TopicFactory(title="Behind the curtain", label=Label.RED)
    mine = ReplyFactory(topic=topic, author=member, body_html="<p>My own words.</p>")
    others = ReplyFactory(topic=topic, body_html="<p>Words of others.</p>")

    page = client.get(f"/r/{mine.pk}/").content.decode()

    assert "My own words." in page
    assert "Behind the curtain" not in page
    assert "Words of others." not in page
    assert client.get(f"/r/{others.pk}/").status_code == 404


def test_a_suspended_member_reads_not_even_their_own_reply_there(client):
    reply = ReplyFactory(
        topic=TopicFactory(label=Label.GREEN), author=MemberFactory(suspended_at=timezone.now())
    )
    client.force_login(reply.author)

    assert client.get(f"/r/{reply.pk}/").status_code == 404
