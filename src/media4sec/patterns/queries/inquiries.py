"""Questions to whoever told an experience: the page of one, and how it leaves the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain, trusted
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.members.speakers import Byline, Names
from media4sec.patterns.models import Experience, Inquiry
from media4sec.patterns.queries.tried import rows_of_tried

MOST = 30


@dataclass(frozen=True)
class InquiryPage:
    inquiry: Inquiry
    ref: Ref
    experience: Experience
    question: SafeString
    answer: SafeString
    asker: Byline
    teller: Byline
    gap: str  # said in its place when moderators hid it
    may_answer: bool
    is_mine: bool  # asked by the visitor


def inquiry_at(visitor: Any, pk: int) -> Inquiry | None:
    """The question, if it is between this visitor and somebody else."""
    if pk >= 2**63:
        return None
    found = Inquiry.objects.visible_to(visitor).filter(pk=pk)
    return found.select_related("asker", "experience__author", "experience__circle").first()


def inquiry_page(visitor: Member, inquiry: Inquiry) -> InquiryPage:
    experience = inquiry.experience
    is_gap = inquiry.is_withheld
    return InquiryPage(
        inquiry=inquiry,
        ref=Ref.to(inquiry),
        experience=experience,
        question=trusted("" if is_gap else inquiry.html),
        answer=trusted("" if is_gap else inquiry.answer_html),
        asker=Names(visitor, [inquiry.asker]).named(inquiry.asker),
        teller=rows_of_tried([experience], visitor, is_page=True)[0].who,
        gap=f"{_('Hidden by a moderator.')} {inquiry.standing_reason}".strip() if is_gap else "",
        may_answer=not inquiry.answered_at and may(visitor, "patterns.answer_inquiry", inquiry),
        is_mine=inquiry.asker_id == visitor.pk,
    )


@dataclass(frozen=True)
class InquiryRow:
    """A question in the list beside its experience: to its author, or the visitor's own."""

    url: str
    asker: Byline
    is_mine: bool
    is_answered: bool


def inquiries_about(visitor: Any, experience: Experience) -> list[InquiryRow]:
    """Nothing is asked where nothing can be; else one query, and the names'."""
    if not visitor.is_authenticated or experience.contact != Experience.Contact.RELAY:
        return []
    found = Inquiry.objects.visible_to(visitor).filter(experience=experience)
    rows = list(found.select_related("asker")[:MOST])
    names = Names(visitor, [each.asker for each in rows])
    return [
        InquiryRow(
            url=each.get_absolute_url(),
            asker=names.named(each.asker),
            is_mine=each.asker_id == visitor.pk,
            is_answered=each.answered_at is not None,
        )
        for each in rows
    ]


# How they leave the house


def fetch_inquiries(pks: Iterable[int]) -> list[Inquiry]:
    found = Inquiry.objects.filter(pk__in=list(pks))
    return list(found.select_related("asker", "experience"))


def inquiry_entry(inquiry: Inquiry) -> Entry:
    """For the two of them: as what is RED, it stays on its page, and letters only hint at it."""
    experience = inquiry.experience
    return Entry(
        ref=Ref.to(inquiry),
        title=experience.title,
        text=plain(inquiry.html),
        html=inquiry.html,
        url=inquiry.get_absolute_url(),
        label=Label.RED,
        attribution=Attribution.CHATHAM,
        author=_("A member"),
        author_id=None,
        at=inquiry.asked_at,
        language=experience.language,
        reader_ids=(inquiry.asker_id, experience.author_id),
        is_withheld=inquiry.is_withheld or not experience.is_there,
    )


def writers_of_inquiry(inquiry: Inquiry) -> list[int]:
    return [inquiry.asker_id]


def asked_of(inquiry: Inquiry) -> list[int]:
    return [inquiry.experience.author_id]


def own_inquiries(member: Member) -> list[dict[str, Any]]:
    """What a member asked, and what they answered: for their export. Not what others wrote."""
    asked = Inquiry.objects.filter(asker=member).order_by("pk")
    answered = Inquiry.objects.filter(experience__author=member).exclude(answer="").order_by("pk")
    return [
        *({"url": each.get_absolute_url(), "asked": each.text} for each in asked),
        *({"url": each.get_absolute_url(), "answered": each.answer} for each in answered),
    ]
