"""The legal library: each provision once, since when it applies, and what here rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from media4sec.assessments.packs.layering import Provision
from media4sec.assessments.packs.schema import Head, Kind, Layer, Pack
from media4sec.assessments.packs.sealing import hash_of, words_of
from media4sec.assessments.packs.shelf import (
    book_of,
    countries,
    in_force,
    remembered,
    rulebook,
)
from media4sec.assessments.queries.addresses import guide_url
from media4sec.assessments.queries.reach import Reach
from media4sec.kit import law
from media4sec.kit.clock import now

#: Judgments stand in no instrument.
JUDGMENTS = "judgments"


@dataclass(frozen=True)
class Instrument:
    """A law, a treaty or guidance, of the house's list or of a country's layer."""

    slug: str
    short: str
    name: str
    number: str
    is_soft: bool
    layer: Head | None  # the country's, None where all share it
    provisions: list[Place]
    first: date | None = None

    @property
    def url(self) -> str:
        return reverse("assessments:instrument", args=[self.slug])

    @property
    def official(self) -> str:
        """Its official text, where the EU keeps it."""
        return self.provisions[0].provision.url if self.provisions else ""


@dataclass(frozen=True)
class Place:
    """A provision where it stands."""

    provision: Provision
    place: str
    instrument: str  # slug
    begins: date | None  # while it is to come

    @property
    def url(self) -> str:
        return reverse("assessments:provision", args=[self.provision.key])


@dataclass(frozen=True)
class Uses:
    """What rests on a provision, each with the country whose layer says so."""

    red_lines: list[tuple[str, bool, str]] = field(default_factory=list)  # title, absolute, country
    authorisations: list[tuple[str, str]] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    safeguards: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    risks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class LibraryPage:
    instruments: list[Instrument]  # what all share
    countries: list[tuple[Head, list[Instrument]]]
    found: list[Place]  # when somebody looks for words
    coming: list[Place]
    count: int


@dataclass(frozen=True)
class Used:
    """An activity of the guide, in the country where the provision counts."""

    title: str
    key: str
    country: str

    @property
    def url(self) -> str:
        return guide_url(self.key, self.country)


@dataclass(frozen=True)
class ProvisionPage:
    place: Place
    instrument: Instrument
    uses: Uses
    activities: list[Used]  # that may come to rest on it

    @property
    def since(self) -> date | None:
        return self.place.provision.first

    @property
    def until(self) -> date | None:
        return self.place.provision.last


@dataclass(frozen=True)
class PackShown:
    head: Head
    holds: list[str]  # "19 activities"
    status: str
    layer: str
    hash: str  # SHA-256 of what a seal would cover
    is_published: bool  # here, rather than with the software

    @property
    def url(self) -> str:
        return reverse("assessments:pack", args=[self.head.id])


def library_page(words: str = "") -> LibraryPage:
    books = [*_instruments(now().date()).values()]
    places = [place for book in books for place in book.provisions]
    wanted = words.casefold().split()
    return LibraryPage(
        instruments=[book for book in books if book.layer is None],
        countries=[
            (pack.pack, own)
            for pack in countries()
            if (own := [book for book in books if book.layer == pack.pack])
        ],
        found=[place for place in places if _fits(wanted, place)] if wanted else [],
        coming=sorted((each for each in places if each.begins), key=lambda each: str(each.begins)),
        count=len(places),
    )


def _fits(words: list[str], place: Place) -> bool:
    text = f"{place.provision.name} {place.provision.says}".casefold()
    return all(word in text for word in words)


def instrument_page(slug: str) -> Instrument | None:
    return _instruments(now().date()).get(slug)


def provision_page(key: str) -> ProvisionPage | None:
    day = now().date()
    if key not in _places(day):
        return None
    book, place = place_of(key, day)
    activities = _activities(day, get_language()).get(key, [])
    return ProvisionPage(place, book, _uses().get(key, Uses()), activities)


def place_of(key: str, day: date) -> tuple[Instrument, Place]:
    """A provision where it stands."""
    return _places(day)[key]


def is_there(key: str) -> bool:
    """Whether the library has this provision."""
    return key in _places(now().date())


def addresses() -> list[str]:
    """Of every page of the library."""
    books = _instruments(now().date()).values()
    fixed = [reverse("assessments:law"), reverse("assessments:packs")]
    fixed += [reverse("assessments:pack", args=[key]) for key in in_force().packs]
    return fixed + [url for book in books for url in (book.url, *(p.url for p in book.provisions))]


# What there is


@remembered(4)
def _instruments(day: date) -> Mapping[str, Instrument]:
    """The house's list, then each country's, by slug."""
    found: dict[str, Instrument] = {}
    for each in law.provisions().values():
        shared = each.instrument
        slug = slugify(shared.key) if shared else JUDGMENTS
        if slug not in found:
            found[slug] = _shared(slug, shared)
        shown = rulebook("").provisions[each.key]
        found[slug].provisions.append(_place(shown, each.place, slug, day))
    for pack in in_force().packs.values():
        found |= _own(pack, day)
    return found


@remembered(4)
def _places(day: date) -> Mapping[str, tuple[Instrument, Place]]:
    books = _instruments(day).values()
    return {place.provision.key: (book, place) for book in books for place in book.provisions}


def _shared(slug: str, shared: law.Instrument | None) -> Instrument:
    if shared is None:
        return Instrument(
            slug, _("Judgments"), _("Judgments of European courts"), "", False, None, []
        )
    number = shared.number or (f"CELEX {shared.celex}" if shared.celex else "")
    return Instrument(
        slug, shared.short, shared.name, number, shared.is_soft, None, [], shared.applies_from
    )


def _own(pack: Pack, day: date) -> dict[str, Instrument]:
    """What a layer names beyond the house's list."""
    head, found = pack.pack, dict[str, Instrument]()
    layer = head if head.layer == Layer.NATIONAL else None
    provisions = book_of(pack).provisions
    for key, source in pack.sources.items():
        named = pack.instruments.get(source.instrument or "")
        slug = slugify(f"{head.jurisdiction}-{source.instrument or JUDGMENTS}")
        if slug not in found:
            found[slug] = Instrument(
                slug,
                named.short if named else _("Judgments"),
                named.name if named else _("Judgments"),
                named.number if named else "",
                bool(named and named.is_soft),
                layer,
                [],
            )
        found[slug].provisions.append(_place(provisions[key], source.place, slug, day))
    return found


def _place(provision: Provision, place: str, slug: str, day: date) -> Place:
    return Place(provision, place, slug, provision.first if provision.is_to_come(day) else None)


# What rests on it


@remembered(2)
def _uses() -> Mapping[str, Uses]:
    """Provision → where the packs name it, each layer by itself."""
    found: dict[str, Uses] = defaultdict(Uses)
    for pack in in_force().packs.values():
        country = pack.pack.title if pack.pack.layer == Layer.NATIONAL else ""
        for line in pack.red_lines.values():
            for source in line.sources:
                shown = (line.title, line.kind == Kind.ABSOLUTE, country)
                found[source].red_lines.append(shown)
        for source, where, text in (*_named_by_parts(pack), *_named_by_effects(pack)):
            several = getattr(found[source], where)
            if (text, country) not in several:
                several.append((text, country))
    return found


def _named_by_parts(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Provision, the list of Uses it goes to, and the words."""
    for needed in pack.authorisations.values():
        yield from ((source, "authorisations", needed.title) for source in needed.sources)
    for risk in pack.risks.values():
        yield from ((source, "risks", risk.title) for source in risk.rights)


def _named_by_effects(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Provision, the list of Uses it goes to, and the words."""
    whole = book_of(pack).whole
    for question in pack.questions:
        for _where, effect in question.placed_effects():
            yield from ((source, "questions", question.text) for source in effect.sources)
    for rule in pack.rules:
        for effect in rule.effects:
            yield from ((source, "rules", rule.because or "") for source in effect.sources)
    for _where, effect in pack.effects():
        for source in effect.sources:
            for key in effect.safeguards:
                yield source, "safeguards", whole.safeguards[key].title


@remembered(4)
def _activities(day: date, _language: str | None) -> Mapping[str, list[Used]]:
    """Provision → the activities that may come to rest on it; of a country's own, with its code."""
    found: dict[str, list[Used]] = defaultdict(list)
    for country in ("", *(pack.pack.jurisdiction for pack in countries())):
        book = rulebook(country)
        own = book.provisions.keys() - rulebook("").provisions.keys() if country else None
        for key, activity in book.whole.activities.items():
            for source in Reach(book, key, day).sources:
                if own is None or source in own:
                    found[source].append(Used(activity.title, key, country))
    return {key: sorted(several, key=lambda each: each.title) for key, several in found.items()}


# The packs


def packs_of() -> list[PackShown]:
    """Every pack, from wide to narrow."""
    packs = in_force().packs.values()
    wide_first = sorted(packs, key=lambda each: (each.pack.layer.depth, each.pack.title))
    return [_shown(pack) for pack in wide_first]


def _shown(pack: Pack) -> PackShown:
    seal = hash_of(words_of(pack, book_of(pack).provisions))
    is_published = pack.pack.id in in_force().published
    return PackShown(pack.pack, _counts(pack), *_words_of(pack.pack), seal, is_published)


def is_reviewed() -> bool:
    """Whether lawyers have signed every pack."""
    return all(pack.pack.is_reviewed for pack in in_force().packs.values())


def _words_of(head: Head) -> tuple[str, str]:
    """Its status and its layer."""
    status = {
        "draft": _("Draft, for legal review"),
        "in_legal_review": _("In legal review"),
        "published": _("Published"),
        "withdrawn": _("Withdrawn"),
    }
    layer = {
        Layer.COE: _("Council of Europe"),
        Layer.EU: _("European Union"),
        Layer.NATIONAL: _("Country"),
        Layer.ORGANISATION: _("Organisation"),
    }
    return status[head.status], layer[head.layer]


def _counts(pack: Pack) -> list[str]:
    counts = [
        (ngettext("%d activity", "%d activities", len(pack.activities)), len(pack.activities)),
        (ngettext("%d question", "%d questions", len(pack.questions)), len(pack.questions)),
        (ngettext("%d rule", "%d rules", len(pack.rules)), len(pack.rules)),
        (ngettext("%d red line", "%d red lines", len(pack.red_lines)), len(pack.red_lines)),
        (ngettext("%d safeguard", "%d safeguards", len(pack.safeguards)), len(pack.safeguards)),
        (
            ngettext("%d authorisation", "%d authorisations", len(pack.authorisations)),
            len(pack.authorisations),
        ),
        (ngettext("%d own source", "%d own sources", len(pack.sources)), len(pack.sources)),
    ]
    return [words % count for words, count in counts if count]
