"""Whether a pack says what it seems to say: every name resolves, nothing is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set

from media4sec.assessments.packs.reading import Broken
from media4sec.assessments.packs.schema import Condition, Effect, Pack, Question

#: Fields of an effect that name something, and where that stands in a pack.
_NAMED = ("safeguards", "authorisations", "documents", "red_lines", "criteria")
#: Whose opinion an effect may ask for.
OPINIONS = {"dpo", "legal", "ethics", "community"}


def check(pack: Pack, *, known: Set[str], gates: Set[str] = frozenset()) -> None:
    """Refuse a whole pack (its layers joined) that does not hold together.

    ``known``: keys of provisions the house's own list has. ``gates``: of red lines before a layer
    made them absolute. Raises Broken with every fault.
    """
    faults = [
        *twice(pack),
        *_unresolved_sources(pack, known),
        *_unresolved_effects(pack),
        *_unresolved_gates(pack),
        *_unresolved_sections(pack),
        *_misread_conditions(pack),
        *_circles(pack),
        *_out_of_order(pack),
        *_easing(pack),
        *_dates(pack),
        *_left_over(pack, gates),
    ]
    if faults:
        raise Broken(*faults)


def twice(pack: Pack) -> Iterator[str]:
    """What has a name that something else has already."""
    for what, keys in (
        ("questions", [each.id for each in pack.questions]),
        ("rules", [each.id for each in pack.rules]),
        ("screen", list(pack.screen)),
        # A gate names one thing, whichever sort it is of.
        ("gates", [*pack.safeguards, *pack.authorisations, *pack.documents]),
    ):
        for key, count in Counter(keys).items():
            if count > 1:
                yield f"{what}.{key}: it stands here {count} times."


def sources_named(pack: Pack) -> Iterator[tuple[str, str]]:
    """Every key of a source, with the place that names it."""
    for place, effect in pack.effects():
        yield from ((place, key) for key in effect.sources)
    for key, line in pack.red_lines.items():
        yield from ((f"red_lines.{key}", source) for source in line.sources)
    for key, risk in pack.risks.items():
        yield from ((f"risks.{key}", source) for source in risk.rights)
    for key, needed in pack.authorisations.items():
        yield from ((f"authorisations.{key}", source) for source in needed.sources)


def _unresolved_sources(pack: Pack, known: Set[str]) -> Iterator[str]:
    for place, key in sources_named(pack):
        if key not in known and key not in pack.sources:
            yield f"{place}: the source {key} is not known."
    for key, source in pack.sources.items():
        if source.instrument and source.instrument not in pack.instruments:
            yield f"sources.{key}: the instrument {source.instrument} is not known."


def _unresolved_effects(pack: Pack) -> Iterator[str]:
    for place, effect in pack.effects():
        for field in (*_NAMED, "risks"):
            for key in getattr(effect, field):
                if key not in getattr(pack, field):
                    yield f"{place}: {key} is not among the {field.replace('_', ' ')}."
        for opinion in effect.opinions:
            if opinion not in OPINIONS:
                yield f"{place}: nobody gives the opinion {opinion}."
        if effect.unless:
            yield from _unresolved_lift(effect, place, pack)


def _unresolved_lift(effect: Effect, place: str, pack: Pack) -> Iterator[str]:
    if not _is_gate(effect.unless or "", pack):
        yield f"{place}: {effect.unless} is not known, so it lifts nothing."
    if not effect.block:
        yield f"{place}: unless needs a block that it lifts."


def _unresolved_gates(pack: Pack) -> Iterator[str]:
    for key, line in pack.red_lines.items():
        for gate in line.gates:
            if not _is_gate(gate, pack):
                yield f"red_lines.{key}: the gate {gate} is not known."
    for key, safeguard in pack.safeguards.items():
        for risk in sorted(safeguard.cuts.keys() - pack.risks.keys()):
            yield f"safeguards.{key}: the risk {risk} is not known."


def gates_of(pack: Pack) -> set[str]:
    return {gate for line in pack.red_lines.values() for gate in line.gates}


def _is_gate(key: str, pack: Pack) -> bool:
    return key in pack.authorisations or key in pack.documents or key in pack.safeguards


def _unresolved_sections(pack: Pack) -> Iterator[str]:
    for question in pack.questions:
        if question.section not in pack.sections:
            yield f"questions.{question.id}: the section {question.section} is not known."
    for key, activity in pack.activities.items():
        for section in activity.asks:
            if section not in pack.sections:
                yield f"activities.{key}: the section {section} is not known."
    ids = {question.id for question in pack.questions}
    for key in pack.screen:
        if key not in ids:
            yield f"screen: the question {key} is not known."


def _misread_conditions(pack: Pack) -> Iterator[str]:
    questions = {question.id: question for question in pack.questions}
    for place, condition in pack.conditions():
        for leaf in condition.leaves():
            for activity in leaf.activity or ():
                if activity not in pack.activities:
                    yield f"{place}: the activity {activity} is not known."
            if leaf.question in questions:
                yield from _misread(leaf, place, questions[leaf.question])
            elif leaf.question:
                yield f"{place}: the question {leaf.question} is not known."


def _misread(leaf: Condition, place: str, question: Question) -> Iterator[str]:
    if question.type == "text":
        yield f"{place}: {question.id} is answered in words, so nothing can be compared with it."
        return
    if (question.type == "many") != (leaf.has is not None):
        wanted = "has" if question.type == "many" else "is or in"
        yield f"{place}: {question.id} is compared with {wanted}."
    for option in leaf.options:
        if option not in question.options:
            yield f"{place}: {question.id} has no answer {option}."


def _circles(pack: Pack) -> Iterator[str]:
    """A question that is asked only after an answer to itself would never be asked."""
    waits = {
        question.id: {leaf.question for leaf in question.ask_if.leaves() if leaf.question}
        for question in pack.questions
        if question.ask_if
    }
    for start in waits:
        seen: set[str] = set()
        waiting = set(waits[start])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting |= waits.get(each, set())
        if start in seen:
            yield f"questions.{start}: ask_if leads back to itself."


def _out_of_order(pack: Pack) -> Iterator[str]:
    """What is asked about the whole is answered last: it may not change what it asks about."""
    for question in pack.questions:
        if question.ask_if and question.ask_if.asks_of_whole:
            yield f"questions.{question.id}: ask_if asks of answers and the activity only."
    for place, effect in pack.effects():
        if effect.if_ and effect.if_.asks_of_whole:
            yield f"{place}: if asks of answers and the activity only. Make it a rule."
    for rule in pack.rules:
        for stage, field, sentence in _STAGES:
            if rule.when.stage >= stage and any(getattr(effect, field) for effect in rule.effects):
                yield f"rules.{rule.id}: {sentence}"


#: From which stage on a rule may not add what.
_STAGES = (
    (0, "regime", "a rule does not say which law governs. An answer does."),
    (1, "criteria", "it asks of the whole, so it cannot add criteria."),
    (2, "red_lines", "it asks for red lines or risks, so it cannot add red lines."),
    (3, "risks", "it asks what is left of the risks, so it cannot add to them."),
)


def _easing(pack: Pack) -> Iterator[str]:
    """More findings may never mean less is asked: not of a rule, and not by acting first."""
    for rule in pack.rules:
        of_whole = [
            is_denied for leaf, is_denied in rule.when.signed_leaves() if leaf.asks_of_whole
        ]
        if any(of_whole) and any(effect.is_strict for effect in rule.effects):
            yield f"rules.{rule.id}: where “not” asks of the whole, a rule may only be urgent."
        if not all(of_whole) and any(effect.urgent for effect in rule.effects):
            yield f"rules.{rule.id}: one acts first because something does “not” hold of the whole."


def _dates(pack: Pack) -> Iterator[str]:
    for key, source in pack.sources.items():
        if source.from_ and source.until and source.until < source.from_:
            yield f"sources.{key}: it ends before it begins."


def _left_over(pack: Pack, gates: Set[str]) -> Iterator[str]:
    named = {key for _place, key in sources_named(pack)}
    yield from _unused("sources", pack.sources.keys() - named)
    instruments = {source.instrument for source in pack.sources.values()}
    yield from _unused("instruments", pack.instruments.keys() - instruments)
    used = gates_of(pack) | gates
    for _place, effect in pack.effects():
        used |= {*effect.brings, effect.unless or ""}
    for field in ("safeguards", "authorisations", "documents", "red_lines", "risks"):
        yield from _unused(field, getattr(pack, field).keys() - used)
    asked = {section for activity in pack.activities.values() for section in activity.asks}
    yield from _unused("sections", pack.sections.keys() - asked)


def _unused(what: str, keys: Iterable[str]) -> Iterator[str]:
    for key in sorted(keys):
        yield f"{what}.{key}: nothing uses it."
