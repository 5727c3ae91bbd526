"""The proof that every card that comes with the software is complete, readable and linked.

The files are checked alone; that relations are mutual is asked of the pages themselves.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.module_loading import import_string

from media4sec.kit import content as files
from media4sec.kit import law, markdown
from media4sec.kit.errors import Refused
from media4sec.kit.models import Face
from media4sec.kit.themes import FILE as THEMES
from media4sec.patterns import content, queries
from media4sec.patterns.card import Card, check
from media4sec.patterns.models import (
    Actor,
    Evidence,
    LawKind,
    Pattern,
    PatternRelation,
    Phase,
    Platform,
    Relation,
)
from media4sec.patterns.relating import read

FEWEST_WORDS, MOST_WORDS = 150, 350
HIGHEST_GRADE = 12.0
#: What a head says, and of how many things at least and at most it is a list.
_LISTS = {
    "actors": (1, 3),
    "themes": (1, 2),
    "phases": (1, 4),
    "platforms": (1, 4),
    "forces": (3, 5),
    "steps": (3, 6),
    "limits": (2, 4),
    "views": (1, 3),
    "law": (1, 4),
}
_KEYS = {"title", "summary", "origin", "group", "is_group", "therefore", *_LISTS}
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])[”\"’)*]*\s+")


@dataclass(frozen=True)
class Sheet:
    """A card as its file has it, and what can be measured of it."""

    file: files.Text

    @property
    def slug(self) -> str:
        return self.file.slug

    @property
    def head(self) -> dict[str, Any]:
        return self.file.head

    @cached_property
    def card(self) -> Card:
        return content.card_of(self.file)

    @cached_property
    def texts(self) -> list[str]:
        """Everything that is read on its page, without marks."""
        because = [view.get("because", "") for view in self.head.get("views", [])]
        said = [self.head.get("summary", ""), *self.card.texts(), *because]
        return [markdown.plain(markdown.render(text)).strip() for text in said]

    @property
    def words(self) -> int:
        return len(" ".join(self.texts).split())

    @property
    def sentences(self) -> Iterator[str]:
        for text in self.texts:
            yield from (each.strip() for each in _SENTENCE_ENDS.split(text) if each.strip())

    @cached_property
    def grade(self) -> float:
        """The school year in which a reader of English follows it (Flesch and Kincaid)."""
        # Not at the top: whoever runs the site does not need it.
        measure = import_string("textstat.textstat")
        ended = (text if text.endswith((".", "!", "?")) else f"{text}." for text in self.texts)
        return round(float(measure.flesch_kincaid_grade(" ".join(ended))), 1)


@dataclass
class Proof:
    """What was measured, and a sentence for everything that is wrong."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def prove() -> Proof:
    """All of it: the files, how they relate, and what the pages show."""
    sheets = [Sheet(text) for text in content.shipped()]
    relations = content.shipped_relations()
    by_slug = {sheet.slug: sheet for sheet in sheets}
    proof = Proof()
    for sheet in sheets:
        told = [*fields(sheet), *laws(sheet), *groups(sheet, by_slug)]
        if not told:
            told = [*length(sheet), *grade(sheet)]
        proof.troubles += [f"{sheet.slug}: {trouble}" for trouble in told]
    if not proof.troubles:
        proof.troubles += shared_sentences(sheets)
        proof.rows = measured(sheets, relations)
    proof.troubles += graph({sheet.slug for sheet in sheets}, relations)
    proof.troubles += pages(sheets, relations)
    return proof


def measured(sheets: list[Sheet], relations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The table: one line for each promise."""
    origins = Counter(sheet.head["origin"] for sheet in sheets)
    words, grades = [s.words for s in sheets], [s.grade for s in sheets]
    cited = {key for s in sheets for note in s.card.law for key in note.provisions}
    return [
        (
            "cards",
            f"{len(sheets)} ({origins['project']} project, {origins['community']} community)",
        ),
        ("words", f"{min(words)} to {max(words)}"),
        ("reading grade", f"{min(grades)} to {max(grades)}"),
        ("sentences", str(sum(len(list(sheet.sentences)) for sheet in sheets))),
        ("relations", str(len(relations))),
        ("provisions", f"{len(cited)} of {len(law.provisions())} known ones"),
    ]


# One card


def fields(sheet: Sheet) -> Iterator[str]:
    """Is all there, and are its words known?"""
    head = sheet.head
    yield from _shape(head)
    if not 0 < len(head.get("summary", "")) <= 160:
        yield "the summary is one sentence of at most 160 characters."
    if not head.get("therefore", "").startswith("Therefore, "):
        yield "the solution begins with “Therefore, ”."
    yield from _words(head)
    try:
        check(sheet.card)
    except (Refused, KeyError) as reason:
        yield f"{reason}"
    if not all(sheet.texts):
        yield "a text is empty."


def _shape(head: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(_KEYS - head.keys()):
        yield f"“{key}” is missing."
    for key in sorted(head.keys() - _KEYS - {"sources"}):
        yield f"nothing reads “{key}”."
    for key, (fewest, most) in _LISTS.items():
        if not fewest <= len(head.get(key, [])) <= most:
            yield f"“{key}” has {len(head.get(key, []))} entries, not {fewest} to {most}."


def _words(head: Mapping[str, Any]) -> Iterator[str]:
    themes = {row["slug"] for row in files.read_rows(THEMES, "theme")}
    known = {"actors": Actor.values, "phases": Phase.values, "platforms": Platform.values}
    for key, values in {**known, "themes": themes}.items():
        for unknown in sorted(set(head.get(key, [])) - set(values)):
            yield f"we know no “{unknown}” among the {key}."
    if head.get("origin") not in Pattern.Origin.values:
        yield f"we know no origin “{head.get('origin')}”."
    for view in head.get("views", []):
        if view.get("face") not in Face.values or view.get("from") not in content.GROUPS:
            yield "a view has a face we do not know, or a group."


def laws(sheet: Sheet) -> Iterator[str]:
    """Does every note rest on law we know, and every "never" on law that binds?"""
    for note in sheet.card.law:
        unknown = [key for key in note.provisions if law.provision(key) is None]
        if unknown or not note.provisions:
            yield f"the note “{note.text[:40]}…” rests on {unknown or 'no provision'}."
        elif note.kind == LawKind.NEVER and all(_is_soft(each) for each in note.laws):
            yield f"the never “{note.text[:40]}…” rests on guidance only."


def _is_soft(provision: law.Provision) -> bool:
    return bool(provision.instrument and provision.instrument.is_soft)


def groups(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """Everything is in a group, but what offenders do, and the groups that stand at the top."""
    group, head = sheet.head.get("group", ""), sheet.head
    if group and not (group in sheets and sheets[group].head.get("is_group")):
        yield f"“{group}” is no group card."
    pairs = [(slug, each.head.get("group", "")) for slug, each in sheets.items()]
    if group and sheet.slug in _in_circles(pairs):
        yield "its group is, in the end, in itself."
    if not group and not head.get("is_group") and head.get("actors") != [Actor.CRIMINALS]:
        yield "it is in no group."


def length(sheet: Sheet) -> Iterator[str]:
    if not FEWEST_WORDS <= sheet.words <= MOST_WORDS:
        yield f"it has {sheet.words} words, not {FEWEST_WORDS} to {MOST_WORDS}."


def grade(sheet: Sheet) -> Iterator[str]:
    if sheet.grade > HIGHEST_GRADE:
        yield f"it reads like school year {sheet.grade}: at most {HIGHEST_GRADE} is fair."


# All cards together


def shared_sentences(sheets: list[Sheet]) -> Iterator[str]:
    """No sentence stands twice, neither on two cards nor on one."""
    where: dict[str, list[str]] = defaultdict(list)
    for sheet in sheets:
        for sentence in sheet.sentences:
            where[re.sub(r"\W+", " ", sentence.casefold()).strip()].append(sheet.slug)
    for sentence, slugs in where.items():
        if len(slugs) > 1:
            yield f"{' and '.join(sorted(slugs))} share the sentence “{sentence}”."


def graph(slugs: set[str], relations: list[dict[str, Any]]) -> Iterator[str]:
    """Each pair is related once, all hang together, and nothing comes before itself."""
    seen: set[frozenset[str]] = set()
    known: list[dict[str, Any]] = []
    for row in relations:
        pair = frozenset((row["from"], row["to"]))
        name = f"{row['from']} → {row['to']}"
        if not pair <= slugs or len(pair) == 1 or row["how"] not in Relation.values:
            yield f"the relation {name} is with itself, or with something we do not know."
        elif pair in seen:
            yield f"the relation {name} is there twice."
        elif not row.get("because"):
            yield f"the relation {name} gives no reason."
        else:
            known.append(row)
        seen.add(pair)
    for apart in sorted(slugs - _reached(slugs, known)):
        yield f"{apart} hangs together with nothing."
    for how in (Relation.SPECIALISES, Relation.BEFORE):
        if circle := _in_circles([(r["from"], r["to"]) for r in known if r["how"] == how]):
            yield f"“{how.label}” runs in a circle through {', '.join(sorted(circle))}."


def _reached(slugs: set[str], relations: list[dict[str, Any]]) -> set[str]:
    """What one comes to from the first card, over relations in either direction."""
    near: dict[str, set[str]] = defaultdict(set)
    for row in relations:
        near[row["from"]].add(row["to"])
        near[row["to"]].add(row["from"])
    found: set[str] = set()
    following = set(sorted(slugs)[:1])
    while following:
        found |= following
        following = {other for each in following for other in near[each]} - found
    return found


def _in_circles(pairs: list[tuple[str, str]]) -> set[str]:
    """What is left when all that leads nowhere, or comes from nowhere, is taken away."""
    while True:
        inside = {first for first, _ in pairs} & {second for _, second in pairs}
        rest = [pair for pair in pairs if set(pair) <= inside]
        if len(rest) == len(pairs):
            return inside
        pairs = rest


# What the pages show


def pages(sheets: list[Sheet], relations: list[dict[str, Any]]) -> Iterator[str]:
    """Each relation is kept once and read on both pages; no evidence is claimed without source."""
    shown: dict[str, set[tuple[str, str]]] = {}
    for sheet in sheets:
        pattern = queries.pattern_at(sheet.slug)
        if pattern is None:
            yield f"{sheet.slug} is not in the database: run media4sec load_content."
            continue
        page = queries.pattern_page(AnonymousUser(), pattern)
        shown[sheet.slug] = {(row.url, row.how) for row in page.related}
        if pattern.is_starter and pattern.evidence != Evidence.NONE and not sheet.card.sources:
            yield f"{sheet.slug} says “{page.level}”, and gives no source."
    yield from _on_both(shown, relations)


def _on_both(
    shown: Mapping[str, set[tuple[str, str]]], relations: list[dict[str, Any]]
) -> Iterator[str]:
    """``shown`` is what each page says, as (address, how). Where members have taken over one of
    the two, they say how it is related."""
    starters = set(
        Pattern.objects.filter(is_starter=True, slug__in=shown).values_list("slug", flat=True)
    )
    found = PatternRelation.objects.order_by("pk")
    kept = list(found.values_list("source__slug", "how", "target__slug"))
    for row in relations:
        is_loaded = {row["from"], row["to"]} <= starters
        if is_loaded and kept.count((row["from"], row["how"], row["to"])) != 1:
            yield f"the relation {row['from']} → {row['to']} is not in the database."
    for source, how, target in kept:
        for here, there, is_ours in ((source, target, True), (target, source, False)):
            address = reverse("patterns:pattern", args=[there])
            words = str(read(how, is_ours=is_ours).label)
            if here in shown and (address, words) not in shown[here]:
                yield f"the page of {here} does not say “{words}” of {there}."
