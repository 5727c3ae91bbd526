"""How it was for us: said by those whom a practice touches, beside those who practise it."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown, typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member
from media4sec.members.speakers import let_speak
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import Experience, Pattern, Voice
from media4sec.patterns.services.summaries import keep_beside

_SHORTEST, _LONGEST = 20, 2_000


@transaction.atomic
def speak(thing: Pattern | Experience, *, by: Member, text: str) -> Voice:
    """Tell how it was. It is for the readers of the thing, and sealed where the thing is."""
    require(by, "patterns.speak", thing)
    manager: models.Manager[Any] = type(thing)._base_manager
    thing.refresh_from_db(from_queryset=manager.select_for_update())
    require(by, "patterns.speak", thing)
    ask = _("Tell it in a sentence or two.")
    text = typed.clean_words(text, most=_LONGEST, least=_SHORTEST, ask=ask)
    beside = {"pattern": thing} if isinstance(thing, Pattern) else {"experience": thing}
    if Voice.objects.there().filter(author=by, **beside).exists():
        raise Refused(_("You have told it here before. Take that back first, to tell it anew."))
    if isinstance(thing, Experience) and thing.seals_voices:
        let_speak(by, thing)
    voice = Voice.objects.create(
        **beside, author=by, text=text, html=markdown.render(text), said_at=now()
    )
    if isinstance(thing, Pattern):
        keep_beside([thing])
    record(by, "said", voice, within=thing)
    return voice


@transaction.atomic
def take_back_voice(voice: Voice, *, by: Member) -> None:
    """One's own words go for good; nothing stays in their place."""
    require(by, "patterns.take_back_voice", voice)
    voice.refresh_from_db(from_queryset=Voice._base_manager.select_for_update())
    require(by, "patterns.take_back_voice", voice)
    if voice.is_withheld:
        raise Refused(_("Moderators hid this text. It cannot be changed."))
    voice.text = voice.html = ""
    voice.deleted_at = now()
    voice.save(update_fields=["text", "html", "deleted_at"])
    if voice.pattern_id:
        keep_beside(Pattern.objects.select_for_update().filter(pk=voice.pattern_id))
    record(by, "withdrew", voice, within=voice.thing)
