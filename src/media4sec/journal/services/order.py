"""From draft to published, and out again."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.journal import writing
from media4sec.journal.models import Article
from media4sec.journal.services.articles import enter
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.models import Member

_State = Article.State
_log = logging.getLogger(__name__)


@transaction.atomic
def submit(article: Article, *, by: Member) -> Article:
    """Ask another editor to read it."""
    enter(article, by=by, permission="journal.edit_article")
    _step(article, _State.IN_REVIEW)
    article.submitted_by, article.submitted_at = by, now()
    article.reviewed_by = article.reviewed_at = None
    article.review_note = ""
    return _save(article, by, "submitted")


@transaction.atomic
def take_back(article: Article, *, by: Member) -> Article:
    """Out of review, or off the calendar: it is a draft again."""
    enter(article, by=by, permission="journal.edit_article")
    _step(article, _State.DRAFT)
    article.reviewed_by = article.reviewed_at = article.publish_at = None
    return _save(article, by, "took_back")


@transaction.atomic
def send_back(article: Article, *, by: Member, note: str) -> Article:
    """Not yet, and why: its authors read the note."""
    enter(article, by=by, permission="journal.review")
    _refuse_unless_in_review(article)
    _step(article, _State.DRAFT)
    article.review_note = writing.clean_reason(note)
    return _save(article, by, "sent_back")


@transaction.atomic
def publish(article: Article, *, by: Member, version: int) -> Article:
    """Reviewed, and there for everybody from now on."""
    _review(article, by, version)
    _step(article, _State.PUBLISHED)
    article.published_at = now()
    return _save(article, by, "published")


@transaction.atomic
def schedule(article: Article, *, by: Member, version: int, at: datetime) -> Article:
    """Reviewed, and there for everybody from then on."""
    _review(article, by, version)
    _step(article, _State.SCHEDULED)
    if at <= now():
        raise Refused(_("This time has passed. Choose a later one, or publish it now."))
    article.publish_at = at
    return _save(article, by, "scheduled")


def publish_due() -> int:
    """Let appear what is due; asked once a minute. One that fails does not hold up the others."""
    done = 0
    for pk in list(Article.objects.due().order_by("publish_at").values_list("pk", flat=True)):
        try:
            done += _publish_at_its_time(pk, by=THE_HOUSE)
        except Exception:
            _log.exception("Article %s could not be published at its time", pk)
    return done


@transaction.atomic
def _publish_at_its_time(pk: int, *, by: Any) -> bool:
    # Two workers may look at the same minute: the second finds it published.
    article = Article.objects.select_for_update().due().filter(pk=pk).first()
    if article is None:
        return False
    _step(article, _State.PUBLISHED)
    # As promised, also when nobody was awake at that minute.
    article.published_at = article.publish_at
    _save(article, by, "published")
    return True


@transaction.atomic
def retract(article: Article, *, by: Member, reason: str) -> Article:
    """Its address stays and says why; the text leaves every list, feed and search."""
    enter(article, by=by, permission="journal.order")
    _step(article, _State.RETRACTED)
    article.retraction, article.retracted_at = writing.clean_reason(reason), now()
    return _save(article, by, "retracted")


def _review(article: Article, by: Member, version: int) -> None:
    enter(article, by=by, permission="journal.review")
    _refuse_unless_in_review(article)
    if version != article.version:
        raise Refused(_("The text was changed after you opened it. Read it again first."))
    article.reviewed_by, article.reviewed_at, article.review_note = by, now(), ""


def _refuse_unless_in_review(article: Article) -> None:
    if article.state != _State.IN_REVIEW:
        raise Refused(_("This article does not wait for a review any more."))


def _step(article: Article, state: str) -> None:
    Article.flow.check(article.state, state)
    article.state = _State(state)


def _save(article: Article, by: Any, verb: str) -> Article:
    article.save(
        update_fields=[
            "state",
            *("submitted_by", "submitted_at", "reviewed_by", "reviewed_at", "review_note"),
            *("publish_at", "published_at", "retracted_at", "retraction"),
        ]
    )
    record(by, verb, article, version=article.version)
    return article
