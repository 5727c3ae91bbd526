"""One activity in the guide: what may be done, only if, and never. Made of the rules themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import Cause, band
from media4sec.assessments.packs.layering import Provision, Rulebook
from media4sec.assessments.packs.schema import (
    Activity,
    Expiry,
    Head,
    Kind,
    Layer,
)
from media4sec.assessments.packs.shelf import remembered, rulebook
from media4sec.assessments.queries import library
from media4sec.assessments.queries.addresses import slug_of
from media4sec.assessments.queries.findings import (
    BANDS,
    LEVELS,
    REGIMES,
    TONES,
    title_of,
)
from media4sec.assessments.queries.guide import group_of
from media4sec.assessments.queries.reach import Free, Reach
from media4sec.kit.clock import now


@dataclass(frozen=True)
class Law:
    """A provision as a page names it."""

    provision: Provision
    book: library.Instrument
    place: str  # in it
    begins: date | None  # while that is to come
    lead: str  # what stands before it in a row: its instrument, where that is another one


@dataclass(frozen=True)
class Item:
    """Something that may follow: when, why, and which provision says so."""

    title: str
    whens: list[str]
    laws: list[Law]
    note: str = ""
    is_always: bool = False
    begins: date | None = None  # the day from which it follows at all
    gates: tuple[str, ...] = ()
    by: str = ""
    statute: str = ""


@dataclass(frozen=True)
class Can:
    """A question, and the answers that nobody has to allow."""

    question: str
    answers: list[str]
    unless: list[tuple[list[str], list[str]]]  # answers, and what they are read together with
    high: list[str]  # answers that raise a high risk by themselves


@dataclass(frozen=True)
class RiskShown:
    title: str
    severity: str
    likelihood: str
    word: str
    tone: str
    rights: list[Law]


@dataclass(frozen=True)
class Coming:
    begins: date
    brings: list[str]
    whens: list[str]
    laws: list[Law]


@dataclass(frozen=True)
class ActivityPage:
    """All the guide says of an activity."""

    key: str
    activity: Activity
    group: str
    regime: str
    days: int
    country: str
    layer: Head | None  # the country's own
    is_reviewed: bool
    checked: date  # the oldest of its layers
    cans: list[Can]
    never: list[Item]
    lines: list[Item]  # red lines with gates
    agree: list[Item]  # authorisations
    heard: list[Item]  # opinions
    stops: list[Item]
    safeguards: list[Item]
    documents: list[Item]
    risks: list[RiskShown]
    sections: list[tuple[str, list[tuple[str, str]]]]  # title; question and help
    coming: list[Coming]
    laws: list[tuple[library.Instrument, list[Law]]]

    @property
    def slug(self) -> str:
        return slug_of(self.key)

    @property
    def only_if(self) -> int:
        """How many conditions there may be."""
        several = (self.lines, self.agree, self.heard, self.stops, self.safeguards)
        return sum(map(len, several))


def activity_page(slug: str, country: str = "") -> ActivityPage | None:
    key = slug.replace("-", "_")
    if slug_of(key) != slug or key not in rulebook(country).whole.activities:
        return None
    return _page(key, country, now().date(), get_language())


@remembered(256)
def _page(key: str, country: str, day: date, _language: str | None) -> ActivityPage:
    # The same for everybody, until other packs are in force.
    book = rulebook(country)
    activity = book.whole.activities[key]
    words = _Words(Reach(book, key, day))
    own = [head for head in book.heads if head.layer == Layer.NATIONAL]
    return ActivityPage(
        key=key,
        activity=activity,
        group=group_of(key),
        regime=str(REGIMES[activity.regime]) if activity.regime else "",
        days=_days(book, activity),
        country=country,
        layer=own[0] if own else None,
        is_reviewed=book.is_reviewed,
        checked=min(head.checked for head in book.heads),
        cans=[words.can(free) for free in words.reach.free],
        never=words.lines(Kind.ABSOLUTE),
        lines=words.lines(Kind.CONDITIONAL),
        agree=words.authorisations(),
        heard=words.opinions(),
        stops=words.stops(),
        safeguards=words.needed("safeguards"),
        documents=words.needed("documents"),
        risks=words.risks(),
        sections=words.sections(),
        coming=words.coming(),
        laws=words.all_laws(),
    )


def _days(book: Rulebook, activity: Activity) -> int:
    """How long a decision holds."""
    return book.whole.expiry.get(activity.expiry) or book.whole.expiry.get(Expiry.OTHER, 0)


class _Words:
    """The words of what an activity may come to."""

    def __init__(self, reach: Reach) -> None:
        self.reach, self.book, self.whole = reach, reach.book, reach.book.whole
        self.questions = {question.id: question for question in self.whole.questions}
        self.rules = {rule.id: rule for rule in self.whole.rules}

    def title(self, key: str) -> str:
        return title_of(self.whole, key)

    def laws(self, keys: Iterable[str]) -> list[Law]:
        """Provisions in a row, those of an instrument together."""
        found: list[Law] = []
        for key in sorted({*keys}):
            provision = self.book.provisions[key]
            book, place = library.place_of(key, self.reach.day)
            lead = f"{book.short}: " if not found else f" · {book.short}: "
            if found and found[-1].book is book:
                lead = ", "
            found.append(Law(provision, book, place.place, place.begins, lead))
        return found

    def all_laws(self) -> list[tuple[library.Instrument, list[Law]]]:
        """Everything it rests on, by instrument."""
        found: dict[str, tuple[library.Instrument, list[Law]]] = {}
        for law in sorted(self.laws(self.reach.sources), key=lambda each: each.provision.name):
            found.setdefault(law.book.slug, (law.book, []))[1].append(law)
        return [*found.values()]

    # When something follows

    def whens(self, places: Iterable[str]) -> list[str]:
        """In words: each question once, with its answers; each rule with its reason."""
        said: dict[str, list[str]] = {}
        for place in sorted({*places}):
            kind, _dot, rest = place.partition(".")
            key, _dot, option = rest.partition(".")
            if kind == "questions":
                answers = said.setdefault(self.questions[key].text, [])
                if option:
                    answers.append(self.questions[key].options[option].text)
            elif kind == "rules":
                said.setdefault(self.rules[key].because or "", [])
        return [_when(text, answers) for text, answers in said.items() if text]

    def _item(self, title: str, causes: Collection[Cause], **more: Any) -> Item:
        sure = [each for each in causes if not each.is_assumed and not self._is_lifted(each)]
        whens = [] if sure else self.whens(cause.place for cause in causes)
        said = {"laws": self.laws(key for cause in sure or causes for key in cause.sources), **more}
        return Item(title=title, whens=whens, is_always=bool(sure), **said)

    def _is_lifted(self, cause: Cause) -> bool:
        """Whether it follows only until safeguards have lowered a risk."""
        kind, _dot, key = cause.place.partition(".")
        return kind == "rules" and any(leaf.residual for leaf in self.rules[key].when.leaves())

    # Never, only if

    def lines(self, kind: Kind) -> list[Item]:
        """Red lines of a kind: those of today, then those to come with their day."""
        found = [
            self._line(line.key, line.causes)
            for line in self.reach.all.red_lines
            if line.kind == kind
        ]
        for key, coming in self.reach.lines_to_come.items():
            if self.whole.red_lines[key].kind == kind and not self._is_drawn(key):
                causes = [Cause(coming.effect, coming.sources, is_assumed=True)]
                found.append(self._line(key, causes, begins=coming.first))
        return sorted(found, key=lambda item: (item.begins or date.min, item.title))

    def _is_drawn(self, key: str) -> bool:
        return any(line.key == key for line in self.reach.all.red_lines)

    def _line(self, key: str, causes: Collection[Cause], **more: Any) -> Item:
        line = self.whole.red_lines[key]
        return self._item(
            line.title,
            causes,
            note=line.note or "",
            laws=self.laws({*line.sources, *(key for cause in causes for key in cause.sources)}),
            gates=tuple(self.title(gate) for gate in line.gates),
            **more,
        )

    def authorisations(self) -> list[Item]:
        return _always_first(
            self._authorisation(each.key, each.causes) for each in self.reach.all.authorisations
        )

    def _authorisation(self, key: str, causes: Collection[Cause]) -> Item:
        needed = self.whole.authorisations[key]
        laws = self.laws({*needed.sources, *(key for cause in causes for key in cause.sources)})
        return self._item(
            needed.title, causes, by=needed.by, statute=needed.statute or "", laws=laws
        )

    def opinions(self) -> list[Item]:
        return self.needed("opinions")

    def needed(self, kind: str) -> list[Item]:
        """Safeguards, documents or opinions."""
        several = getattr(self.reach.all, kind)
        return _always_first(self._item(self.title(each.key), each.causes) for each in several)

    def stops(self) -> list[Item]:
        words = {
            "publish": _("Nothing is published as long as this holds."),
            "approve": _("Nobody approves it as long as this holds."),
        }
        return [
            self._item(
                words[block.what],
                block.causes,
                gates=(self.title(block.unless),) if block.unless else (),
            )
            for block in self.reach.all.blocks
        ]

    # Generally

    def can(self, free: Free) -> Can:
        options = free.question.options
        unless: dict[tuple[str, ...], list[str]] = {}
        for key, rules in free.unless:
            unless.setdefault(tuple(self.whens(rules)), []).append(options[key].text)
        return Can(
            question=free.question.text,
            answers=[options[key].text for key in free.answers],
            unless=[(answers, [*reasons]) for reasons, answers in unless.items()],
            high=[options[key].text for key in free.high],
        )

    # The rest

    def risks(self) -> list[RiskShown]:
        """Those that come with the activity itself, the highest first."""
        floors: dict[str, tuple[int, int]] = {}
        for effect in self.whole.activities[self.reach.activity].effects:
            for key, (severity, likelihood) in effect.risks.items():
                before = floors.get(key, (1, 1))
                floors[key] = (max(before[0], severity), max(before[1], likelihood))
        by_height = sorted(floors.items(), key=lambda each: (-sum(each[1]), each[0]))
        return [self._risk(key, levels) for key, levels in by_height]

    def _risk(self, key: str, levels: tuple[int, int]) -> RiskShown:
        height = band(levels)
        return RiskShown(
            title=self.whole.risks[key].title,
            severity=str(LEVELS[levels[0] - 1]),
            likelihood=str(LEVELS[levels[1] - 1]),
            word=str(BANDS[height]),
            tone=TONES[height],
            rights=self.laws(self.whole.risks[key].rights),
        )

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for question in self.reach.asked:
            rows = found.setdefault(self.whole.sections[question.section], [])
            rows.append((question.text, question.help or ""))
        return [*found.items()]

    def coming(self) -> list[Coming]:
        """What follows later, and provisions that begin later, by day."""
        found = [
            Coming(
                begins=each.first,
                brings=[self.title(key) for key in each.what],
                whens=self.whens([each.effect]),
                laws=self.laws(each.sources),
            )
            for each in self.reach.all.to_come
        ]
        told = {law.provision.key for each in found for law in each.laws}
        found += [
            Coming(law.begins, [], [], self.laws([law.provision.key]))
            for law in self.laws(self.reach.sources - told)
            if law.begins
        ]
        return sorted(found, key=lambda each: (each.begins, each.brings))


def _always_first(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: not item.is_always)


def _when(text: str, answers: list[str]) -> str:
    """A question with the answers that count, or a reason."""
    return f"{text} {_(' / ').join(answers)}." if answers else text
