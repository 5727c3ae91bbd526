"""Asking who told an experience, and answering: the house carries the words, not the addresses."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown, typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import Experience, Inquiry

_SHORTEST, _LONGEST = 10, 3_000


@transaction.atomic
def inquire(experience: Experience, *, by: Member, text: str) -> Inquiry:
    """Ask; who told it reads the question with the name of who asks, and need not answer."""
    require(by, "patterns.inquire", experience)
    experience.refresh_from_db(from_queryset=Experience._base_manager.select_for_update())
    require(by, "patterns.inquire", experience)
    if experience.inquiries.filter(asker=by, answered_at__isnull=True).exists():
        raise Refused(_("Your first question waits for its answer. Wait for that, then ask on."))
    text = _clean(text)
    inquiry = Inquiry.objects.create(
        experience=experience,
        asker=by,
        text=text,
        html=markdown.render(text),
        asked_at=now(),
    )
    record(by, "asked", inquiry)
    return inquiry


@transaction.atomic
def answer_inquiry(inquiry: Inquiry, *, by: Member, text: str) -> Inquiry:
    """Answer once; who asked reads it, and nobody else does."""
    require(by, "patterns.answer_inquiry", inquiry)
    inquiry.refresh_from_db(from_queryset=Inquiry._base_manager.select_for_update())
    require(by, "patterns.answer_inquiry", inquiry)
    if inquiry.answered_at:
        raise Refused(_("This question is answered."))
    inquiry.answer = _clean(text)
    inquiry.answer_html = markdown.render(inquiry.answer)
    inquiry.answered_at = now()
    inquiry.save(update_fields=["answer", "answer_html", "answered_at"])
    record(by, "answered", inquiry)
    return inquiry


def _clean(text: str) -> str:
    ask = _("Write a sentence or two.")
    return typed.clean_words(text, most=_LONGEST, least=_SHORTEST, ask=ask)
