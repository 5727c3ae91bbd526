"""The remarks of one page, finished, and how they leave the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.kit import typed
from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain, trusted
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Withheld
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.members.models import is_reader
from media4sec.members.speakers import Byline, Names
from media4sec.replies.models import PAGE, Remark, under_readable


@dataclass(frozen=True)
class Row:
    """One remark as a page shows it, or the gap where it was."""

    pk: int
    byline: Byline | None
    at: datetime
    html: SafeString | str
    is_answer: bool
    gap: str  # "": it is there
    reason: str
    reply_url: str
    report_url: str
    own_url: str  # for its author: take it back, or why it is hidden


@dataclass(frozen=True)
class Below:
    """What stands under a thing."""

    rows: list[Row]
    title: str
    current: int
    pages: int

    @property
    def earlier(self) -> int:
        """The page before; 0 where this is the beginning."""
        return self.current - 1

    @property
    def later(self) -> int:
        return self.current + 1 if self.current < self.pages else 0


def below(ref: Ref, *, visitor: Any, page: str = "1") -> Below:
    """One page of what was left under a thing; a stranger's first page is one question."""
    shown = Remark.objects.on_the_page(ref)
    asked = typed.number(page) or 1
    found = list(_with_authors(shown)[: PAGE + 1])
    count, last, current = _visible(found), 1, 1
    if len(found) > PAGE:
        there = Remark.Standing.VISIBLE
        is_there = models.Q(standing=there, deleted_at__isnull=True)
        counts = shown.order_by().aggregate(
            all=models.Count("pk"), there=models.Count("pk", filter=is_there)
        )
        count, last = counts["there"], -(-counts["all"] // PAGE)
        current = min(max(asked, 1), last)
        begin = (current - 1) * PAGE
        found = found[:PAGE] if current == 1 else list(_with_authors(shown)[begin : begin + PAGE])
    title = ngettext("%d reply", "%d replies", count) % count
    return Below(_rows(found, ref, visitor), title, current, last)


def _with_authors(remarks: Any) -> Any:
    return remarks.select_related("author").defer("body")


def _visible(found: list[Remark]) -> int:
    return sum(1 for each in found if not each.is_withheld and not each.deleted_at)


def _rows(found: list[Remark], ref: Ref, visitor: Any) -> list[Row]:
    names = Names(visitor, [each.author for each in found if each.author])
    rows = [_row(each, ref, visitor, names) for each in found]
    return _merged(rows)


def _row(remark: Remark, ref: Ref, visitor: Any, names: Names) -> Row:
    gap = gap_of(remark)
    is_mine = is_reader(visitor) and remark.author_id == visitor.pk
    if is_mine:
        own = f"/decisions/{remark.decision_id}/" if remark.is_withheld else ""
        own = own or f"/replies/{remark.pk}/take-back/"
    return Row(
        pk=remark.pk,
        byline=None if gap else byline_of(remark, names),
        at=remark.posted_at,
        html="" if gap else trusted(remark.body_html),
        is_answer=remark.thread_id is not None,
        gap=gap,
        reason=remark.standing_reason,
        reply_url="" if gap else f"/replies/to/{ref}/?answers={remark.pk}#reply",
        report_url="" if gap or is_mine else f"/report/{Ref.to(remark)}/",
        own_url=own if is_mine and not remark.deleted_at else "",
    )


def gap_of(remark: Remark) -> str:
    """What stands where a remark was; "" where it is."""
    if remark.deleted_at:
        return _("Withdrawn by the person who wrote it.")
    if remark.standing == Remark.Standing.DECLINED:
        return _("A moderator did not publish this reply.")
    if remark.standing == Remark.Standing.HIDDEN:
        return _("Hidden by a moderator.")
    return ""


def _merged(rows: list[Row]) -> list[Row]:
    """The same gap many times in a row is one gap: who floods a page marks it once."""
    kept: list[Row] = []
    for row in rows:
        last = kept[-1] if kept else None
        same = last is not None and (last.gap, last.reason, last.is_answer) == (
            row.gap,
            row.reason,
            row.is_answer,
        )
        if not (row.gap and same and not row.own_url):
            kept.append(row)
    return kept


def byline_of(remark: Remark, names: Names) -> Byline:
    """A member as they let this reader know them; a guest by the name they gave."""
    if remark.author is not None:
        return names.named(remark.author)
    return Byline(name=remark.guest_name, role=_("Guest"))


def page_of(remark: Remark) -> int:
    """On which page of its thing a remark stands."""
    shown = Remark.objects.on_the_page(remark.ref).order_by()
    before = models.Q(thread_id__lt=remark.root_id) | models.Q(
        thread__isnull=True, pk__lt=remark.root_id
    )
    same = models.Q(thread_id=remark.root_id, pk__lt=remark.pk) | models.Q(
        pk=remark.root_id, pk__lt=remark.pk
    )
    return int(shown.filter(before | same).count() // PAGE + 1)


def held() -> models.QuerySet[Remark]:
    """What waits for a moderator, the oldest first. Under what is gone nothing has to wait."""
    waiting = Remark.objects.there().filter(standing=Remark.Standing.HELD)
    return waiting.filter(under_readable(AnonymousUser())).order_by("posted_at", "pk")


# How they leave the house


def fetch(pks: Iterable[int]) -> list[Remark]:
    """These remarks with the entries of what they stand under: one fetch for each kind of that.

    Where that is gone or retracted, what stood under it is nowhere either.
    """
    found = list(
        Remark.objects.there()
        .filter(pk__in=list(pks))
        .select_related("author", "answers_to")
        .order_by("posted_at", "pk")
    )
    things: dict[Ref, Entry] = {}
    for name in {each.thing_kind for each in found} & set(kinds()):
        kind = kinds()[name]
        for thing in kind.fetch({each.thing_id for each in found if each.thing_kind == name}):
            things[Ref.to(thing)] = kind.entry(thing)
    for remark in found:
        remark.under = things.get(remark.ref)  # type: ignore[attr-defined]
    return [remark for remark in found if remark.ref in things]


def entry(remark: Remark) -> Entry:
    """It travels under its thing's title, exactly as far as that may."""
    under = remark.under if hasattr(remark, "under") else _entry_of(remark.ref)
    said = Entry(
        ref=Ref.to(remark),
        title=under.title if under else "",
        text=plain(remark.body_html),
        html=remark.body_html,
        url=remark.get_absolute_url(),
        label=under.label if under else Label.RED,
        attribution=Attribution.NAMED,
        author=remark.author.shown_name if remark.author else remark.guest_name,
        author_id=remark.author_id,
        at=remark.posted_at,
        is_withheld=_is_nobodys(remark) or under is None or under.is_withheld,
    )
    if under is None:
        return said
    return replace(
        said,
        circle_id=under.circle_id,
        themes=under.themes,
        face=under.face,
        language=under.language,
        reader_ids=under.reader_ids,
    )


def _is_nobodys(remark: Remark) -> bool:
    gone = remark.deleted_at is not None or remark.confirmed_at is None
    return gone or remark.is_withheld


def _entry_of(ref: Ref) -> Entry | None:
    if ref.kind not in kinds():
        return None
    found = next(iter(kind_of(ref).fetch([ref.pk])), None)
    return kind_of(ref).entry(found) if found is not None else None


def answered_by(remark: Remark) -> list[int]:
    """Whose words it answers, if a member's."""
    answered = remark.answers_to
    return [answered.author_id] if answered and answered.author_id else []


def own_words(member: Any) -> list[dict[str, Any]]:
    """What a member left here, also what moderators hid: for the file they take along."""
    remarks = list(Remark.objects.filter(author=member).order_by("pk"))
    kept = Withheld.objects.filter(
        thing_kind=Remark._meta.label_lower,
        thing_id__in=[each.pk for each in remarks if each.is_withheld],
    )
    hidden = {each.thing_id: each.words.get("body", "") for each in kept}
    return [
        {
            "url": each.get_absolute_url(),
            "body": hidden.get(each.pk, each.body),
            "written_at": each.posted_at.isoformat(),
            "standing": each.standing,
        }
        for each in remarks
    ]
