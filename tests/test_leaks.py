"""Nobody reads what they may not, nobody is named who may not be: every door, every persona.

Walks the URL patterns and the registered kinds by itself, so that a page is covered
on the day it is born; an address it cannot fill in is an error unless it is excused here.
"""

from __future__ import annotations

import io
import logging
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pypdf
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from media4sec.digests import tasks
from media4sec.digests.models import Notice
from media4sec.kit import outbox
from media4sec.kit.marking import Label
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from tests import outward, worlds_checks, worlds_journal, worlds_patterns, worlds_trust
from tests.worlds import World, build, is_reader, world_shapes

WORLDS = int(os.environ.get("WORLDS", "200"))
SHARDS = 4

#: Addresses that hold no member's words: the reason each is not walked.
EXCUSED = {
    r"^static/": "files of the house",
    r"^account/": "allauth's pages show nobody but oneself; tested in members/tests",
    r"^invitations/": "keys are secrets of their own; tested in members/tests",
    r"^healthz": "says only that we live",
}
#: What stands for an argument that names no member's words.
FILLED_WITH: dict[str, list[Any]] = {
    "pk": [1],
    "slug": ["x"],
    "step": ["who"],
    "token": ["x"],
    "key": ["x"],
    "part": [1],
    "number": [1],
    "style": ["bibtex"],
    "theme": ["trolling"],
    "word": ["helpful"],
    "office": ["moderator"],
    "table": ["experiences", "patterns"],
    "ending": ["csv", "json"],
    "layout": ["cards"],
}
#: Where members choose other members: readers of a RED text, people to mention.
PICKERS = re.compile(
    r"^/(discussions/(new|mentions|readers)|[tr]/\d+/(mentions|narrow|readers|reply)"
    rf"|{worlds_patterns.PICKERS}|{worlds_checks.PICKERS})"
)
#: Where things are read: most of them in every world. Of all other doors some.
MAIN_DOORS = re.compile(
    r"^/($|discussions/$|discussions/red/|notices/$|newsletter/|feeds/|echoes/|actors/|notes/|t/\d+/x/|files/|search/\?q="
    r"|experiences/(\?q=.*|\d+/)?$|patterns/(proposals/\d+|try-\w+)/$|checks/(\d+/)?$"
    r"|checks/(summaries/|summaries/\d+/|\d+/(people|v1|review|proofs|documents|record)/)$"
    rf"|{worlds_patterns.FILES})"
)
DOORS_EACH = int(os.environ.get("DOORS", "8"))
MAIN_EACH = int(os.environ.get("MAIN_DOORS", "40"))
#: Pages whose purpose is to show members to members, by their own visibility rules.
PEOPLE_PAGES = re.compile(
    r"^/(people|me|administration|welcome|journal/desk|circles/[^/]+/(members|desk|hosts))"
)
#: Pages that list things: what the door table calls search and lists.
THING_PAGES = re.compile(
    rf"^/(notices/\d+|t|r|report|files|linked|{worlds_journal.DOORS}|{worlds_patterns.DOORS}|{worlds_checks.DOORS})/"
)


_echoes: dict[tuple[str, str], int] = {}


@dataclass
class Ledger:
    """What ``make leaks`` prints."""

    worlds: int = 0
    requests: int = 0
    checks: int = 0
    doors: set[str] = field(default_factory=set)
    personas: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"worlds {self.worlds} · doors {len(self.doors)} · personas {len(self.personas)} · "
            f"requests {self.requests} · checks {self.checks} · leaks {len(self.leaks)}"
        )


def patterns(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the house as its route, and its pattern."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        else:
            yield route, each


def values_for(route: str, name: str, world: World) -> list[Any] | None:
    """What can stand for ``<name>`` in this route; None when the walk does not know."""
    people = [person.pk for person in world.people.values()]
    refs = [*(Ref.to(thing) for thing in [*world.topics, *world.replies]), *world.bank.refs()]
    refs += [*world.bank.trust.refs(), *map(Ref.to, [*world.bank.decks, *world.checks])]
    by_start = {
        **worlds_journal.values(world.journal),
        **worlds_patterns.values(world.bank),
        **worlds_checks.values(world.checks),
        ("t/", "pk"): [topic.pk for topic in world.topics],
        ("r/", "pk"): [reply.pk for reply in world.replies],
        ("files/", "pk"): world.files,
        ("people/", "pk"): people,
        ("administration/members/", "pk"): people[:2],
        ("circles/<slug:slug>/members/", "pk"): people[:2],
        ("circles/", "slug"): [circle.slug for circle in world.circles],
        ("linked/", "ref"): refs,
        ("cards/", "ref"): refs,
        ("notes/", "ref"): refs,
        ("echoes/of/", "ref"): refs,
        ("echoes/", "pk"): world.echoes,
        ("feeds/", "channel"): ["everything", "topic", "experience"],
        ("actors/", "name"): ["community"],
        ("replies/to/", "ref"): refs,
        ("notices/", "pk"): world.notices[:4],
        ("newsletter/", "pk"): world.issues,
        ("watch/", "ref"): [Ref.to(thing) for thing in [*world.topics, *world.circles]],
        ("report/", "ref"): refs,
    }
    for (start, key), found in by_start.items():
        if route.startswith(start) and key == name:
            return found
    return FILLED_WITH.get(name)


def doors(world: World) -> list[str]:
    """Every address of the house filled in with the things of this world."""
    addresses = []
    for route, _pattern in patterns():
        if any(re.match(start, route) for start in EXCUSED):
            continue
        names = re.findall(r"<(?:[a-z_]+:)?([a-z_]+)>", route)
        page = re.match(r"\^\(\?P<slug>([\w|-]+)\)", route)
        if page:
            addresses += [f"/{slug}/" for slug in page[1].split("|")]
            continue
        filled = [re.sub(r"[\^$\\Z]", "", route)]
        for name in names:
            values = values_for(route, name, world)
            assert values is not None, f"the walk cannot fill in <{name}> of {route}: teach it"
            filled = [
                re.sub(rf"<(?:[a-z_]+:)?{name}>", str(value), address)
                for address in filled
                for value in values
            ]
        addresses += [f"/{address}" for address in filled]
    return addresses


def searches(world: World) -> list[str]:
    found = []
    for secret in world.secrets:
        if secret.kind in {"title", "body"}:
            found.append(f"/search/?q={secret.token}")
    found += [f"/search/feed.atom?q={s.token}" for s in world.secrets if s.kind == "title"]
    found += ["/actors/community/outbox/?before="]
    found += worlds_patterns.more_doors(world.bank, world.secrets)
    names = [secret for secret in world.secrets if secret.kind == "name"]
    found += [f"/search/?q={secret.token}" for secret in names[:2]]
    found += [f"/people/?q={s.token}" for s in world.secrets if s.kind == "organisation"]
    found += [f"/discussions/mentions/?q={s.token[:9]}" for s in world.secrets if s.kind == "name"][
        :2
    ]
    return found


@contextmanager
def heard() -> Iterator[io.StringIO]:
    """What the server's log says at INFO meanwhile."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def everything_said(response: Any) -> str:
    """Body and headers, whatever way it leaves."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = "\n".join(f"{name}: {value}" for name, value in response.items())
    if body.startswith(b"%PDF-1.7"):  # what we made, packed; not the files of the worlds
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        return "\n".join(page.extract_text() for page in pages) + "\n" + heads
    return body.decode("utf-8", "replace") + "\n" + heads


def walk(world: World, ledger: Ledger, dice: random.Random) -> None:
    """A stranger and two members try the doors where things are, and some of all others."""
    main, others = [], []
    for door in [*doors(world), *searches(world)]:
        (main if MAIN_DOORS.match(door) else others).append(door)
    post()
    personas = world.personas()
    chosen = ["stranger", *dice.sample(sorted(personas.keys() - {"stranger"}), 2)]
    with heard() as log:
        for persona in chosen:
            visitor = personas[persona]
            client = Client(raise_request_exception=True)
            if visitor is not None:
                client.force_login(visitor)
                visitor = get_user_model().objects.get(pk=visitor.pk)
            ledger.personas[persona] += 1
            for door in [*_some(main, MAIN_EACH, dice), *_some(others, DOORS_EACH, dice)]:
                response = client.get(door)
                check(world, ledger, persona, visitor, door, response)
                if response.status_code == 405:
                    check(world, ledger, persona, visitor, door, knock(client, door))
    check_log_and_mail(world, ledger, log.getvalue())


def _some(doors_of_it: list[str], most: int, dice: random.Random) -> list[str]:
    """Other ones in each world: hundreds of worlds try them all, many times."""
    return dice.sample(doors_of_it, min(most, len(doors_of_it)))


def knock(client: Client, door: str) -> Any:
    """A door that only takes forms: an empty one, and nothing of it stays."""
    point = transaction.savepoint()
    response = client.post(door)
    transaction.savepoint_rollback(point)
    return response


def check(
    world: World, ledger: Ledger, persona: str, visitor: Any, door: str, response: Any
) -> None:
    ledger.requests += 1
    ledger.doors.add(re.sub(r"\d+|zq\w+", "…", door))
    assert response.status_code < 500, f"{persona} {door}: {response.status_code}"
    said = everything_said(response)
    # What the visitor typed comes back in links to sign in, and in the search field: no leak.
    said = said.replace(quote(door), "").replace(door, "")
    asked = door.partition("?q=")[2]
    for echo in (f'value="{asked}"', f"?q={asked}", f"<title>{asked}") if asked else ():
        said = said.replace(echo, "")
    for typed in worlds_patterns.typed_by(world.bank, visitor):
        said = said.replace(f"q={typed}", "")  # their own kept search, before it found anything
    found = set(re.findall(r"zq[a-z]+\d+x\d+q", said))
    is_public = "public" in response.get("Cache-Control", "")
    for secret in world.secrets:
        ledger.checks += 1
        if secret.token in found and is_public and not is_for_all(world, secret):
            ledger.leaks.append(f"{persona} {door}: shared caches may keep {secret.kind}")
        if secret.token in found and not allowed(world, secret, visitor, door, response, asked):
            ledger.leaks.append(
                f"{persona} {door}: {secret.kind} of {secret.label or secret.thing!r}"
            )
        if must_be_there(secret, visitor, door) and secret.token not in found:
            ledger.leaks.append(f"{persona} {door}: MISSING {secret.kind} of {secret.label}")


def is_for_all(world: World, secret: Any) -> bool:
    """What a stranger may learn: the only thing that others' caches may hold."""
    if secret.kind == "name":
        return secret.thing.pk not in world.whisperers()
    return secret.may_read(None)


def allowed(world: World, secret: Any, visitor: Any, door: str, response: Any, asked: str) -> bool:
    if asked == secret.token and everything_said(response).count(asked) <= echo_count(response):
        return True  # A search page repeats what was asked, whatever it is.
    if secret.kind == "address":
        return False
    if secret.kind == "circle":
        return secret.may_read(visitor)
    if secret.kind in {"name", "email", "organisation"}:
        return person_allowed(world, secret, visitor, door)
    if not secret.may_read(visitor):
        return False
    if worlds_patterns.is_file(door):
        return worlds_patterns.may_be_in_file(door, secret.label)
    if THING_PAGES.match(door) or door.startswith("/me/"):
        return True
    is_listed = secret.kind == "title" or secret.label != Label.AMBER_STRICT
    return is_listed and secret.label != Label.RED


def echo_count(response: Any) -> int:
    """How often a page repeats any unknown word it is asked for: measured, not assumed."""
    asked_at = response.wsgi_request.path
    who = response.wsgi_request.COOKIES.get(django_settings.SESSION_COOKIE_NAME, "")
    if (who, asked_at) not in _echoes:
        client, nothing = Client(), "zqnothing0x0q"
        client.cookies.load(response.wsgi_request.COOKIES)
        said = everything_said(client.get(asked_at, {"q": nothing}))
        _echoes[who, asked_at] = said.count(nothing)
    return _echoes[who, asked_at]


def person_allowed(world: World, secret: Any, visitor: Any, door: str) -> bool:
    person = secret.thing
    if visitor is not None and person.pk == visitor.pk:
        return True
    if secret.kind in {"email", "organisation"}:
        return False
    if PEOPLE_PAGES.match(door):
        return visitor is not None and visitor.suspended_at is None
    is_among = worlds_checks.is_among_them(world.checks, door, person, visitor)
    if is_among or (PICKERS.match(door) and meets(world, visitor, person)):
        return True
    if worlds_patterns.is_its_author(world.bank, door, person):
        return False
    sealed_here = re.match(r"^/t/(\d+)/", door)
    if sealed_here:
        topic = next((t for t in world.topics if str(t.pk) == sealed_here[1]), None)
        if topic is not None and topic.is_chatham:
            return False
    is_told = worlds_trust.is_named(world.bank.trust, person, visitor)
    return is_told or person.pk not in world.whisperers() or is_host_page(door)


def meets(world: World, visitor: Any, person: Any) -> bool:
    """Whether they share a circle: then a picker of readers may offer one to the other."""
    together = any(
        {visitor and visitor.pk, person.pk} <= inside for inside in world.inside.values()
    )
    return is_reader(visitor) and together


def is_host_page(door: str) -> bool:
    """A circle's page names its hosts to those who may know the circle."""
    return bool(re.match(r"^/(circles|$|\?|moderation)", door)) or "/new/" in door


def must_be_there(secret: Any, visitor: Any, door: str) -> bool:
    """A reader finds what is theirs: on its page, and by searching for it."""
    if not secret.may_read(visitor) or secret.kind not in {"title", "body"}:
        return False
    if secret.thing._meta.app_label == "journal":
        return worlds_journal.must_be_there(secret, visitor, door)
    if secret.thing._meta.app_label == "assessments":
        return worlds_checks.must_be_there(secret, door)
    if secret.thing._meta.app_label == "patterns":
        return worlds_patterns.must_be_there(secret, visitor, door)
    topic = secret.thing if secret.thing._meta.model_name == "topic" else secret.thing.topic
    if door in {"/feeds/everything.atom", "/feeds/topic.json"}:
        return secret.kind == "title" and secret.label == Label.CLEAR
    if re.match(rf"^/t/{topic.pk}/[a-z]?$", door):
        return door.endswith("/x")
    if door == f"/search/?q={secret.token}":
        return secret.kind == "title" and secret.label not in {Label.RED}
    return False


def post() -> None:
    """Whatever may become a letter is due now, and leaves."""
    Notice.objects.update(mail_at=timezone.now())
    tasks.keep_in_touch()
    while outbox.send_due():
        pass


def check_letters(world: World, ledger: Ledger) -> None:
    """Every letter against every secret: what must not be in it, and what must."""
    people = {person.email: person for person in world.people.values()}
    heard: set[tuple[str, int]] = set()
    for letter in mail.outbox:
        (to,) = letter.to
        said = letter_as_read(letter).replace(to, "")
        for secret in world.secrets:
            ledger.checks += 1
            if secret.token not in said:
                continue
            if secret.kind == "title":
                heard.add((secret.token, people[to].pk if to in people else 0))
            if not allowed_by_mail(world, secret, people.get(to)):
                ledger.leaks.append(f"mail to {to}: {secret.kind} of {secret.label}")
    ledger.doors.add("mail")
    ledger.leaks += missing_in_mail(world, heard)


def letter_as_read(letter: Any) -> str:
    """Heads, text and HTML as a mail program shows them, and as they travel."""
    html = "".join(each.content for each in letter.alternatives)
    return "\n".join([letter.subject, letter.body, html, str(letter.message())])


def allowed_by_mail(world: World, secret: Any, reader: Any) -> bool:
    """The row "notice or digest mail" of spec/sharing.md; a stranger gets what is public."""
    if secret.kind == "circle":
        return secret.may_read(reader)
    if secret.kind == "name":
        return reader is not None and secret.thing.pk not in world.whisperers() - {reader.pk}
    if secret.kind in {"title", "body"} and secret.may_read(reader):
        full = {Label.CLEAR, Label.GREEN}
        return secret.label in full or (secret.kind == "title" and secret.label == Label.AMBER)
    return False


def missing_in_mail(world: World, heard: set[tuple[str, int]]) -> list[str]:
    """Who watches everything hears of every title that may travel, by the name of their search if
    it fits one; strangers of the public ones."""
    missing, told = [], {"topic", "experience", "savedsearch"}
    for secret in world.secrets:
        if secret.kind != "title" or secret.thing._meta.model_name not in told:
            continue
        readers = [None, *(p for p in world.people.values() if p.suspended_at is None)]
        for reader in readers:
            author = getattr(secret.thing, "author_id", None)
            is_author = reader is not None and reader.pk == author
            must = allowed_by_mail(world, secret, reader) and not is_author
            if must and (secret.token, reader.pk if reader else 0) not in heard:
                missing.append(f"mail to {reader and reader.pk}: MISSING title of {secret.label}")
    return missing


def check_what_was_sent(world: World, ledger: Ledger) -> None:
    """To the fediverse: what everyone could read at that moment, and nobody's name."""
    everything = "\n".join(world.sent)
    for secret in world.secrets:
        ledger.checks += 1
        was_public = secret.token in world.was_public
        if secret.token in everything and not was_public:
            ledger.leaks.append(f"fediverse: {secret.kind} of {secret.label}")
        is_sent = secret.kind == "title" and secret.thing._meta.model_name != "deck"
        if is_sent and was_public and secret.token not in everything:
            ledger.leaks.append(f"fediverse: MISSING {secret.kind} of {secret.label}")
        if was_public and not secret.may_read(None) and '"Delete"' not in everything:
            ledger.leaks.append(f"fediverse: {secret.kind} was not taken back")


def check_log_and_mail(world: World, ledger: Ledger, log: str) -> None:
    check_what_was_sent(world, ledger)
    check_letters(world, ledger)
    whisperers = world.whisperers()
    for secret in world.secrets:
        if secret.kind in {"title", "body"} and secret.token in log:
            ledger.leaks.append(f"log: {secret.kind} of {secret.label}")
        if (
            secret.kind in {"name", "email"}
            and secret.thing.pk in whisperers
            and secret.token in log
        ):
            ledger.leaks.append("log: name of a sealed speaker")


@pytest.mark.leaks
@pytest.mark.django_db
@pytest.mark.parametrize("shard", range(SHARDS))
@override_settings(FEDERATION=True)
def test_nothing_leaks_through_any_door(shard, capsys):
    ledger = Ledger()

    @settings(
        max_examples=max(1, WORLDS // SHARDS),
        deadline=None,
        database=None,
        # A leak is told at once, with its world; shrinking it would take an hour of requests.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(world_shapes)
    def explore(shape):
        with transaction.atomic():
            world = build(shape, before_narrowing=outward.listen)
            outward.hear(world)
            ledger.worlds += 1
            walk(world, ledger, random.Random(shape["dice"]))
            transaction.set_rollback(True)
        mail.outbox.clear()
        assert not ledger.leaks, "\n".join(ledger.leaks[:20])

    try:
        explore()
    finally:
        with capsys.disabled():
            print(f"\nleaks, shard {shard + 1} of {SHARDS}: {ledger}")  # noqa: T201


def test_every_kind_of_thing_is_in_the_worlds():
    """A new room's kind must get its secrets here before it can be landed."""
    assert set(kinds()) >= {"discussions.topic", "discussions.reply", "patterns.experience"}
    assert {each for each in kinds() if each.startswith("journal.")} == {
        "journal.article",
        "journal.document",
        "journal.page",
    }
