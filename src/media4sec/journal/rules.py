"""Who may, in the journal."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.journal.models import Article, Document, Page
from media4sec.kit.permissions import permit
from media4sec.members.models import is_reader
from media4sec.members.rules import is_editor, is_in_good_standing


@rules.predicate
def wrote_it(member: Any, article: Article) -> bool:
    """Who began it, or is named as an author."""
    if not member.is_authenticated:
        return False
    # Not filtered: where the authors were fetched already, this asks nothing.
    authors = {each.member_id for each in article.authorships.all()}
    return article.written_by_id == member.pk or member.pk in authors


@rules.predicate
def sent_it_in(member: Any, article: Article) -> bool:
    return article.submitted_by_id == member.pk


@rules.predicate
def is_in_the_making(_member: Any, article: Article) -> bool:
    return article.state in {Article.State.DRAFT, Article.State.IN_REVIEW}


@rules.predicate
def reads_article(visitor: Any, article: Article) -> bool:
    """``visible_to`` for one article in hand; a test holds the two together."""
    if article.is_published:
        return True
    return is_reader(visitor) and (visitor.is_editor or wrote_it(visitor, article))


@rules.predicate
def reads_document(visitor: Any, document: Document) -> bool:
    return document.is_published or bool(is_editor(visitor))


@rules.predicate
def reads_page(_visitor: Any, _page: Page) -> bool:
    return True


permit("journal.view_article", reads_article, otherwise=_("This article is not open to you."))
permit("journal.view_document", reads_document, otherwise=_("This document is not open to you."))
permit("journal.view_page", reads_page, otherwise=_("This page is not open to you."))
permit(
    "journal.write",
    is_editor,
    otherwise=_("Editors write here. Ask an administrator to make you one."),
)
permit(
    "journal.edit_article",
    is_editor | (is_in_good_standing & wrote_it & is_in_the_making),
    otherwise=_("Only its authors can change a draft, and only editors what has appeared."),
)
permit(
    "journal.review",
    is_editor & ~sent_it_in & ~wrote_it,
    otherwise=_("Another editor must read it: not one who wrote it or sent it in."),
)
permit(
    "journal.order",
    is_editor,
    otherwise=_("Only editors schedule, retract and throw away articles."),
)
permit("journal.edit_page", is_editor, otherwise=_("Only editors change these pages."))
permit("journal.keep_library", is_editor, otherwise=_("Only editors look after the library."))
