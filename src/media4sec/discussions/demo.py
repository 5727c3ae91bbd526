"""What the demo community talks about, furnished through the services in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import F

from media4sec.discussions import services
from media4sec.discussions.models import Reply, Topic
from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.links import link
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.kit.town import Town
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle, Member
from media4sec.members.services import circles

Row = dict[str, Any]
DATA = Path(__file__).parent / "data" / "en" / "demo"
#: Topic and reply (0: the topic itself) whose last paragraph came a little later.
EDITED = {
    ("shop-cctv-of-a-theft", 0),
    ("ask-people-to-wait-before-streaming", 0),
    ("answer-a-rumour-before-the-facts-are-clear", 0),
    ("supplier-says-ai-act-compliant", 0),
    ("naming-and-shaming-by-anti-troll-group", 0),
    ("insults-under-missing-person-post", 0),
}
DELETED = ("volunteer-moderators-worn-out-by-one-thread", 8)
PINNED = (
    "threat-in-live-chat-police-threshold",
    "youth-officer-se",
    "We are asked this every month. Please read it before you start a new discussion.",
)
LOCKED = (
    "what-police-buyers-forget-to-ask",
    "ministry-advisor-ee",
    "Everything is said here. If your case is different, please start a new discussion.",
)
LINKED = [
    (
        "does-answering-a-lie-spread-it",
        "arose_from",
        "answer-a-rumour-before-the-facts-are-clear",
    ),
    ("shop-cctv-of-a-theft", "see_also", "our-group-named-the-wrong-man"),
    ("our-group-named-the-wrong-man", "see_also", "naming-and-shaming-by-anti-troll-group"),
    ("pushed-behind-the-line-twice", "discusses", "streamer-code-for-filming-the-police"),
    ("free-trial-needs-impact-assessment", "see_also", "supplier-says-ai-act-compliant"),
    (
        "threat-in-live-chat-police-threshold",
        "see_also",
        "first-ten-minutes-with-victim-of-online-abuse",
    ),
]
WORDS = ("helpful", "same", "try")


def furnish(town: Town) -> None:
    """Everything that was ever said, done and withdrawn, one after the other."""
    talk = _Talk(town)
    for path in sorted(DATA.glob("*.toml")):
        for row in read_rows(path, "topic"):
            talk.plan(row)
    talk.plan_order()
    talk.happen()
    talk.read_on()


class _Talk:
    """The plan of what happens when, and what has come of it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}
        self.topics: dict[str, Topic] = {}
        self.replies: dict[tuple[str, int], Reply] = {}
        self.rows: dict[str, Row] = {}
        self._events: list[tuple[datetime, int, Callable[[], Any]]] = []

    def at(self, moment: datetime, deed: Callable[..., Any], *args: Any) -> datetime:
        """Let it happen then; what would lie in the future has just happened."""
        moment = min(moment, self.town.today - timedelta(minutes=2))
        self._events.append((moment, len(self._events), partial(deed, *args)))
        return moment

    def happen(self) -> None:
        for moment, _number, deed in sorted(self._events, key=lambda event: event[:2]):
            with pretend(moment):
                deed()

    def someone(self, key: str, circle: Circle | None) -> Member:
        """A member; in a circle that is entered freely, from now on if not before."""
        member: Member = self.town.people[key]
        if circle and circle.pk not in member.memberships_by_circle:
            circles.enter(circle, by=member)
            member.forget_memberships()
        return member

    def circle_of(self, row: Row) -> Circle | None:
        return self.town.circles[row["circle"]] if "circle" in row else None

    def later(self, moment: datetime, most_hours: float) -> datetime:
        return moment + timedelta(hours=self.town.dice.uniform(0.3, most_hours))

    # The plan

    def plan(self, row: Row) -> None:
        key = row["key"]
        self.rows[key] = row
        begin = self.town.today - timedelta(days=row["days_ago"])
        begin = self.at(begin, self.start, row)
        self._plan_after(row, (key, 0), begin)
        for number, said in enumerate(row.get("reply", ()), start=1):
            moment = begin + timedelta(hours=said["hours_later"])
            moment = self.at(moment, self.reply, row, number, said)
            self._plan_after({**said, "key": key}, (key, number), moment)
            if said.get("accepted"):
                self.at(self.later(moment, 30), self.accept, key, number)

    def _plan_after(self, row: Row, place: tuple[str, int], moment: datetime) -> None:
        for word in WORDS:
            for reader in row.get(word, ()):
                self.at(self.later(moment, 60), self.react, place, reader, word)
        if place in EDITED:
            self.at(self.later(moment, 3), self.edit, place, row)
        if place == DELETED:
            self.at(self.later(moment, 90), self.delete, place)

    def plan_order(self) -> None:
        for (key, host, reason), verb in ((PINNED, services.pin), (LOCKED, services.lock)):
            begin = self.town.today - timedelta(days=self.rows[key]["days_ago"] - 25)
            self.at(begin, self.keep_order, key, host, reason, verb)
        for here, relation, there in LINKED:
            self.at(self.town.today, self.link, here, relation, there)

    # What happens

    def start(self, row: Row) -> None:
        circle = self.circle_of(row)
        themes = [self.themes[slug] for slug in row["themes"]]
        self.topics[row["key"]] = services.start_topic(
            by=self.someone(row["author"], circle),
            circle=circle,
            kind=row["kind"],
            title=row["title"],
            body=_first_version(row, (row["key"], 0)),
            label=f"TLP:{row['label']}",
            attribution=row["attribution"],
            theme=themes[0],
            other_theme=themes[1] if len(themes) > 1 else None,
            face=row.get("face", ""),
            readers=[self.town.people[key] for key in row.get("readers", ())],
        )

    def reply(self, row: Row, number: int, said: Row) -> None:
        key = row["key"]
        self.replies[key, number] = services.reply(
            self.topics[key],
            by=self.someone(said["author"], self.circle_of(row)),
            body=_first_version(said, (key, number)),
            answers_to=self.replies[key, said["to"]] if "to" in said else None,
        )

    def accept(self, key: str, number: int) -> None:
        services.accept(self.replies[key, number], by=self.topics[key].author)

    def react(self, place: tuple[str, int], reader: str, word: str) -> None:
        topic = self.topics[place[0]]
        # Who reacts to what only a circle reads is in that circle.
        circle = topic.circle if topic.label in CIRCLE_LABELS else None
        services.react(self._post(place), by=self.someone(reader, circle), word=word)

    def edit(self, place: tuple[str, int], row: Row) -> None:
        post = self._post(place)
        if isinstance(post, Topic):
            services.edit_topic(
                post, by=post.author, base_version=1, title=row["title"], body=row["body"]
            )
        else:
            services.edit_reply(post, by=post.author, base_version=1, body=row["body"])

    def delete(self, place: tuple[str, int]) -> None:
        reply = self.replies[place]
        services.delete_reply(reply, by=reply.author)

    def keep_order(self, key: str, host: str, reason: str, verb: Callable[..., Any]) -> None:
        verb(self.topics[key], by=self.town.people[host], reason=reason)

    def link(self, here: str, relation: str, there: str) -> None:
        one, other = self.topics[here], self.topics[there]
        # A count must not tell of a topic that its reader may not open.
        assert one.label == other.label == Label.CLEAR  # noqa: S101 - our own list above
        link(one, relation, other, by=one.author)
        Topic.objects.filter(pk__in=[one.pk, other.pk]).update(link_count=F("link_count") + 1)

    def _post(self, place: tuple[str, int]) -> Topic | Reply:
        key, number = place
        return self.replies[place] if number else self.topics[key]

    def read_on(self) -> None:
        """Most of those who take part have also read what came after them."""
        for key, row in self.rows.items():
            people = {row["author"], *(said["author"] for said in row.get("reply", ()))}
            topic = Topic.objects.get(pk=self.topics[key].pk)
            for reader in sorted(people):
                if self.town.dice.random() < 0.7:
                    services.mark_read(topic, by=self.town.people[reader], number=topic.last_number)


def _first_version(row: Row, place: tuple[str, int]) -> str:
    """The text as it was posted: without its last paragraph where that was added later."""
    body: str = row["body"].strip()
    if place in EDITED:
        body = body.rpartition("\n\n")[0] or body
    return body
