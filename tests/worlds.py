"""Generated small communities with a secret token in every text, and who may learn each.

The rules here are written down a second time, from spec/sharing.md and in plain
Python, so that a mistake in ``visible_to`` cannot hide in its own mirror image.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import strategies as st

from media4sec.assessments.models import Check
from media4sec.digests import reading
from media4sec.digests.models import Bookmark, Notice, Subscriber
from media4sec.digests.services import newsletter
from media4sec.discussions import services
from media4sec.discussions.models import Reply, Topic
from media4sec.kit import uploads
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Upload
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, everything_of, watch
from media4sec.members.models import CEILINGS, Circle, Member
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from tests import worlds_patterns, worlds_trust
from tests.worlds_checks import add_checks
from tests.worlds_journal import Journal, add_journal
from tests.worlds_patterns import Bank

LABELS = list(Label)
CIRCLE_LABELS = {Label.AMBER, Label.AMBER_STRICT}
_tokens = count(1)


def token(kind: str) -> str:
    """A word that occurs nowhere else: safe in slugs, HTML and searches."""
    return f"zq{kind}{next(_tokens)}x{random.randrange(10**6)}q"


@dataclass
class Secret:
    """One token: what it is, of which thing, and who may learn it where."""

    token: str
    kind: str  # title, body, name, email, circle
    thing: Any
    label: str = ""
    may_read: Callable[[Member | None], bool] = lambda visitor: False


@dataclass
class World:
    people: dict[str, Member] = field(default_factory=dict)
    circles: list[Circle] = field(default_factory=list)
    inside: dict[int, set[int]] = field(default_factory=dict)  # circle → members
    topics: list[Topic] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    journal: Journal = field(default_factory=Journal)
    bank: Bank = field(default_factory=Bank)
    checks: list[Check] = field(default_factory=list)
    notices: list[int] = field(default_factory=list)
    issues: list[int] = field(default_factory=list)
    echoes: list[int] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # to the fediverse
    was_public: set[str] = field(default_factory=set)  # tokens, before anything was narrowed
    #: Who spoke in each Chatham topic, and who only ever spoke under the seal.
    sealed: dict[int, set[int]] = field(default_factory=dict)
    named_speakers: set[int] = field(default_factory=set)

    def personas(self) -> dict[str, Member | None]:
        return {"stranger": None, **{f"{key}": person for key, person in self.people.items()}}

    def whisperers(self) -> set[int]:
        return set().union(*self.sealed.values()) - self.named_speakers if self.sealed else set()


def is_reader(visitor: Member | None) -> bool:
    return visitor is not None and visitor.suspended_at is None and visitor.confirmed_at is not None


def may_read(world: World, label: str, circle: Circle | None, author: int, readers: set[int]):
    """spec/sharing.md, "Who may read", as a function of the visitor."""

    def rule(visitor: Member | None) -> bool:
        if label == Label.CLEAR:
            return True
        if not is_reader(visitor):
            return False
        if visitor.pk == author or label == Label.GREEN:
            return True
        if label in CIRCLE_LABELS:
            return circle is not None and visitor.pk in world.inside[circle.pk]
        return visitor.pk in readers

    return rule


PEOPLE = ("anna", "ben", "cleo", "host", "moderator", "suspended")

reply_shapes = st.fixed_dictionaries(
    {
        "author": st.integers(0, 5),
        "label": st.sampled_from(["", *LABELS]),
        "chatham": st.booleans(),
        "reader": st.integers(0, 5),
    }
)
topic_shapes = st.fixed_dictionaries(
    {
        "circle": st.integers(-1, 3),
        "author": st.integers(0, 5),
        "label": st.sampled_from(LABELS),
        "chatham": st.booleans(),
        "reader": st.integers(0, 5),
        "replies": st.lists(reply_shapes, max_size=3),
    }
)
world_shapes = st.fixed_dictionaries(
    {
        "memberships": st.lists(
            st.lists(st.booleans(), min_size=6, max_size=6), min_size=4, max_size=4
        ),
        "topics": st.lists(topic_shapes, min_size=2, max_size=4),
        "experiences": st.lists(worlds_patterns.shapes, min_size=1, max_size=4),
        "narrowed": st.booleans(),
        "dice": st.integers(0, 2**32),
    }
)


def build(
    shape: dict[str, Any], *, before_narrowing: Callable[[World], None] = lambda world: None
) -> World:
    """Make the world through the services, then suspend who is to be suspended."""
    world = World()
    for key in PEOPLE:
        _add_person(world, key)
    for kind, members in zip(Circle.Kind, shape["memberships"], strict=True):
        _add_circle(world, kind, members)
    for topic in shape["topics"]:
        _add_topic(world, topic)
    add_journal(world, token, Secret)
    worlds_patterns.add_experiences(
        world,
        shape["experiences"],
        token=token,
        secret=Secret,
        choose=_choose,
        may_read=may_read,
    )
    worlds_trust.add_trust(
        world, token=token, secret=Secret, may_read=may_read, add_person=_add_person
    )
    add_checks(world, token=token, secret=Secret, may_read=may_read)
    _tell_everybody(world)
    suspended = world.people["suspended"]
    suspended.suspended_at = timezone.now()
    suspended.save(update_fields=["suspended_at"])
    world.was_public = {
        secret.token
        for secret in world.secrets
        if secret.kind in {"title", "body"} and secret.may_read(None)
    }
    before_narrowing(world)
    if shape["narrowed"]:
        _narrow_one(world)
        worlds_patterns.narrow_one(world, _writers, may_read)
    return world


def _tell_everybody(world: World) -> None:
    """Everybody watches all they can, and a stranger gets the newsletter with all that it may hold.

    Before anybody is suspended and anything is narrowed: what is told then must not be told later.
    """
    for person in world.people.values():
        for kind in ("discussions.topic", "patterns.experience"):
            watch(everything_of(kind), by=person, level=Level.EVERYTHING)
        for thing in [*world.circles, *world.topics]:
            watch(Ref.to(thing), by=person, level=Level.EVERYTHING)
    Bookmark.objects.create(pk=1)
    reading.read_log()
    world.notices = list(Notice.objects.values_list("pk", flat=True))
    moment, address = timezone.now(), token("address")
    Subscriber.objects.create(
        email=f"{address}@example.org", language="en", asked_at=moment, confirmed_at=moment
    )
    world.secrets.append(Secret(address, "address", None))
    editor = MemberFactory(is_editor=True, name="")
    things = [*(Ref.to(topic) for topic in world.topics), *world.bank.refs()]
    issue = newsletter.save_issue(
        None, by=editor, title="News", language="en", body="Words.", things=things
    )
    newsletter.send(issue, by=editor)
    world.issues = [issue.pk]


def _add_person(world: World, key: str) -> None:
    name, email, organisation = token("name"), token("mail"), token("org")
    person = MemberFactory(
        name=name,
        email=f"{email}@example.org",
        organisation=organisation,
        visibility={"organisation": "nobody"},
        is_moderator=key == "moderator",
    )
    world.people[key] = person
    world.secrets += [
        Secret(name, "name", person),
        Secret(email, "email", person),
        Secret(organisation, "organisation", person),
    ]


def _add_circle(world: World, kind: str, members: list[bool]) -> None:
    title = token("circle")
    people = list(world.people.values())
    host = world.people["host"]
    inside = [p for p, is_in in zip(people, members, strict=True) if is_in and p is not host]
    circle = CircleFactory(
        kind=kind, title=title, slug=title, label=CEILINGS[kind], members=inside, hosts=[host]
    )
    world.circles.append(circle)
    world.inside[circle.pk] = {person.pk for person in [*inside, host]}
    world.secrets.append(Secret(title, "circle", circle, may_read=_sees_circle(world, circle)))


def _sees_circle(world: World, circle: Circle) -> Callable[[Member | None], bool]:
    def rule(visitor: Member | None) -> bool:
        if circle.kind == Circle.Kind.OPEN:
            return True
        if not is_reader(visitor):
            return False
        return circle.kind != Circle.Kind.HIDDEN or visitor.pk in world.inside[circle.pk]

    return rule


def _may_write_label(circle: Circle | None, label: str) -> bool:
    if circle is None:
        return label not in CIRCLE_LABELS
    return LABELS.index(label) >= LABELS.index(CEILINGS[Circle.Kind(circle.kind)])


def _choose(world: World, shape: dict[str, Any]) -> tuple[Circle | None, Member, str, list[Member]]:
    """Where, by whom and how far something may be shared that a shape would like."""
    circle = world.circles[shape["circle"]] if shape["circle"] >= 0 else None
    writers = _writers(world, circle)
    author = writers[shape["author"] % len(writers)]
    label = (
        shape["label"]
        if _may_write_label(circle, shape["label"])
        else (CEILINGS[Circle.Kind(circle.kind)] if circle else Label.GREEN)
    )
    reader = writers[shape["reader"] % len(writers)]
    readers = [reader] if label == Label.RED else []
    if readers == [author]:
        label, readers = (Label.AMBER if circle else Label.GREEN), []
    return circle, author, label, readers


def _add_topic(world: World, shape: dict[str, Any]) -> None:
    circle, author, label, readers = _choose(world, shape)
    title, body = token("title"), token("body")
    topic = services.start_topic(
        by=author,
        circle=circle,
        title=f"About {title}",
        body=f"Words {body} words.",
        label=label,
        attribution=Attribution.CHATHAM if shape["chatham"] else Attribution.NAMED,
        readers=readers,
    )
    world.topics.append(topic)
    rule = may_read(world, label, circle, author.pk, {each.pk for each in readers})
    world.secrets += [
        Secret(title, "title", topic, label, rule),
        Secret(body, "body", topic, label, rule),
    ]
    _attach_file(world, topic, label, rule)
    _note_speaker(world, topic, author, sealed=shape["chatham"])
    for each in shape["replies"]:
        _add_reply(world, topic, each, {author.pk, *(reader.pk for reader in readers)})


def _attach_file(world: World, topic: Topic, label: str, rule: Callable[..., bool]) -> None:
    inside, name = token("file"), token("pdf")
    here = Ref.to(topic)
    upload = Upload.objects.create(
        owner_id=topic.author_id,
        type=Upload.Type.PDF,
        name=f"{name}.pdf",
        size=80,
        file=ContentFile(f"%PDF-1.4 {inside} %%EOF".encode(), name=f"{inside}.pdf"),
        thing_kind=here.kind,
        thing_id=here.pk,
        at=timezone.now(),
    )
    topic.attachments = [uploads.summary(upload)]
    topic.save(update_fields=["attachments"])
    world.files.append(upload.pk)
    world.secrets += [
        Secret(inside, "file", topic, label, rule),
        Secret(name, "filename", topic, label, rule),
    ]


def _writers(world: World, circle: Circle | None) -> list[Member]:
    if circle is None:
        return list(world.people.values())
    return [p for p in world.people.values() if p.pk in world.inside[circle.pk]]


def _add_reply(world: World, topic: Topic, shape: dict[str, Any], red: set[int]) -> None:
    writers = _writers(world, topic.circle)
    if topic.label == Label.RED:
        writers = [person for person in writers if person.pk in red]
    author = writers[shape["author"] % len(writers)]
    label = shape["label"]
    too_wide = label and LABELS.index(label) <= LABELS.index(topic.label)
    if too_wide or (label in CIRCLE_LABELS and topic.circle is None):
        label = ""
    reader = writers[shape["reader"] % len(writers)]
    readers = [reader] if label == Label.RED and reader != author else []
    if label == Label.RED and not readers:
        label = ""
    body = token("reply")
    sealed = topic.attribution == Attribution.CHATHAM or shape["chatham"]
    reply = services.reply(
        Topic.objects.get(pk=topic.pk),
        by=author,
        body=f"Answer {body} answer.",
        label=label,
        attribution=Attribution.CHATHAM if shape["chatham"] else "",
        readers=readers,
    )
    world.replies.append(reply)
    own = label or topic.label
    who = {each.pk for each in readers} if label == Label.RED else red
    of_topic = may_read(world, topic.label, topic.circle, topic.author_id, red)
    of_reply = may_read(world, own, topic.circle, author.pk, who)
    world.secrets.append(
        Secret(body, "body", reply, own, lambda visitor: of_topic(visitor) and of_reply(visitor))
    )
    _note_speaker(world, topic, author, sealed=sealed)


def _note_speaker(world: World, topic: Topic, author: Member, *, sealed: bool) -> None:
    if sealed:
        world.sealed.setdefault(topic.pk, set()).add(author.pk)
    else:
        world.named_speakers.add(author.pk)


def _narrow_one(world: World) -> None:
    """The author takes the first topic back to RED for one reader: nothing may lag behind."""
    topic = Topic.objects.get(pk=world.topics[0].pk)
    author = Member.objects.get(pk=topic.author_id)
    readers = [p for p in _writers(world, topic.circle) if p.pk != author.pk][:1]
    if topic.label == Label.RED or not readers or author.suspended_at or readers[0].suspended_at:
        return
    services.narrow(topic, by=author, label=Label.RED, readers=readers)
    replies = {reply.pk for reply in world.replies if reply.topic_id == topic.pk}
    red = {author.pk, readers[0].pk}
    rule = may_read(world, Label.RED, topic.circle, author.pk, red)
    for secret in world.secrets:
        if isinstance(secret.thing, Topic) and secret.thing.pk == topic.pk:
            secret.label, secret.may_read = Label.RED, rule
        elif isinstance(secret.thing, Reply) and secret.thing.pk in replies:
            before = secret.may_read
            secret.label = Label.RED
            secret.may_read = lambda visitor, before=before: rule(visitor) and before(visitor)
