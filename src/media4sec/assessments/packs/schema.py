"""The shape of a rule pack. What a file says beyond this is refused, with the place it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

#: severity or likelihood: 1 negligible, 2 limited, 3 significant, 4 maximum (the words of CNIL)
Level = Annotated[int, Field(ge=1, le=4)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._]*$", max_length=40)]
Words = Annotated[str, StringConstraints(min_length=2, max_length=600, strip_whitespace=True)]
#: The answer of who does not know: it counts as the riskier one. No option may be called so.
UNKNOWN = "dont_know"


class Layer(StrEnum):
    """From wide to narrow: a narrower one adds or tightens."""

    COE = "coe"
    EU = "eu"
    NATIONAL = "national"
    ORGANISATION = "organisation"

    @property
    def depth(self) -> int:
        return list(Layer).index(self)


class Regime(StrEnum):
    """Which data-protection law governs it."""

    LED = "LED"
    GDPR = "GDPR"
    BOTH = "both"

    @property
    def parts(self) -> tuple[Regime, ...]:
        return (Regime.LED, Regime.GDPR) if self == Regime.BOTH else (self,)


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """From 1, low."""
        return list(Band).index(self) + 1


class Kind(StrEnum):
    """Of a red line: nobody can approve across an absolute one; a conditional one has gates."""

    ABSOLUTE = "absolute"
    CONDITIONAL = "conditional"


class Expiry(StrEnum):
    """What kind of activity it is, for how long a decision holds."""

    COVERT = "covert"
    APPEAL = "appeal"
    EVENT = "event"
    AUTOMATED = "automated"
    OTHER = "other"


class Part(BaseModel):
    """A part of a pack: it never changes, and knows no more than it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# Conditions


class Condition(Part):
    """When something holds: one test, or several joined. ``has`` asks of several answers.

    ``residual`` and ``crossed`` hold for what is stricter, too: a high risk is at least medium,
    and an absolute red line at least conditional.
    """

    question: Key | None = None
    is_: Annotated[str | None, Field(alias="is")] = None
    in_: Annotated[tuple[str, ...] | None, Field(alias="in", strict=False)] = None
    has: str | None = None
    activity: Annotated[tuple[Key, ...] | None, Field(strict=False)] = None
    regime: Annotated[Regime | None, Field(strict=False)] = None
    criteria_at_least: Annotated[int, Field(ge=1, le=9)] | None = None
    residual: Annotated[Band | None, Field(strict=False)] = None
    crossed: Annotated[Kind | None, Field(strict=False)] = None
    all: Annotated[tuple[Condition, ...] | None, Field(strict=False)] = None
    any: Annotated[tuple[Condition, ...] | None, Field(strict=False)] = None
    not_: Annotated[Condition | None, Field(alias="not")] = None

    @model_validator(mode="after")
    def _is_one_test(self) -> Condition:
        said = {name for name, value in self if value is not None}
        wanted = said - {"is_", "in_", "has"}
        if len(wanted) != 1:
            raise ValueError("a condition is one test: join several with all or any")
        compared = said & {"is_", "in_", "has"}
        if (self.question is not None) != (len(compared) == 1):
            raise ValueError("a question is compared with exactly one of is, in, has")
        for several in (self.all, self.any):
            if several is not None and not several:
                raise ValueError("all and any need at least one test")
        return self

    @property
    def options(self) -> tuple[str, ...]:
        """What the question is compared with."""
        return self.in_ or tuple(each for each in (self.is_, self.has) if each is not None)

    def leaves(self) -> Iterator[Condition]:
        """Its single tests, however deep."""
        yield from (leaf for leaf, _is_denied in self.signed_leaves())

    def signed_leaves(self, *, is_denied: bool = False) -> Iterator[tuple[Condition, bool]]:
        """Its single tests, and whether each counts when it does not hold."""
        if self.not_:
            yield from self.not_.signed_leaves(is_denied=not is_denied)
        elif inner := self.all or self.any:
            for each in inner:
                yield from each.signed_leaves(is_denied=is_denied)
        else:
            yield self, is_denied

    @property
    def asks_of_whole(self) -> bool:
        """Whether it asks of what all answers together bring."""
        return any(
            leaf.regime or leaf.criteria_at_least or leaf.crossed or leaf.residual
            for leaf in self.leaves()
        )

    @property
    def stage(self) -> int:
        """What must have been found before: answers, criteria, red lines, risks."""
        leaves = list(self.leaves())
        if any(leaf.residual for leaf in leaves):
            return 3
        if any(leaf.crossed for leaf in leaves):
            return 2
        return 1 if any(leaf.criteria_at_least for leaf in leaves) else 0


# What an answer brings with it


class Effect(Part):
    """What follows from an answer, an activity or a rule; never without a source."""

    if_: Annotated[Condition | None, Field(alias="if")] = None
    risks: dict[Key, Annotated[tuple[Level, Level], Field(strict=False)]] = {}
    safeguards: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    authorisations: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    documents: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    red_lines: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    criteria: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    opinions: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    regime: Annotated[Regime | None, Field(strict=False)] = None
    #: what may not happen as long as this holds; "unless" names what lifts it
    block: Literal["publish", "approve"] | None = None
    unless: Key | None = None
    urgent: bool = False
    note: Words | None = None
    sources: Annotated[tuple[Key, ...], Field(strict=False, min_length=1)]

    @property
    def brings(self) -> tuple[str, ...]:
        """Every key that it adds."""
        named = (self.safeguards, self.authorisations, self.documents, self.red_lines)
        more = (self.criteria, self.opinions, tuple(self.risks))
        return tuple(key for several in (*named, *more) for key in several)

    @property
    def is_strict(self) -> bool:
        """Whether it asks for something, rather than easing or explaining."""
        return bool(self.brings or self.block or self.regime)


class Option(Part):
    text: Words
    effects: Annotated[tuple[Effect, ...], Field(strict=False)] = ()


class Question(Part):
    """One thing asked, on a page of its own."""

    id: Key
    section: Key
    text: Words
    help: Words | None = None  # why we ask
    type: Literal["one", "many", "text"]
    options: dict[Key, Option] = {}
    ask_if: Condition | None = None
    required: bool = False
    free_text: Words | None = None  # what to write beside the answer
    effects: Annotated[tuple[Effect, ...], Field(strict=False)] = ()  # of any answer

    @model_validator(mode="after")
    def _has_options(self) -> Question:
        if (self.type == "text") != (not self.options):
            raise ValueError("a question for words has no options, and every other one has")
        if UNKNOWN in self.options:
            raise ValueError(f"no option may be called {UNKNOWN}")
        return self

    def placed_effects(self) -> Iterator[tuple[str, Effect]]:
        """Its effects and those of its answers, with the place where each stands."""
        place = f"questions.{self.id}"
        yield from ((place, effect) for effect in self.effects)
        for key, option in self.options.items():
            yield from ((f"{place}.{key}", effect) for effect in option.effects)


class Rule(Part):
    """What follows from several answers together."""

    id: Key
    when: Condition
    because: Words | None = None
    effects: Annotated[tuple[Effect, ...], Field(strict=False, min_length=1)]


# What effects name


class Risk(Part):
    """Who is harmed, and which right."""

    title: Words
    rights: Annotated[tuple[Key, ...], Field(strict=False, min_length=1)]


class Cut(Part):
    """How far a safeguard lowers a risk, once its evidence is accepted."""

    severity: Annotated[int, Field(ge=0, le=2)] = 0
    likelihood: Annotated[int, Field(ge=0, le=2)] = 0


class Safeguard(Part):
    title: Words
    cuts: dict[Key, Cut]


class Authorisation(Part):
    title: Words
    by: Words
    #: the statute, the office and the form a national layer names
    statute: Words | None = None
    sources: Annotated[tuple[Key, ...], Field(strict=False)] = ()


class Document(Part):
    title: Words


class RedLine(Part):
    title: Words
    kind: Annotated[Kind, Field(strict=False)]
    gates: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    note: Words | None = None
    sources: Annotated[tuple[Key, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _has_gates(self) -> RedLine:
        if (self.kind == Kind.CONDITIONAL) != bool(self.gates):
            raise ValueError("a conditional red line has gates, an absolute one has none")
        return self


class Activity(Part):
    title: Words
    about: Words | None = None
    asks: Annotated[tuple[Key, ...], Field(strict=False, min_length=1)]
    regime: Annotated[Regime | None, Field(strict=False)] = None  # what is usual
    expiry: Annotated[Expiry, Field(strict=False)] = Expiry.OTHER
    effects: Annotated[tuple[Effect, ...], Field(strict=False)] = ()


class Instrument(Part):
    """A law, a treaty, or guidance that the house's own list does not name."""

    short: Words
    name: Words
    celex: str = ""
    number: str = ""
    is_soft: bool = False


class Source(Part):
    """A provision or a judgment that the house's own list does not name."""

    place: Words
    says: Words
    instrument: Key | None = None  # None: a judgment
    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None


class Head(Part):
    """What a pack is."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=60)]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    layer: Annotated[Layer, Field(strict=False)]
    jurisdiction: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
    title: Words
    language: str = "en"
    checked: date  # the state of the law
    status: Literal["draft", "in_legal_review", "published", "withdrawn"]
    reviewer: str = ""  # who read it as a lawyer
    transposition: Words | None = None  # of the Law Enforcement Directive
    authority: Words | None = None  # that supervises data protection
    notice: Words | None = None
    changes: Words | None = None  # since the version before

    @property
    def is_reviewed(self) -> bool:
        return self.status == "published" and bool(self.reviewer)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its version, to see which of two is newer."""
        return tuple(map(int, self.version.split(".")))


class Pack(Part):
    """A layer of rules. What a narrower layer names again, it tightens."""

    pack: Head
    sections: dict[Key, Words] = {}
    screen: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    instruments: dict[Key, Instrument] = {}
    sources: dict[Key, Source] = {}
    risks: dict[Key, Risk] = {}
    safeguards: dict[Key, Safeguard] = {}
    authorisations: dict[Key, Authorisation] = {}
    documents: dict[Key, Document] = {}
    red_lines: dict[Key, RedLine] = {}
    criteria: dict[Key, Words] = {}
    activities: dict[Key, Activity] = {}
    questions: Annotated[tuple[Question, ...], Field(strict=False)] = ()
    rules: Annotated[tuple[Rule, ...], Field(strict=False)] = ()
    #: days a decision holds
    expiry: dict[Annotated[Expiry, Field(strict=False)], Annotated[int, Field(ge=1, le=730)]] = {}

    @property
    def name(self) -> str:
        return f"{self.pack.id} {self.pack.version}"

    def effects(self) -> Iterator[tuple[str, Effect]]:
        """Every effect, with the place where it stands."""
        for key, activity in self.activities.items():
            yield from ((f"activities.{key}", effect) for effect in activity.effects)
        for question in self.questions:
            yield from question.placed_effects()
        for rule in self.rules:
            yield from ((f"rules.{rule.id}", effect) for effect in rule.effects)

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Every condition, with the place where it stands."""
        for place, effect in self.effects():
            if effect.if_:
                yield place, effect.if_
        for question in self.questions:
            if question.ask_if:
                yield f"questions.{question.id}", question.ask_if
        for rule in self.rules:
            yield f"rules.{rule.id}", rule.when


def canonical(pack: Pack) -> dict[str, Any]:
    """The pack as plain data, with nothing that stands for itself: what is hashed and signed."""
    return pack.model_dump(mode="json", by_alias=True, exclude_defaults=True)
