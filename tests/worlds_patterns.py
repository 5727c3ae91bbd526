"""The patterns' part of a generated world: experiences of every label, named and sealed.

Who may read them is written down in tests/worlds.py, from spec/sharing.md; here stands what
else they hold: a place that the seal hides, and what a list says of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.models import Batch, Deck, Experience, Pattern, SavedSearch
from media4sec.patterns.queries import harvest
from media4sec.patterns.tests.factories import sheet

LABELS = list(Label)
#: Where an experience is read or written: not what the door table calls a list.
DOORS = r"patterns/decks/\d+|experiences/(\d+|new)|patterns/(searches|batches/\d+)"
#: What is taken away as a file, or by harvesters.
FILES = r"patterns/(export/experiences\.|oai/\?)|patterns/decks/\d+/[a-z]+\.pdf"
#: Where members choose readers.
PICKERS = r"experiences/(new|\d+/sharing)|patterns/decks/(new|\d+/share)"

shapes = st.fixed_dictionaries(
    {
        "circle": st.integers(-1, 3),
        "author": st.integers(0, 5),
        "label": st.sampled_from(LABELS),
        "chatham": st.booleans(),
        "reader": st.integers(0, 5),
        "after": st.booleans(),
    }
)


@dataclass
class Bank:
    pattern: Pattern | None = None
    experiences: list[Experience] = field(default_factory=list)
    decks: list[Deck] = field(default_factory=list)
    searches: list[SavedSearch] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def refs(self) -> list[Ref]:
        return [Ref.to(each) for each in self.experiences]


def add_experiences(
    world: Any,
    shapes: list[dict[str, Any]],
    *,
    token: Callable[[str], str],
    secret: Callable[..., Any],
    choose: Callable[..., Any],
    may_read: Callable[..., Any],
) -> None:
    """Through the services; ``choose`` makes of a shape what may be told there."""
    world.bank.pattern = services.publish_starter(sheet(), by=THE_HOUSE)
    services.keep_beside([world.bank.pattern])
    for shape in shapes:
        circle, author, label, readers = choose(world, shape)
        words = {kind: token(kind) for kind in ("told", "happened", "step", "place", "source")}
        after = world.bank.experiences[0] if shape["after"] and world.bank.experiences else None
        if after and not Experience.objects.visible_to(author).filter(pk=after.pk).exists():
            after = None
        told = services.tell(
            _account(words, world.bank.pattern, after),
            by=author,
            circle=circle,
            label=label,
            attribution=Attribution.CHATHAM if shape["chatham"] else Attribution.NAMED,
            readers=readers,
            after=after,
        )
        world.bank.experiences.append(told)
        rule = may_read(world, label, circle, author.pk, {each.pk for each in readers})
        _add_deck(world, told, readers, rule, token, secret)
        kinds = {"told": "title", "happened": "body", "step": "body", "source": "body"}
        world.secrets += [
            secret(words[name], kind, told, label, rule) for name, kind in kinds.items()
        ]
        world.secrets.append(_place(words["place"], told, label, rule, secret))
        if shape["chatham"]:
            world.sealed.setdefault(-told.pk, set()).add(author.pk)
        else:
            world.named_speakers.add(author.pk)
    _keep_to_oneself(world, token, secret)
    # Before one of them is narrowed: harvesters were told of it.
    services.keep_up()


def _keep_to_oneself(world: Any, token: Callable[[str], str], secret: Callable[..., Any]) -> None:
    """A search and a file that only their owner knows of."""
    owner = world.people["anna"]
    if owner.suspended_at:
        return
    name, title = token("search"), token("row")
    search = services.keep_search(by=owner, of="experiences", params="outcome=mixed", title=name)
    batch = services.bring(f"title\n{title}\n".encode(), by=owner, table="experiences")
    world.bank.searches.append(search)
    world.bank.batches.append(batch)

    def only_owner(visitor: Member | None) -> bool:
        return visitor is not None and visitor.suspended_at is None and visitor.pk == owner.pk

    world.secrets += [
        secret(word, "body", thing, Label.RED, only_owner)
        for word, thing in ((name, search), (title, batch))
    ]


def _add_deck(
    world: Any, told: Experience, readers: Any, rule: Any, token: Any, secret: Any
) -> None:
    """A deck by the same member, shared as the experience is."""
    title, note, said = (token(kind) for kind in ("deck", "note", "remark"))
    deck = services.make_deck(
        by=told.author,
        title=f"Deck {title}",
        note=f"Note {note}.",
        circle=told.circle,
        label=told.label,
        attribution=told.attribution,
        readers=readers,
        first=world.bank.pattern,
    )
    services.remark(deck, deck.cards.get().pk, by=told.author, text=f"Say {said}.")
    world.bank.decks.append(deck)
    for word, kind in ((title, "title"), (note, "body"), (said, "body")):
        world.secrets.append(secret(word, kind, deck, deck.label, rule))


def _account(words: dict[str, str], pattern: Pattern, after: Experience | None) -> Account:
    return Account(
        title=f"About {words['told']}",
        did="We did it.",
        happened=f"Then {words['happened']} came.",
        outcome="mixed",
        theme=Theme.objects.get(slug="trolling"),
        country="NL",
        place=f"Town {words['place']}",
        patterns=(pattern,),
        variation="same" if after else "",
        parts={"steps": f"First {words['step']}."},
        emmie={"effect": {"says": "Less.", "quality": 1, "sources": [words["source"]]}},
        contact="named",
    )


def _place(word: str, told: Experience, label: str, rule: Any, secret: Any) -> Any:
    """The seal hides the place from everybody but who told it."""
    author, is_sealed = told.author_id, told.is_chatham

    def only_author(visitor: Member | None) -> bool:
        is_reader = visitor is not None and visitor.suspended_at is None
        return bool(is_reader and visitor.pk == author)

    return secret(word, "place", told, label, only_author if is_sealed else rule)


def narrow_one(world: Any, writers: Callable[..., list[Member]], may_read: Any) -> None:
    """The first one goes back to RED for one reader: nothing may lag behind."""
    if not world.bank.experiences:
        return
    told = Experience.objects.get(pk=world.bank.experiences[0].pk)
    author = Member.objects.get(pk=told.author_id)
    readers = [each for each in writers(world, told.circle) if each.pk != author.pk][:1]
    if told.label == Label.RED or not readers or author.suspended_at or readers[0].suspended_at:
        return
    services.share_experience(told, by=author, label=Label.RED, readers=readers)
    rule = may_read(world, Label.RED, told.circle, author.pk, {readers[0].pk})
    for each in world.secrets:
        if isinstance(each.thing, Experience) and each.thing.pk == told.pk:
            each.label = Label.RED
            each.may_read = (
                _place("", told, Label.RED, rule, lambda *said: said)[4]
                if (each.kind == "place")
                else rule
            )


def values(bank: Bank) -> dict[tuple[str, str], list[Any]]:
    """What can stand in the addresses of patterns and experiences."""
    return {
        ("patterns/", "slug"): [bank.pattern.slug] if bank.pattern else ["x"],
        ("experiences/", "pk"): [each.pk for each in bank.experiences] or [1],
        ("patterns/decks/", "pk"): [each.pk for each in bank.decks] or [1],
        ("patterns/searches/", "pk"): [each.pk for each in bank.searches] or [1],
        ("patterns/batches/", "pk"): [each.pk for each in bank.batches] or [1],
    }


def more_doors(bank: Bank, secrets: list[Any]) -> list[str]:
    """Doors that are opened by what stands behind the question mark."""
    found = ["/experiences/?view=table", "/experiences/?sort=-evidence&country=NL"]
    found += ["/patterns/?sort=-places&view=table"]
    oai = "/patterns/oai/?metadataPrefix=oai_dc&verb="
    found += [f"{oai}ListRecords", f"{oai}ListIdentifiers", "/patterns/oai/?verb=Identify"]
    found += [
        f"{oai}GetRecord&identifier={harvest.identifier('experience', each.pk)}"
        for each in bank.experiences
    ]
    if bank.pattern:
        found += [f"/experiences/?pattern={bank.pattern.pk}"]
        found += [f"/experiences/new/?tried={bank.pattern.slug}"]
    for each in bank.experiences:
        found += [f"/experiences/new/?after={each.pk}", f"/experiences/new/?from={Ref.to(each)}"]
    for each in secrets:
        if isinstance(each.thing, Experience) and each.kind in {"title", "body", "place"}:
            found.append(f"/experiences/?q={each.token}")
    return found


def is_file(door: str) -> bool:
    return bool(re.match(rf"^/{FILES}", door))


def may_be_in_file(door: str, label: str) -> bool:
    """The rows "export of one thing" and "public feeds" of spec/sharing.md."""
    if "/oai/" in door:
        return label == Label.CLEAR
    return label in {Label.CLEAR, Label.GREEN, Label.AMBER}


def is_its_author(bank: Bank, door: str, person: Member) -> bool:
    """Whether this is the page of a sealed experience, and this is who told it: nowhere named
    there, unless as who tried the same once more, by name."""
    found = re.match(r"^/experiences/(\d+)/", door)
    if not found:
        return False
    told = [each for each in bank.experiences if each.author_id == person.pk]
    again = any(str(each.after_id) == found[1] and not each.is_chatham for each in told)
    return not again and any(each.is_chatham and str(each.pk) == found[1] for each in told)


def must_be_there(secret: Any, visitor: Any, door: str) -> bool:
    """Readers find what is theirs: on its page, on a list, in their files, by its words."""
    if isinstance(secret.thing, SavedSearch):
        return door == "/patterns/searches/"
    if isinstance(secret.thing, Deck):
        return door == f"/patterns/decks/{secret.thing.pk}/"
    if isinstance(secret.thing, Batch):
        return door == f"/patterns/batches/{secret.thing.pk}/"
    if is_file(door) and ("export" in door or "ListRecords" in door):
        return secret.kind == "title" and may_be_in_file(door, secret.label)
    if door == f"/experiences/{secret.thing.pk}/":
        return True
    if secret.label == Label.RED or secret.kind != "title":
        return False
    if door in {"/feeds/everything.atom", "/feeds/experience.json"}:
        return secret.label == Label.CLEAR
    return door in {f"/search/?q={secret.token}", f"/experiences/?q={secret.token}"}
