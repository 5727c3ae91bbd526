"""A large community, written in bulk: 5,000 members, 20,000 topics, 200,000 replies.

One topic has 2,000 replies. The words follow a Zipf-like mixture, so that searching
meets both common and rare ones.
"""

import random
from datetime import timedelta
from itertools import islice

from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from media4sec.discussions.models import Reply, Topic
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.members.models import Circle, Group, Member, Membership

COMMON = [
    "people",
    "police",
    "video",
    "message",
    "rumour",
    "event",
    "night",
    "account",
    "post",
    "answer",
    "group",
    "street",
    "volunteer",
    "comment",
    "page",
    "call",
    "film",
    "crowd",
    "platform",
    "report",
    "family",
    "school",
    "city",
    "notice",
    "question",
]
CIRCLES, LONG_TOPIC = 8, 2_000


def words(dice: random.Random, length: int) -> str:
    """Text of mostly common words and some rare ones (w0 … w19999)."""
    return " ".join(
        dice.choice(COMMON) if dice.random() < 0.7 else f"w{int(20_000 * dice.random() ** 3)}"
        for _ in range(length)
    )


def body(dice: random.Random) -> tuple[str, str]:
    paragraphs = [words(dice, dice.randint(15, 60)) for _ in range(dice.randint(1, 3))]
    return "\n\n".join(paragraphs), "".join(f"<p>{each}</p>\n" for each in paragraphs)


def in_batches(rows, size=2_000):
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def build(*, topics: int, members: int) -> None:
    """Fill an empty, migrated database; ten replies a topic, one topic with 2,000."""
    dice = random.Random(7)
    call_command("load_content", verbosity=0)
    people = _people(dice, members)
    circles = list(Circle.objects.all()[:6]) + [
        Circle.objects.create(
            slug=f"bench-{n}",
            title=f"Bench {n}",
            kind=Circle.Kind.CLOSED,
            label=Label.AMBER,
            about="b",
            about_html="<p>b</p>",
        )
        for n in range(CIRCLES - 6)
    ]
    now = timezone.now()
    for batch in in_batches(
        Membership(member=person, circle=circle, since=now)
        for person in people
        for circle in circles
        if dice.random() < 0.4 or person is people[0]
    ):
        Membership.objects.bulk_create(batch)
    _topics(dice, topics, people, circles)
    call_command("rebuild_search", verbosity=0)
    # As the worker does at night, and PostgreSQL by itself.
    is_sqlite = connection.vendor == "sqlite"
    connection.cursor().execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def _people(dice: random.Random, count: int) -> list[Member]:
    groups, countries = list(Group), ["NL", "DE", "ES", "FR", "IE", "GR", "PT", "SE"]
    now = timezone.now()
    for batch in in_batches(
        Member(
            email=f"bench{n}@example.org",
            name=f"Member number {n}",
            role="Community officer",
            group=dice.choice(groups),
            country=dice.choice(countries),
            confirmed_at=now,
            welcomed_at=now,
            is_findable=True,
            password="!",
        )
        for n in range(count)
    ):
        Member.objects.bulk_create(batch)
    return list(Member.objects.order_by("id"))


def _topics(dice: random.Random, count: int, people: list[Member], circles: list[Circle]) -> None:
    themes, now = list(Theme.objects.all()), timezone.now()
    labels = [Label.CLEAR] * 6 + [Label.GREEN] * 3 + [Label.AMBER]

    def topic(n: int) -> Topic:
        source, html = body(dice)
        label = Label.CLEAR if n == 0 else dice.choice(labels)
        circle = dice.choice(circles[6:] if label == Label.AMBER else circles[:6])
        replies = LONG_TOPIC if n == 0 else 10
        started = now - timedelta(minutes=20 * (count - n) + 3_000)
        return Topic(
            title=f"{words(dice, 6).capitalize()} {n}",
            body=source,
            body_html=html,
            label=label,
            circle=circle,
            author=dice.choice(people),
            theme=dice.choice(themes),
            kind=dice.choice(list(Topic.Kind)),
            started_at=started,
            last_post_at=started + timedelta(hours=replies),
            last_number=replies,
            reply_count=replies,
            voices={"law_enforcement": 3, "community": 2},
        )

    for batch in in_batches(topic(n) for n in range(count)):
        Topic.objects.bulk_create(batch)

    def replies():
        for each in Topic.objects.order_by("id").iterator():
            for number in range(1, each.last_number + 1):
                source, html = body(dice)
                yield Reply(
                    topic=each,
                    number=number,
                    author=dice.choice(people),
                    body=source,
                    body_html=html,
                    posted_at=each.started_at + timedelta(hours=number),
                    reactions={"helpful": number % 7},
                )

    for batch in in_batches(replies()):
        Reply.objects.bulk_create(batch)


def sign_in(member: Member) -> str:
    """A session cookie's value for this member."""
    session = SessionStore()
    session["_auth_user_id"] = str(member.pk)
    session["_auth_user_backend"] = "media4sec.members.sessions.SignIn"
    session["_auth_user_hash"] = member.get_session_auth_hash()
    session.create()
    return str(session.session_key)
