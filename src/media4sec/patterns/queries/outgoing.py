"""Patterns and experiences as records of a file: what the asker may read and take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Door, Extent, Label, extent, narrower
from media4sec.members.audience import SharedQuerySet, can_read
from media4sec.members.models import is_reader
from media4sec.patterns.card import Card
from media4sec.patterns.exchange import Record, blank
from media4sec.patterns.models import EMMIE, PARTS, Evidence, Experience, Pattern
from media4sec.patterns.queries.entries import experience_entry, fetch_experiences, pattern_entry

#: So many rows are in memory at once.
_CHUNK = 500


def door_of(visitor: Any) -> Door:
    """A stranger takes away what is public; a member what may be exported."""
    return Door.EXPORT if is_reader(visitor) else Door.PUBLIC


def pattern_records(visitor: Any) -> Iterator[Record]:
    """Every pattern, in the order of their numbers."""
    found = Pattern.objects.visible_to(visitor)
    found = found.select_related("theme", "other_theme", "group", "author").defer("html", "text")
    for chunk in _chunks(found):
        for pattern in chunk:
            entry = pattern_entry(pattern).through(door_of(visitor))
            if entry is not None:
                yield pattern_record(pattern, entry)


def pattern_record(pattern: Pattern, entry: Entry) -> Record:
    card = Card.read(pattern.content).kept()
    lists = ("forces", "steps", "limits")
    related = [row for row in pattern.beside.get("related", []) if row["is_ours"]]
    return {
        **blank("patterns"),
        **{name: card[name] for name in ("context", "therefore")},
        **{name: list(card[name]) for name in lists},
        "slug": pattern.slug,
        "title": entry.title,
        "summary": entry.summary,
        "law": [{**note, "provisions": list(note["provisions"])} for note in card["law"]],
        "sources": list(card["sources"]),
        **_facts(pattern),
        "group": pattern.group.slug if pattern.group else "",
        "related": [
            {"how": row["how"], "to": row["slug"], "because": row["because"]} for row in related
        ],
        "is_group": pattern.is_group,
        "origin": pattern.origin,
        "state": pattern.state,
        "version": pattern.version,
        **_picture(pattern),
        **_dates("published", entry),
        "label": str(entry.label),
    }


def _picture(pattern: Pattern) -> Record:
    """Its address, for whoever reads the file; nobody brings a picture with a file."""
    picture = pattern.picture
    if not picture:
        return {}
    return {
        "picture": f"{settings.SITE_URL}/files/{picture['id']}/",
        "picture_shows": picture["alt"],
    }


def exportable(visitor: Any) -> SharedQuerySet:
    """The experiences this visitor may read, and whose label lets them out."""
    door = door_of(visitor)
    wide = [label for label in Label if extent(label, door) is Extent.FULL]
    found: SharedQuerySet = Experience.objects.visible_to(visitor).standing()
    return found.filter(label__in=wide)


def label_of_file(visitor: Any) -> Label:
    """The narrowest label of all that a file of experiences will hold."""
    labels = exportable(visitor).order_by().values_list("label", flat=True).distinct()
    return narrower(Label.CLEAR, *labels)


def experience_records(visitor: Any, label: Label) -> Iterator[Record]:
    """Every experience this visitor may take away, and nothing narrower than the label of the
    file. Asked anew for each part: who is shut out while it is written gets no more."""
    last = 0
    wide = [each for each in Label if not label.is_wider_than(each)]
    while True:
        rows = exportable(visitor).filter(pk__gt=last, label__in=wide).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:_CHUNK])
        if not pks:
            return
        last = pks[-1]
        yield from _records(pks, visitor)


def _records(pks: list[int], visitor: Any) -> Iterator[Record]:
    found = sorted(fetch_experiences(pks), key=lambda each: each.pk)
    about = _patterns_of(pks)
    themes = _themes_of(pks)
    before = [each.after_id for each in found if each.after_id]
    known = set(exportable(visitor).filter(pk__in=before).values_list("pk", flat=True))
    for each in found:
        entry = experience_entry(each).through(door_of(visitor))
        # Narrowed since we chose it.
        if entry is None or not can_read(visitor, each):
            continue
        yield {
            **_words_of(each, entry),
            "themes": themes[each.pk],
            "patterns": about.get(each.pk, []),
            "after": each.after_id if each.after_id in known else None,
        }


def _words_of(each: Experience, entry: Entry) -> Record:
    """Its own words and facts. Under the seal, author, place and contact are not in it."""
    plain = ("did", "happened", "outcome", "variation", "face", "size", "attribution")
    return {
        **blank("experiences"),
        **{part: each.parts.get(part, "") for part in PARTS},
        **{name: str(getattr(each, name)) for name in plain},
        **_listed(each),
        "groups": list(each.groups),
        "title": entry.title,
        "country": each.shown_country,
        "place": each.shown_place,
        "label": str(entry.label),
        "contact": "" if each.is_chatham else str(each.contact),
        "number": each.pk,
        "state": str(each.state),
        "version": each.version,
        "reviewed_version": each.passed_version or None,
        "review_by": each.review_by.isoformat() if each.review_by else "",
        "by": entry.author,
        **_dates("told", entry),
    }


def _patterns_of(pks: list[int]) -> dict[int, list[str]]:
    pairs = Experience.patterns.through.objects.filter(experience_id__in=pks).order_by("pk")
    about: dict[int, list[str]] = {}
    for pk, slug in pairs.values_list("experience_id", "pattern__slug"):
        about.setdefault(pk, []).append(slug)
    return about


def _themes_of(pks: list[int]) -> dict[int, list[str]]:
    rows = Experience.objects.filter(pk__in=pks).order_by()
    named = rows.values_list("pk", "theme__slug", "other_theme__slug")
    return {pk: [slug for slug in (theme, other) if slug] for pk, theme, other in named}


def _facts(pattern: Pattern) -> Record:
    themes = [theme.slug for theme in (pattern.theme, pattern.other_theme) if theme]
    return {**_listed(pattern), "themes": themes}


def _listed(thing: Pattern | Experience) -> Record:
    said: Record = {
        "actors": list(thing.actors),
        "platforms": list(thing.platforms),
        "phases": list(thing.phases),
        "language": thing.language,
        "evidence": Evidence(thing.evidence).name.lower(),
    }
    for box in EMMIE:
        filled = thing.emmie.get(box)
        if filled:
            said[box] = filled.get("says", "")
            said[f"{box}_quality"] = filled.get("quality", 0)
            said[f"{box}_sources"] = list(filled.get("sources", []))
    return said


def _dates(first: str, entry: Entry) -> Record:
    changed = entry.changed_at.isoformat() if entry.changed_at else ""
    address = f"{settings.SITE_URL}{entry.url}"
    return {first: entry.at.isoformat(), "changed": changed, "address": address}


def _chunks(found: Any) -> Iterator[Iterable[Any]]:
    last = 0
    while chunk := list(found.filter(pk__gt=last).order_by("pk")[:_CHUNK]):
        last = chunk[-1].pk
        yield chunk
