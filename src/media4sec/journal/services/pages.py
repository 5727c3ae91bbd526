"""Changing the pages about this site."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.journal import rules, writing  # noqa: F401 - whoever comes in meets the rules
from media4sec.journal.models import Page
from media4sec.kit import revisions, typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.models import Revision
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.models import Member


@transaction.atomic
def edit_page(
    page: Page, *, by: Member, base_version: int, title: str, summary: str, body: str
) -> Page:
    """Change a page; how it read stays in its history."""
    require(by, "journal.edit_page", page)
    page.refresh_from_db(from_queryset=Page.objects.select_for_update())
    if base_version != page.version:
        raise EditedMeanwhile
    title = typed.clean_title(title, most=100)
    summary = writing.clean_sentence(
        summary, missing=_("Say in one sentence what stands here."), most=200
    )
    text = typed.clean_body(body)
    if (title, summary, text) == (page.title, page.summary, page.body):
        return page
    revisions.keep(
        page,
        title=page.title,
        body=writing.joined(page.summary, page.body),
        version=page.version,
        at=page.changed_at,
    )
    page.title, page.summary, page.body = title, summary, text
    page.version += 1
    page.changed_at, page.changed_by = now(), by
    page.save(update_fields=["title", "summary", "body", "version", "changed_at", "changed_by"])
    record(by, "edited", page, version=page.version)
    return page


@transaction.atomic
def restore_page(page: Page, *, by: Member, base_version: int, version: int) -> Page:
    """Let it read as it did in that version."""
    require(by, "journal.edit_page", page)
    here = Ref.to(page)
    old = Revision.objects.filter(thing_kind=here.kind, thing_id=here.pk, version=version).first()
    if old is None:
        raise Refused(_("There is no such version."))
    summary, body = writing.parted(old.body)
    return edit_page(
        page, by=by, base_version=base_version, title=old.title, summary=summary, body=body
    )
