"""Secret links to what has not appeared: for somebody without an account, for a few days."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.journal.models import Article, Preview
from media4sec.journal.services.articles import enter
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member

#: How long we remember that there was a link.
_KEPT = timedelta(days=30)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_preview(article: Article, *, by: Member) -> str:
    """The token of a new link. It is told once: we keep only its hash."""
    enter(article, by=by, permission="journal.edit_article")
    if article.is_public:
        raise Refused(_("This article has appeared. Its own address is enough."))
    if article.previews.open().count() >= Preview.MOST:
        raise Refused(_("There are ten open links already. Close one first."))
    token = secrets.token_urlsafe(32)
    Preview.objects.create(
        article=article,
        token_hash=hash_of(token),
        made_by=by,
        made_at=now(),
        expires_at=now() + Preview.LASTS,
    )
    record(by, "opened_preview", article)
    return token


@transaction.atomic
def revoke_preview(preview: Preview, *, by: Member) -> None:
    """Close a link before its time."""
    require(by, "journal.edit_article", preview.article)
    if preview.revoked_at is None:
        preview.revoked_at = now()
        preview.save(update_fields=["revoked_at"])
        record(by, "revoked_preview", preview.article)


def sweep_previews() -> None:
    """House-keeping: forget links that ended a month ago."""
    Preview.objects.filter(expires_at__lt=now() - _KEPT).delete()
