"""Which rules were in force since when, and what changed in them: in words, for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from media4sec.assessments.models import Release
from media4sec.assessments.packs.comparing import Change
from media4sec.assessments.packs.schema import Expiry
from media4sec.assessments.packs.shelf import countries, rulebook
from media4sec.assessments.queries import library
from media4sec.assessments.queries.addresses import guide_url
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref

#: Releases of a page; changes of one that it shows; provisions beside one change.
AT_A_TIME, MOST_CHANGES, MOST_LAWS = 10, 200, 4


@dataclass(frozen=True)
class Changed:
    """One place of a pack, in words."""

    change: Change
    what: str  # "Question"
    words: str
    url: str  # of its page in the guide or in the library, where it has one
    laws: list[tuple[str, str]]  # provisions it rests on: name and address
    is_gone: bool

    @property
    def name(self) -> str:
        return _("Taken out") if self.is_gone else str(_CHANGES[self.change][0])

    @property
    def tone(self) -> str:
        return _CHANGES[self.change][1]


@dataclass(frozen=True)
class ReleaseShown:
    release: Release
    changes: list[Changed]
    counts: str
    left: int  # changes that are not shown

    @property
    def is_first(self) -> bool:
        return not self.release.changes


#: From the one that people should see first. What is softened is marked as what needs a look.
_CHANGES = {
    Change.SOFTENED: (gettext_lazy("Softened, or not sure"), "stop"),
    Change.NEW: (gettext_lazy("New"), "ok"),
    Change.STRICTER: (gettext_lazy("Stricter"), "wait"),
    Change.REWORDED: (gettext_lazy("Worded otherwise"), ""),
}
_PARTS = {
    "red_lines": gettext_lazy("Red line"),
    "rules": gettext_lazy("Rule"),
    "questions": gettext_lazy("Question"),
    "activities": gettext_lazy("Activity"),
    "authorisations": gettext_lazy("Who must agree"),
    "safeguards": gettext_lazy("Safeguard"),
    "documents": gettext_lazy("Document"),
    "risks": gettext_lazy("Risk"),
    "sources": gettext_lazy("Provision"),
    "instruments": gettext_lazy("Law"),
    "criteria": gettext_lazy("Criterion"),
    "sections": gettext_lazy("Section"),
    "screen": gettext_lazy("The first ten questions"),
    "expiry": gettext_lazy("How long a decision holds"),
}
_EXPIRY = {
    Expiry.COVERT: gettext_lazy("Covert work"),
    Expiry.APPEAL: gettext_lazy("An appeal"),
    Expiry.EVENT: gettext_lazy("An event"),
    Expiry.AUTOMATED: gettext_lazy("What a machine does"),
    Expiry.OTHER: gettext_lazy("Anything else"),
}


def pack_shown(key: str) -> library.PackShown | None:
    """The pack that is in force under this name."""
    return next((each for each in library.packs_of() if each.head.id == key), None)


def releases_page(key: str, *, before: str = "", after: str = "") -> Page[Release]:
    """Of one pack, the newest first."""
    found = Release.objects.filter(pack=key)
    return keyset_page(found, by="since", before=before, after=after, size=AT_A_TIME)


def releases_shown(page: Page[Release]) -> list[ReleaseShown]:
    """Each with what it changed in the one before, which stands below it."""
    rows = page.rows
    before = [*rows[1:], _before(rows[-1]) if page.older else None] if rows else []
    return [_release_shown(each, old) for each, old in zip(rows, before, strict=True)]


def _release_shown(release: Release, before: Release | None) -> ReleaseShown:
    places: dict[str, set[str]] = {}
    for change, place in release.changes:
        places.setdefault(place, set()).add(change)
    strongest = [
        (next(each for each in _CHANGES if each in said), place) for place, said in places.items()
    ]
    order = [*_CHANGES]
    ranked = sorted(strongest, key=lambda each: (order.index(each[0]), each[1]))
    old = before.content["pack"] if before else {}
    shown = [
        _changed(change, place, release.content["pack"], old)
        for change, place in ranked[:MOST_CHANGES]
    ]
    counts = ", ".join(_counted(change, strongest) for change in order if _of(change, strongest))
    return ReleaseShown(release, shown, counts, max(0, len(ranked) - MOST_CHANGES))


def _before(release: Release) -> Release | None:
    return Release.objects.filter(pack=release.pack, pk__lt=release.pk).order_by("-pk").first()


def _of(change: Change, several: list[tuple[Change, str]]) -> int:
    return sum(each == change for each, _place in several)


def _counted(change: Change, several: list[tuple[Change, str]]) -> str:
    return f"{_of(change, several)} {str(_CHANGES[change][0]).lower()}"


def _changed(change: Change, place: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> Changed:
    part, _dot, key = place.partition(".")
    now, before = _found(part, key, new), _found(part, key, old)
    words, thing = now or before or (key, {})
    return Changed(
        change=change,
        what=str(_PARTS[part]),
        words=words,
        url=_address(part, key, new),
        laws=_laws(part, thing),
        is_gone=before is not None and now is None,
    )


def _found(part: str, key: str, pack: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The words of a place, and what stands there."""
    if part == "questions":
        return next(_of_question(key, pack), None)
    if part == "rules":
        rule = next((each for each in pack.get("rules", ()) if each["id"] == key), None)
        return (rule.get("because") or _notes(rule) or key, rule) if rule else None
    thing = pack.get(part, {})
    if not isinstance(thing, Mapping) or key not in thing:
        return None
    said = thing[key]
    if part == "expiry":
        return _("%(kind)s: %(days)d days") % {"kind": _EXPIRY[Expiry(key)], "days": said}, said
    return _title(said, key), said


def _of_question(key: str, pack: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for question in pack.get("questions", ()):
        if question["id"] == key:
            yield question["text"], question
        option = key.removeprefix(f"{question['id']}.")
        if option != key and option in question.get("options", {}):
            said = question["options"][option]
            yield f"{question['text']} → {said['text']}", said


def _title(said: Any, key: str) -> str:
    if isinstance(said, Mapping):
        return str(said.get("title") or said.get("says") or said.get("name") or key)
    return str(said)


def _notes(rule: Mapping[str, Any]) -> str:
    return " ".join(each["note"] for each in rule["effects"] if "note" in each)


def _address(part: str, key: str, pack: Mapping[str, Any]) -> str:
    """Of its page in the guide of the country, or in the library, as they are today."""
    code = pack["pack"]["jurisdiction"]
    country = code if code in {each.pack.jurisdiction for each in countries()} else ""
    if part == "activities" and key in rulebook(country).whole.activities:
        return guide_url(key, country)
    if part == "sources" and library.is_there(key):
        return reverse("assessments:provision", args=[key])
    return ""


def _laws(part: str, thing: Any) -> list[tuple[str, str]]:
    """The provisions that a place rests on, as far as the library has them."""
    if part == "sources" or not isinstance(thing, Mapping):
        return []
    named = [*thing.get("sources", ()), *thing.get("rights", ())]
    named += [source for effect in thing.get("effects", ()) for source in effect["sources"]]
    known = [each for each in dict.fromkeys(named) if library.is_there(each)][:MOST_LAWS]
    day = now().date()
    places = [library.place_of(each, day)[1] for each in known]
    return [(place.provision.name, place.url) for place in places]


# As it leaves the house


def fetch_releases(pks: Iterable[int]) -> list[Release]:
    return list(Release.objects.filter(pk__in=list(pks)))


def release_entry(release: Release) -> Entry:
    """Public: what the rules are is no secret."""
    count = len({place for _change, place in release.changes})
    said = (
        ngettext("%(count)d place changed.", "%(count)d places changed.", count) % {"count": count}
        if count
        else _("These rules are in force.")
    )
    return Entry(
        ref=Ref.to(release),
        title=_("Rules: %(title)s %(number)s") % {"title": release.title, "number": release.number},
        text=said,
        html=format_html("<p>{}</p>", said),
        url=release.get_absolute_url(),
        label=Label.CLEAR,
        attribution=Attribution.NAMED,
        author="",
        author_id=None,
        at=release.since,
        summary=said,
    )
