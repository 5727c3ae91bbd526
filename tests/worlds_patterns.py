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
from media4sec.patterns.models import Batch, Deck, Experience, Inquiry, Pattern, SavedSearch
from media4sec.patterns.queries import harvest
from media4sec.patterns.tests.factories import sheet
from tests import worlds_trust

LABELS = list(Label)
#: Where an experience is read or written: not what the door table calls a list.
DOORS = r"patterns/decks/\d+|experiences/(\d+|new|questions/\d+)|voices/\d+"
DOORS += r"|patterns/(searches|batches/\d+)"
#: What is taken away as a file, or by harvesters.
FILES = r"patterns/(export/(experiences|patterns)\.|oai/\?)|patterns/decks/\d+/[a-z]+\.pdf"
#: Where members choose readers.
PICKERS = r"experiences/(new|\d+/(sharing|review/ask))|patterns/decks/(new|\d+/share)"

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
    inquiries: list[Inquiry] = field(default_factory=list)
    #: Number of an experience → the secret name of a search that it fits.
    sought: dict[int, Any] = field(default_factory=dict)
    trust: worlds_trust.Trust = field(default_factory=worlds_trust.Trust)

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
        search = _seek(world, words["told"], {author, after and after.author}, token)
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
        _ask(world, told, rule, token, secret)
        if search:
            _note_search(world, search, told, rule, secret)
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


def _seek(world: Any, word: str, but: set[Any], token: Callable[[str], str]) -> Any:
    """A search for an experience that is not told yet, by somebody else than these."""
    owners = [world.people[name] for name in ("anna", "ben", "cleo")]
    owner = owners[len(world.bank.experiences) % len(owners)]
    if owner in but:
        return None
    search = services.keep_search(
        by=owner, of="experiences", params=f"q={word}", title=f"For {token('sought')}"
    )
    world.bank.searches.append(search)
    return search


def _note_search(world: Any, search: SavedSearch, told: Experience, rule: Any, secret: Any) -> None:
    """Its name goes as far as a title of what it finds: not into mail when that is AMBER+STRICT,
    and nowhere but on its owner's list when they may not read that."""
    owner = search.owner
    label = told.label if rule(owner) else Label.RED
    name = search.title.removeprefix("For ")
    noted = secret(
        name, "title", search, label, lambda visitor: visitor is not None and visitor == owner
    )
    world.bank.sought[told.pk] = noted
    world.secrets.append(noted)


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


def _ask(world: Any, told: Experience, rule: Any, token: Any, secret: Any) -> None:
    """A question passed on, and its answer: for the two of them."""
    askers = [
        each
        for each in world.people.values()
        if each.pk in world.named_speakers - {told.author_id} and rule(each)
    ]
    if told.contact != Experience.Contact.RELAY or not askers or askers[0].suspended_at:
        return
    asked, answered = token("asked"), token("answered")
    inquiry = services.inquire(told, by=askers[0], text=f"May I ask {asked}?")
    services.answer_inquiry(inquiry, by=told.author, text=f"You may {answered}.")
    world.bank.inquiries.append(inquiry)
    for word in (asked, answered):
        world.secrets.append(secret(word, "body", inquiry, Label.RED, _between(inquiry, rule)))


def _between(inquiry: Inquiry, rule: Any) -> Callable[[Member | None], bool]:
    """Who asked and who told it, as long as they may read what it is about."""
    two = {inquiry.asker_id, inquiry.experience.author_id}
    return lambda visitor: visitor is not None and visitor.pk in two and rule(visitor)


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
        contact="relay" if after else "named",
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
    if told.pk in world.bank.sought:
        world.bank.sought[told.pk].label = Label.RED
    for each in world.secrets:
        if isinstance(each.thing, Inquiry) and each.thing.experience_id == told.pk:
            each.may_read = _between(each.thing, rule)
        if isinstance(each.thing, Experience) and each.thing.pk == told.pk:
            each.label = Label.RED
            each.may_read = (
                _place("", told, Label.RED, rule, lambda *said: said)[4]
                if (each.kind == "place")
                else rule
            )


def values(bank: Bank) -> dict[tuple[str, str], list[Any]]:
    """What can stand in the addresses of patterns and experiences."""
    patterns = [bank.pattern, *bank.trust.patterns] if bank.pattern else []
    return {
        **worlds_trust.values(bank.trust),
        ("patterns/", "slug"): [each.slug for each in patterns] or ["x"],
        ("experiences/", "pk"): [each.pk for each in bank.experiences] or [1],
        ("patterns/decks/", "pk"): [each.pk for each in bank.decks] or [1],
        ("patterns/searches/", "pk"): [each.pk for each in bank.searches] or [1],
        ("experiences/questions/", "pk"): [each.pk for each in bank.inquiries] or [1],
        ("patterns/decks/", "layout"): ["cards", "slides", "sheet"],
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
    found += worlds_trust.more_doors(bank.trust, secrets)
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
    if (int(found[1]), person.pk) in bank.trust.sealed_voices:
        return True
    told = [each for each in bank.experiences if each.author_id == person.pk]
    again = any(str(each.after_id) == found[1] and not each.is_chatham for each in told)
    return not again and any(each.is_chatham and str(each.pk) == found[1] for each in told)


#: Where a member finds what nobody finds by searching.
_PAGES = {
    SavedSearch: "/patterns/searches/",
    Deck: "/patterns/decks/{}/",
    Batch: "/patterns/batches/{}/",
    Inquiry: "/experiences/questions/{}/",
}


def typed_by(bank: Bank, visitor: Any) -> list[str]:
    """The words a member looks for in the searches they keep: they wrote them themselves."""
    own = (each for each in bank.searches if visitor is not None and each.owner_id == visitor.pk)
    return [each.params.removeprefix("q=") for each in own if each.params.startswith("q=")]


def must_be_there(secret: Any, visitor: Any, door: str) -> bool:
    """Readers find what is theirs: on its page, on a list, in their files, by its words."""
    if isinstance(secret.thing, worlds_trust.THINGS):
        return worlds_trust.must_be_there(secret, visitor, door)
    if type(secret.thing) in _PAGES:
        return door == _PAGES[type(secret.thing)].format(secret.thing.pk)
    if is_file(door) and ("export/experiences" in door or "ListRecords" in door):
        return secret.kind == "title" and may_be_in_file(door, secret.label)
    if door == f"/experiences/{secret.thing.pk}/":
        return True
    if secret.label == Label.RED or secret.kind != "title":
        return False
    if door in {"/feeds/everything.atom", "/feeds/experience.json"}:
        return secret.label == Label.CLEAR
    return door in {f"/search/?q={secret.token}", f"/experiences/?q={secret.token}"}
