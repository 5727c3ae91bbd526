"""What somebody tells of what they tried, checked and rendered. Pure: no database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from media4sec.kit import markdown, typed
from media4sec.kit.errors import Refused
from media4sec.kit.models import Face, Theme
from media4sec.members.countries import LANGUAGE_CODES, country_choices
from media4sec.members.models import Group
from media4sec.patterns.models import (
    EMMIE,
    PARTS,
    QUALITY,
    Actor,
    Evidence,
    Experience,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Size,
    Variation,
)

LONGEST_PART, LONGEST_BOX, LONGEST_SOURCE = 10_000, 600, 300
MOST_SOURCES, MOST_PATTERNS = 6, 3
LONGEST_PLACE = 100


@dataclass(frozen=True)
class Account:
    """The note, and what a full entry adds to it."""

    title: str
    happened: str
    outcome: str
    theme: Theme | None
    country: str
    did: str = ""
    place: str = ""
    patterns: tuple[Pattern, ...] = ()
    variation: str = ""
    other_theme: Theme | None = None
    face: str = ""
    language: str = "en"
    size: str = ""
    actors: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    evidence: int = Evidence.STORY
    parts: Mapping[str, str] = field(default_factory=dict)
    emmie: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    contact: str = Experience.Contact.NONE

    @classmethod
    def of(cls, experience: Experience, patterns: Iterable[Pattern]) -> Account:
        """What an experience says now."""
        said: dict[str, Any] = {
            name: getattr(experience, name) for name in (*_PLAIN, "parts", "emmie")
        }
        said |= {name: tuple(getattr(experience, name)) for name in _LISTS}
        return cls(**said, patterns=tuple(patterns))

    def html(self) -> dict[str, str]:
        """Rendered once, when it is told."""
        texts = {"did": self.did, "happened": self.happened, **self.parts}
        return {name: markdown.render(text) for name, text in texts.items() if text}

    def put_on(self, experience: Experience) -> None:
        """Write it on the row; the patterns are the caller's."""
        for name in _PLAIN:
            setattr(experience, name, getattr(self, name))
        for name in _LISTS:
            setattr(experience, name, list(getattr(self, name)))
        experience.parts, experience.emmie = dict(self.parts), dict(self.emmie)
        experience.html = self.html()

    def as_text(self) -> str:
        """All of it in words, a line or a paragraph each: for the history."""
        said = [self.did, self.happened]
        said += [
            f"{title}: {self.parts[name]}" for name, title in PARTS.items() if name in self.parts
        ]
        said += [f"{term}: {value}" for term, value in self._facts() if value]
        said += [_box_in_words(name, box) for name, box in self.emmie.items()]
        return "\n\n".join(each for each in said if each)

    def _facts(self) -> list[tuple[str, str]]:
        """As its history names them: never the place, which Chatham may hide."""
        themes = [theme.title for theme in (self.theme, self.other_theme) if theme]
        rows = [
            (_("Patterns"), ", ".join(pattern.title for pattern in self.patterns)),
            (_("Themes"), ", ".join(themes)),
            (_("Outcome"), str(Outcome(self.outcome).label)),
            (_("Size of the place"), str(Size(self.size).label) if self.size else ""),
            (_("Known from"), str(Evidence(self.evidence).label)),
        ]
        lists = [(_("Who acted"), Actor, self.actors), (_("For whom"), Group, self.groups)]
        lists += [(_("Platforms"), Platform, self.platforms), (_("When"), Phase, self.phases)]
        named = [
            (term, ", ".join(str(kind(v).label) for v in values)) for term, kind, values in lists
        ]
        return [*rows, *named]


def _box_in_words(name: str, box: Mapping[str, Any]) -> str:
    sources = "; ".join(box.get("sources", ()))
    said = f"{EMMIE[name][0]} ({QUALITY[box.get('quality', 0)]}): {box.get('says', '')}"
    return f"{said} ({sources})" if sources else said


_PLAIN = (
    "title",
    "did",
    "happened",
    "outcome",
    "theme",
    "other_theme",
    "country",
    "place",
    "variation",
    "face",
    "language",
    "size",
    "evidence",
    "contact",
)
_LISTS = ("actors", "groups", "platforms", "phases")


# Clean and complete


def check(said: Account) -> Account:
    """Clean and complete, or Refused with the sentence that says what is missing."""
    if said.theme is None:
        raise Refused(_("Choose the theme it belongs to."))
    if said.country not in dict(country_choices()) or not said.country:
        raise Refused(_("Choose the country from the list."))
    other = said.other_theme if said.other_theme != said.theme else None
    return replace(
        said,
        title=typed.clean_title(said.title),
        did=_text(said.did, _("Say in a few words what you did."), is_needed=not said.variation),
        happened=_text(said.happened, _("Say in a few words what happened.")),
        outcome=_one(said.outcome, Outcome, _("Choose what came of it.")),
        other_theme=other,
        place=_line(said.place, LONGEST_PLACE),
        patterns=_patterns(said.patterns),
        variation=_maybe(said.variation, Variation),
        face=_maybe(said.face, Face),
        language=said.language if said.language in LANGUAGE_CODES else "en",
        size=_maybe(said.size, Size),
        actors=_several(said.actors, Actor),
        groups=_several(said.groups, Group),
        platforms=_several(said.platforms, Platform),
        phases=_several(said.phases, Phase),
        evidence=_evidence(said.evidence),
        parts=_parts(said.parts),
        emmie={name: box for name in EMMIE if (box := _box(said.emmie.get(name, {})))},
        contact=_one(said.contact, Experience.Contact, _("Choose how people may reach you.")),
    )


def _text(text: str, missing: str, *, is_needed: bool = True) -> str:
    # Cleaning takes time in proportion: what is far too long is not even cleaned.
    clean = markdown.clean_text(text) if len(text) <= 2 * LONGEST_PART else text
    if not clean and is_needed:
        raise Refused(missing)
    if len(clean) > LONGEST_PART:
        raise Refused(
            _("“%(start)s…” is too long. Shorten it to %(most)d letters or fewer.")
            % {"start": clean[:30], "most": LONGEST_PART}
        )
    return clean


def _line(text: str, most: int) -> str:
    line = markdown.clean_line(text)
    if len(line) > most:
        raise Refused(
            _("“%(start)s…” is too long. Shorten it to %(most)d letters or fewer.")
            % {"start": line[:30], "most": most}
        )
    return line


def _one(value: str, choices: Any, missing: str) -> str:
    if value not in choices:
        raise Refused(missing)
    return str(value)


def _maybe(value: str, choices: Any) -> str:
    return _one(value, choices, _("Choose from the list.")) if value else ""


def _several(values: Collection[str], choices: Any) -> tuple[str, ...]:
    """Each once, in the order of the list."""
    for value in values:
        _one(value, choices, _("Choose from the list."))
    return tuple(str(each) for each in choices if each in values)


def _patterns(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    once = tuple(dict.fromkeys(patterns))
    if len(once) > MOST_PATTERNS:
        raise Refused(_("Name at most %(most)d patterns.") % {"most": MOST_PATTERNS})
    return once


def _evidence(level: int) -> int:
    if level not in Evidence or level == Evidence.NONE:
        raise Refused(_("Choose how it is known. A story is enough."))
    return int(level)


def _parts(parts: Mapping[str, str]) -> dict[str, str]:
    clean = {name: _text(parts.get(name, ""), "", is_needed=False) for name in PARTS}
    return {name: text for name, text in clean.items() if text}


def _box(said: Mapping[str, Any]) -> dict[str, Any]:
    """A box of evidence; nothing when it says nothing."""
    says = _line(said.get("says", ""), LONGEST_BOX)
    sources = [line for each in said.get("sources", ()) if (line := _line(each, LONGEST_SOURCE))]
    if not says:
        if sources:
            raise Refused(_("Say what the source says: a source alone is no evidence."))
        return {}
    if len(sources) > MOST_SOURCES:
        raise Refused(_("Name at most %(most)d sources in a box.") % {"most": MOST_SOURCES})
    quality = said.get("quality", 0)
    if quality not in range(len(QUALITY)):
        raise Refused(_("Choose how good the evidence is from the list."))
    return {"says": says, "quality": int(quality), "sources": sources}
