"""Good, bad or ugly: how it stands, one's own, and how a judgement leaves the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Face
from media4sec.kit.refs import Ref
from media4sec.members.models import Group
from media4sec.patterns.models import Judgement, Pattern


@dataclass(frozen=True)
class Weight:
    """How many see it so, and how long their bar is."""

    face: str
    votes: int
    percent: int


def weights_of(pattern: Pattern) -> list[Weight]:
    """The balance of judgements in numbers; each with its reason stands beside it."""
    votes = pattern.beside.get("faces", {})
    most = max(votes.values(), default=0)
    return [
        Weight(str(face), votes.get(face, 0), round(100 * votes.get(face, 0) / most))
        for face in Face
        if most
    ]


def judgement_of(member: Any, pattern: Pattern) -> dict[str, Any]:
    """A member's own judgement, as its form shows it; nothing when there is none."""
    mine = Judgement.objects.filter(pattern=pattern, author=member.pk).first()
    if mine is None:
        return {}
    if mine.is_withheld:
        return {"decision_url": f"/decisions/{mine.decision_id}/"}
    return {"face": mine.face, "because": mine.because, "says_group": bool(mine.group)}


def judgement_at(visitor: Any, pk: int) -> Judgement | None:
    """The judgement, if this visitor may read it."""
    if pk >= 2**63:
        return None
    return Judgement.objects.visible_to(visitor).filter(pk=pk).select_related("pattern").first()


def fetch_judgements(pks: Iterable[int]) -> list[Judgement]:
    return list(Judgement.objects.filter(pk__in=list(pks)).select_related("pattern"))


def judgement_entry(judgement: Judgement) -> Entry:
    """From where it is seen, and why: who said it stands nowhere."""
    pattern = judgement.pattern
    who = Group(judgement.group).one if judgement.group else _("A member")
    return Entry(
        ref=Ref.to(judgement),
        title=pattern.title,
        text=judgement.because,
        html=format_html("<p>{}</p>", judgement.because),
        url=judgement.get_absolute_url(),
        label=Label.CLEAR,
        attribution=Attribution.CHATHAM,
        author=str(who),
        author_id=None,
        at=judgement.at,
        themes=tuple(pk for pk in (pattern.theme_id, pattern.other_theme_id) if pk),
        face=judgement.face,
        language=pattern.language,
        is_withheld=judgement.is_withheld,
    )
