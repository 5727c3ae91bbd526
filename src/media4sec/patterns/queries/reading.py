"""A pattern's own page, its versions, and what was tried with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import cite
from media4sec.kit.clock import now
from media4sec.kit.models import Face
from media4sec.kit.refs import Ref
from media4sec.members.models import Group
from media4sec.patterns.card import Card, Note
from media4sec.patterns.models import (
    EMMIE,
    QUALITY,
    Actor,
    Evidence,
    Judgement,
    LawKind,
    Pattern,
    PatternVersion,
)
from media4sec.patterns.queries.tried import (
    Places,
    Tried,
    in_words,
    listed,
    places_of,
    rows_of_tried,
    told_in,
)
from media4sec.patterns.relating import read

#: So many experiences stand on a pattern's page; the catalogue has the others.
MOST_TRIED = 6
_JUDGEMENT = Judgement._meta.label_lower
_SOMEBODY = ("users-round", gettext_lazy("A member"))
_TONES = {LawKind.NEVER: "stop", LawKind.CARE: "warn", LawKind.ALLOWED: "ok"}


@dataclass(frozen=True)
class LawNote:
    tone: str
    word: str  # "Never"
    html: str
    laws: list[Any]


@dataclass(frozen=True)
class Box:
    """One of the five boxes of evidence."""

    title: str
    question: str
    says: str
    quality: int
    said: str
    sources: list[str]


@dataclass(frozen=True)
class Related:
    title: str
    url: str
    how: str
    because: str


@dataclass(frozen=True)
class Version:
    number: int
    day: date
    url: str


@dataclass(frozen=True)
class View:
    """How it looks from where somebody stands, or the gap where that was."""

    pk: int
    icon: str
    who: str
    because: str
    report_url: str


@dataclass(frozen=True)
class Balance:
    """How good, bad and ugly stand to each other, and why each is said."""

    face: str
    voices: list[View]


@dataclass(frozen=True)
class Reading:
    """The words of a pattern or of one of its versions, finished."""

    title: str
    summary: str
    html: dict[str, Any]
    law: list[LawNote]
    sources: list[Any]


@dataclass(frozen=True)
class VersionPage:
    """A version as it was published, with what was known by then."""

    version: PatternVersion
    reading: Reading
    boxes: list[Box]
    level: str


@dataclass(frozen=True)
class PatternPage:
    pattern: Pattern
    ref: Ref
    reading: Reading
    themes: list[Any]
    actors: list[str]
    boxes: list[Box]
    level: str
    balance: list[Balance]
    gaps: list[tuple[int, str]]  # of judgements
    related: list[Related]
    members: list[Related]  # the cards of a group, with what each does
    versions: list[Version]
    tried: list[Tried]
    tried_count: int
    summary_of_tried: str
    citation: str
    bibtex: str
    is_stale: bool


def pattern_at(slug: str) -> Pattern | None:
    return (
        Pattern.objects.filter(slug=slug)
        .select_related("theme", "other_theme", "group", "superseded_by")
        .first()
    )


def pattern_page(visitor: Any, pattern: Pattern) -> PatternPage:
    """All of a pattern's page: what it is, and one query for what was tried, or two."""
    shown, places = _tried(visitor, pattern)
    source = source_of(pattern)
    return PatternPage(
        pattern=pattern,
        ref=Ref.to(pattern),
        reading=reading_of(pattern.title, pattern.summary, pattern.content, pattern.html),
        themes=[theme for theme in (pattern.theme, pattern.other_theme) if theme],
        actors=[str(Actor(name).label) for name in pattern.actors if name in Actor],
        boxes=boxes_of(pattern.emmie),
        level=str(Evidence(pattern.evidence).label),
        balance=balance_of(pattern),
        gaps=gaps_of(pattern),
        related=_related(pattern),
        members=_members(pattern),
        versions=_versions(pattern),
        tried=shown,
        tried_count=places.told,
        summary_of_tried=in_words(places),
        citation=cite.plain(source),
        bibtex=cite.bibtex(source),
        is_stale=bool(pattern.review_by and pattern.review_by < now().date()),
    )


def version_page(pattern: Pattern, number: int) -> VersionPage | None:
    """A version as it was published, whatever has become of the pattern."""
    found = pattern.versions.filter(number=number).first()
    if found is None:
        return None
    words = found.content
    return VersionPage(
        version=found,
        reading=reading_of(found.title, words.get("summary", ""), words, found.html),
        boxes=boxes_of(found.emmie),
        level=str(Evidence(found.evidence).label),
    )


def reading_of(title: str, summary: str, content: dict[str, Any], html: dict[str, Any]) -> Reading:
    card = Card.read(content)
    notes = [_note(note, said) for note, said in zip(card.law, html.get("law", []), strict=False)]
    return Reading(title, summary, html, notes, list(card.sources))


def _note(note: Note, html: str) -> LawNote:
    kind = LawKind(note.kind)
    return LawNote(_TONES[kind], str(kind.label), html, note.laws)


def boxes_of(emmie: dict[str, Any]) -> list[Box]:
    """The boxes somebody has filled, in their order."""
    return [
        Box(
            str(title),
            str(question),
            said.get("says", ""),
            said.get("quality", 0),
            str(QUALITY[said.get("quality", 0)]),
            said.get("sources", []),
        )
        for name, (title, question) in EMMIE.items()
        if (said := emmie.get(name))
    ]


def balance_of(pattern: Pattern) -> list[Balance]:
    """Judgements by face: as many as there are, each with who sees it so and why."""
    by_face: dict[str, list[View]] = {}
    for face, group, because, pk in pattern.beside.get("judgements", []):
        icon, who = (Group(group).icon, Group(group).label) if group else _SOMEBODY
        report = f"/report/{Ref(_JUDGEMENT, pk)}/"
        by_face.setdefault(face, []).append(View(pk, icon, str(who), because, report))
    return [Balance(str(face), by_face[face]) for face in Face if face in by_face]


def gaps_of(pattern: Pattern) -> list[tuple[int, str]]:
    """Where moderators hid a reason, with what they say of it."""
    hidden = _("Hidden by a moderator.")
    return [(pk, f"{hidden} {why}".strip()) for pk, why in pattern.beside.get("gaps", [])]


def _related(pattern: Pattern) -> list[Related]:
    return [
        Related(
            row["title"],
            reverse("patterns:pattern", args=[row["slug"]]),
            str(read(row["how"], is_ours=row["is_ours"]).label),
            row["because"],
        )
        for row in pattern.beside.get("related", [])
    ]


def _versions(pattern: Pattern) -> list[Version]:
    return [
        Version(number, date.fromisoformat(day), _version_url(pattern, number))
        for number, day in pattern.beside.get("versions", [])
    ]


def _version_url(pattern: Pattern, number: int) -> str:
    return reverse("patterns:version", args=[pattern.slug, number])


def _members(pattern: Pattern) -> list[Related]:
    """The cards of a group."""
    return [
        Related(row["title"], reverse("patterns:pattern", args=[row["slug"]]), row["summary"], "")
        for row in pattern.beside.get("members", [])
    ]


# What was tried


def _tried(visitor: Any, pattern: Pattern) -> tuple[list[Tried], Places]:
    """The newest experiences this visitor may read, and what came of all of those."""
    readable = listed(visitor).filter(patterns=pattern)
    places = places_of(told_in(readable))
    if not places:
        return [], places
    return rows_of_tried(readable[:MOST_TRIED], visitor), places


# How to cite it


def source_of(pattern: Pattern, version: PatternVersion | None = None) -> cite.Source:
    """What a reference to a version is made of, the newest one unless told; it has the address
    of the version, where the words stay as they were."""
    number = version.number if version else pattern.version
    at = version.published_at if version else (pattern.changed_at or pattern.published_at)
    return cite.Source(
        key=f"{pattern.slug}-v{number}",
        type="pattern",
        title=version.title if version else pattern.title,
        authors=tuple(version.authors if version else maintainers_of(pattern))
        or (settings.SITE_NAME,),
        dated=at.date(),
        publisher=settings.SITE_NAME,
        number="",
        edition=str(number),
        language=pattern.language,
        url=f"{settings.SITE_URL}{_version_url(pattern, number)}",
        note=_known((version or pattern).evidence),
    )


def maintainers_of(pattern: Pattern) -> list[str]:
    """Who wrote the newest version, as they were named then."""
    return list(pattern.beside.get("authors", []))


def _known(evidence: int) -> str:
    """Whoever is shown the reference learns how well it was known then."""
    return _("How it is known: %(level)s") % {"level": Evidence(evidence).label}


def version_for_citing(slug: str, number: int) -> tuple[Pattern, PatternVersion] | None:
    found = (
        PatternVersion.objects.filter(pattern__slug=slug, number=number)
        .select_related("pattern")
        .first()
    )
    return (found.pattern, found) if found else None
