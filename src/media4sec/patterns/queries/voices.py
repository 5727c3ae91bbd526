"""What affected people said, beside a pattern or an experience, and how it leaves the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain, trusted
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.models import is_reader
from media4sec.members.speakers import Byline, Names, sealed, speakers_of
from media4sec.patterns.models import AFFECTED, Experience, Pattern, Voice

#: So many stand beside their thing.
MOST = 12


@dataclass(frozen=True)
class VoiceRow:
    """One voice as this visitor may read it, or the gap where it was."""

    pk: int
    who: Byline | None
    html: SafeString
    at: datetime
    gap: str
    report_url: str
    own_url: str


@dataclass(frozen=True)
class Voices:
    """What stands beside a thing, and whether the visitor may add to it."""

    rows: list[VoiceRow]
    speak_url: str  # "" for those whose place it is not


def voices_of(visitor: Any, thing: Pattern | Experience) -> Voices:
    """One query where there are any, and one for the seal of a Chatham thing; whoever asks may
    read the thing."""
    found = _standing(thing)
    is_sealed = isinstance(thing, Experience) and thing.seals_voices
    speakers = speakers_of([thing]) if is_sealed and found else {}
    names = Names(visitor, [] if is_sealed else [each.author for each in found])
    rows = []
    for each in found:
        who = (
            sealed(speakers.get((Ref.to(thing), each.author_id)), visitor=visitor)
            if is_sealed
            else names.named(each.author)
        )
        rows.append(_row(each, who, visitor))
    return Voices(rows, _speak_url(visitor, thing, found))


def _standing(thing: Pattern | Experience) -> list[Voice]:
    if isinstance(thing, Pattern) and not thing.beside.get("voices"):
        return []
    found = Voice.objects.under(Ref.to(thing)).there().select_related("author").defer("text")
    return list(found[:MOST])


def _row(voice: Voice, who: Byline, visitor: Any) -> VoiceRow:
    is_mine = is_reader(visitor) and voice.author_id == visitor.pk
    gap = _("Hidden by a moderator.") if voice.is_withheld else ""
    own = f"/decisions/{voice.decision_id}/" if gap else f"/voices/{voice.pk}/take-back/"
    return VoiceRow(
        pk=voice.pk,
        who=None if gap else who,
        html=trusted("" if gap else voice.html),
        at=voice.said_at,
        gap=f"{gap} {voice.standing_reason}".strip(),
        report_url="" if gap or is_mine else f"/report/{Ref.to(voice)}/",
        own_url=own if is_mine else "",
    )


def _speak_url(visitor: Any, thing: Pattern | Experience, found: Iterable[Voice]) -> str:
    if not is_reader(visitor) or visitor.group not in AFFECTED:
        return ""
    if any(each.author_id == visitor.pk for each in found):
        return ""
    return f"{thing.get_absolute_url()}voice/"


def voice_at(visitor: Any, pk: int) -> Voice | None:
    """The voice, if this visitor may read it."""
    if pk >= 2**63:
        return None
    found = Voice.objects.visible_to(visitor).filter(pk=pk)
    return found.select_related("pattern", "experience").first()


# How they leave the house


def fetch_voices(pks: Iterable[int]) -> list[Voice]:
    """These voices with all their entries need; the sealed speakers in one query."""
    found = list(
        Voice.objects.there()
        .filter(pk__in=list(pks))
        .select_related("author", "pattern", "experience")
        .prefetch_related("experience__readers")
    )
    sealed_in = [
        each.experience for each in found if each.experience and each.experience.seals_voices
    ]
    speakers = speakers_of(sealed_in)
    for each in found:
        each.speaker = speakers.get((each.ref, each.author_id))  # type: ignore[attr-defined]
    return found


def voice_entry(voice: Voice) -> Entry:
    """Shared as its thing is, and not at all once that is gone."""
    thing = voice.thing
    experience = voice.experience
    chatham = bool(experience and experience.seals_voices)
    gone = bool(experience and (experience.deleted_at or experience.is_withheld))
    return Entry(
        ref=Ref.to(voice),
        title=thing.title,
        text=plain(voice.html),
        html=voice.html,
        url=voice.get_absolute_url(),
        label=Label(experience.label) if experience else Label.CLEAR,
        attribution=Attribution.CHATHAM if chatham else Attribution.NAMED,
        author=(
            sealed(getattr(voice, "speaker", None)).name if chatham else voice.author.shown_name
        ),
        author_id=None if chatham else voice.author_id,
        at=voice.said_at,
        circle_id=experience.circle_id if experience else None,
        themes=tuple(pk for pk in (thing.theme_id, thing.other_theme_id) if pk),
        language=thing.language,
        reader_ids=(
            tuple(sorted(reader.pk for reader in experience.readers.all())) if experience else ()
        ),
        is_withheld=voice.is_withheld or gone,
    )
