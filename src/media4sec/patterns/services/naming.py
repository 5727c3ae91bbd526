"""How who told an experience is named: as they want it, also afterwards, and everywhere at once."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import revisions
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution
from media4sec.kit.models import Link
from media4sec.kit.refs import Ref
from media4sec.members import sharing
from media4sec.members.models import Member
from media4sec.members.speakers import let_speak
from media4sec.patterns.models import Experience, Voice
from media4sec.patterns.queries.origins import origin_at
from media4sec.patterns.services.telling import enter, hide_country


@transaction.atomic
def seal_experience(experience: Experience, *, by: Member) -> Experience:
    """Take the name off, for all who read it from now on: with it go place, contact and history.

    Discussions refuse this once somebody has read them, for there the seal is a promise among
    several people. Here it is one author's wish, and its page says what it cannot do.
    """
    enter(experience, by=by, permission="patterns.name_experience")
    if experience.is_chatham:
        return experience
    if any(by.name.casefold() in said.casefold() for said in _words_of(experience) if by.name):
        raise Refused(_("Your name stands in the text, or at a file. Take it out first."))
    experience.attribution = Attribution.CHATHAM
    experience.contact = Experience.Contact.NONE
    _seal(experience, [by, *_voices_beside(experience), *_reviewers_of(experience)])
    hide_country(experience)
    experience.save(update_fields=["attribution", "contact", "hides_country"])
    revisions.wipe(experience)
    record(by, "sealed", experience, within=experience.circle)
    return experience


def _words_of(experience: Experience) -> Iterator[str]:
    """All that others read of it."""
    yield from (experience.title, experience.did, experience.happened)
    yield from experience.parts.values()
    for box in experience.emmie.values():
        yield from (box["says"], *box["sources"])
    for file in experience.attachments:
        yield from (file["name"], file.get("alt", ""))


def _voices_beside(experience: Experience) -> list[Member]:
    voices = Voice.objects.under(Ref.to(experience)).there().select_related("author")
    return [voice.author for voice in voices]


def _reviewers_of(experience: Experience) -> list[Member]:
    return [review.reviewer for review in experience.reviews.signed().select_related("reviewer")]


def _seal(experience: Experience, people: list[Member]) -> None:
    """They are speakers from now on, and nobody's cover: they were read under their names."""
    for member in people:
        speaker = let_speak(member, experience)
        speaker.named_at = now()
        speaker.save(update_fields=["named_at"])


@transaction.atomic
def reveal_experience(experience: Experience, *, by: Member) -> Experience:
    """Show the name, of the author alone, wherever it is read: whoever told beside it stays
    unnamed."""
    enter(experience, by=by, permission="patterns.name_experience")
    if not experience.is_chatham:
        return experience
    refuse_reveal(experience, by=by)
    speaker = let_speak(by, experience)
    speaker.named_at = now()
    speaker.save(update_fields=["named_at"])
    experience.attribution = Attribution.NAMED
    experience.was_sealed, experience.hides_country = True, False
    experience.save(update_fields=["attribution", "was_sealed", "hides_country"])
    record(by, "revealed", experience, within=experience.circle)
    return experience


def refuse_reveal(experience: Experience, *, by: Member) -> None:
    """Before the question is asked, too: is it one's own to say?"""
    sharing.refuse_archived(experience.circle)
    here = Ref.to(experience)
    came = Link.objects.filter(
        source_kind=here.kind, source_id=here.pk, relation=Link.Relation.AROSE_FROM
    )
    sources = [origin_at(by, str(link.target)) for link in came]
    if any(source is None or source.is_chatham for source in sources):
        raise Refused(
            _("This came from something said in Chatham House mode: nobody is named here, either.")
        )
