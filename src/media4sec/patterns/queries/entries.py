"""How patterns and experiences leave the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects

from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Withheld
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.members.speakers import sealed, speakers_of
from media4sec.patterns.models import PARTS, Experience, Pattern


def fetch_patterns(pks: Iterable[int]) -> list[Pattern]:
    """These patterns. What is archived is there for who has its address, and found by nobody."""
    found = Pattern.objects.current().filter(pk__in=list(pks))
    return list(found.select_related("author"))


def pattern_entry(pattern: Pattern) -> Entry:
    """Public, all of it."""
    faces = {face for face, *_ in pattern.beside.get("judgements", [])}
    return Entry(
        ref=Ref.to(pattern),
        title=pattern.title,
        text=pattern.text,
        html=_html(pattern),
        url=pattern.get_absolute_url(),
        label=Label.CLEAR,
        attribution=Attribution.NAMED,
        author=pattern.author.shown_name if pattern.author else settings.SITE_NAME,
        author_id=pattern.author_id,
        at=pattern.published_at,
        themes=tuple(pk for pk in (pattern.theme_id, pattern.other_theme_id) if pk),
        face=faces.pop() if len(faces) == 1 else "",
        language=pattern.language,
        summary=pattern.summary,
        changed_at=pattern.changed_at,
        is_reviewed=pattern.is_reviewed,
    )


def _html(pattern: Pattern) -> str:
    """Context and solution; the steps are on its page."""
    html = pattern.html
    return f"{html.get('context', '')}<p>{html.get('therefore', '')}</p>"


def fetch_experiences(pks: Iterable[int]) -> list[Experience]:
    """These experiences with all their entries need; the sealed speakers in one query."""
    found = list(
        Experience.objects.filter(pk__in=list(pks), deleted_at__isnull=True).select_related(
            "author", "after"
        )
    )
    prefetch_related_objects([each for each in found if each.label == Label.RED], "readers")
    speakers = speakers_of([each for each in found if each.is_chatham])
    for each in found:
        each.speaker = speakers.get((Ref.to(each), each.author_id))  # type: ignore[attr-defined]
    return found


def experience_entry(experience: Experience) -> Entry:
    """As far as its label and attribution let it go."""
    chatham = experience.is_chatham
    if chatham and not hasattr(experience, "speaker"):
        speaker = speakers_of([experience]).get((Ref.to(experience), experience.author_id))
        experience.speaker = speaker  # type: ignore[attr-defined]
    html = "".join(experience.html.get(name, "") for name in ("did", "happened", *PARTS))
    return Entry(
        ref=Ref.to(experience),
        title=experience.title,
        text=plain(html),
        html=html,
        url=experience.get_absolute_url(),
        label=Label(experience.label),
        attribution=Attribution(experience.attribution),
        author=(
            str(sealed(experience.speaker))  # type: ignore[attr-defined]
            if chatham
            else experience.author.shown_name
        ),
        author_id=None if chatham else experience.author_id,
        at=experience.told_at,
        circle_id=experience.circle_id,
        themes=tuple(pk for pk in (experience.theme_id, experience.other_theme_id) if pk),
        face=experience.face,
        language=experience.language,
        reader_ids=_readers(experience),
        changed_at=experience.edited_at,
        is_reviewed=experience.has_passed,
        is_withheld=experience.is_withheld,
    )


def _readers(experience: Experience) -> tuple[int, ...]:
    """Who a RED thing is for: its named readers, and who told it."""
    if experience.label != Label.RED:
        return ()
    named = {each.pk for each in experience.readers.all()}
    return tuple(sorted(named | {experience.author_id}))


def repeated(experience: Experience) -> list[int]:
    """Whose experience it repeats: they hear of it."""
    return [experience.after.author_id] if experience.after else []


def own_words(member: Member) -> list[dict[str, Any]]:
    """What a member told here, Chatham words included: for their own export."""
    found = Experience.objects.filter(author=member).select_related("theme", "other_theme")
    kept = _withheld(found)
    return [{**_own(each), **kept.get(each.pk, {})} for each in found.order_by("pk")]


def _own(each: Experience) -> dict[str, Any]:
    plain_facts = ("title", "did", "happened", "parts", "outcome", "country", "place", "size")
    facts = ("face", "actors", "groups", "platforms", "phases", "language", "evidence", "emmie")
    return {
        "url": f"/experiences/{each.pk}/",
        **{name: getattr(each, name) for name in (*plain_facts, *facts, "label", "attribution")},
        "themes": [theme.slug for theme in (each.theme, each.other_theme) if theme],
        "told_at": each.told_at.isoformat(),
        "edited_at": each.edited_at.isoformat() if each.edited_at else None,
        "deleted_at": each.deleted_at.isoformat() if each.deleted_at else None,
    }


def _withheld(experiences: Iterable[Experience]) -> dict[int, dict[str, Any]]:
    """What moderators hid is still its author's own."""
    hidden = [each.pk for each in experiences if each.is_withheld]
    rows = Withheld.objects.filter(thing_kind=Experience._meta.label_lower, thing_id__in=hidden)
    words = ("title", "did", "happened", "parts", "emmie", "place")
    return {row.thing_id: {name: row.words.get(name) for name in words} for row in rows}
