"""How articles, pages and documents leave the house, and what a member takes along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from media4sec.journal.models import Article, Document, Page
from media4sec.journal.queries.articles import with_members
from media4sec.journal.queries.pages import body_html
from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.models import Member

#: So much of the files' text is given to the index.
_MOST_LETTERS = 200_000
_LONGEST_SUMMARY = 300


def fetch_articles(pks: Iterable[int]) -> list[Article]:
    """These articles, with all their entries need. What is not published is nowhere."""
    found = Article.objects.published().filter(pk__in=list(pks))
    return list(found.prefetch_related(with_members()))


def writers_of(article: Article) -> list[int]:
    """The members among its authors: they hear of replies to it."""
    return [each.member_id for each in article.authorships.all() if each.member_id]


def article_entry(article: Article) -> Entry:
    """Public while it is published; before and after, no door lets it pass."""
    authors = list(article.authorships.all())
    members = [each.member for each in authors if each.member]
    return Entry(
        ref=Ref.to(article),
        title=article.title,
        text=f"{article.standfirst}\n{plain(article.body_html)}",
        html=article.body_html,
        url=article.get_absolute_url(),
        label=Label.CLEAR if article.is_published else Label.RED,
        attribution=Attribution.NAMED,
        author=", ".join(each.member.shown_name if each.member else each.guest for each in authors),
        author_id=members[0].pk if members else None,
        at=article.published_at or article.written_at,
        themes=tuple(pk for pk in (article.theme_id, article.other_theme_id) if pk),
        face=article.face,
        language=article.language,
        summary=article.standfirst,
        changed_at=article.changed_at,
    )


def fetch_documents(pks: Iterable[int]) -> list[Document]:
    """These documents and what is in their files."""
    found = Document.objects.published().filter(pk__in=list(pks))
    return list(found.prefetch_related("files"))


def document_entry(document: Document) -> Entry:
    """Its abstract, and for the index also the text of its files."""
    abstract = plain(document.abstract_html)
    inside = " ".join(file.text for file in document.files.all())[:_MOST_LETTERS]
    return Entry(
        ref=Ref.to(document),
        title=document.title,
        text=f"{abstract}\n{', '.join(document.authors)}\n{inside}".strip(),
        html=document.abstract_html,
        url=document.get_absolute_url(),
        label=Label.CLEAR if document.is_published else Label.RED,
        attribution=Attribution.NAMED,
        author=", ".join(document.authors),
        author_id=None,
        at=document.published_at or document.added_at,
        themes=tuple(pk for pk in (document.theme_id, document.other_theme_id) if pk),
        language=document.language,
        summary=abstract[:_LONGEST_SUMMARY],
        changed_at=document.edited_at,
    )


def fetch_pages(pks: Iterable[int]) -> list[Page]:
    return list(Page.objects.filter(pk__in=list(pks)))


def page_entry(page: Page) -> Entry:
    html = body_html(page.body)
    return Entry(
        ref=Ref.to(page),
        title=page.title,
        text=f"{page.summary}\n{plain(html)}",
        html=html,
        url=page.get_absolute_url(),
        label=Label.CLEAR,
        attribution=Attribution.NAMED,
        author="",
        author_id=None,
        at=page.changed_at,
        language=page.language,
        summary=page.summary,
        changed_at=page.changed_at,
    )


def own_words(member: Member) -> list[dict[str, Any]]:
    """The articles a member wrote, for the file they take along."""
    wrote = Q(written_by=member) | Q(authorships__member=member)
    return [
        {
            "title": article.title,
            "standfirst": article.standfirst,
            "body": article.body,
            "state": article.state,
            "url": article.get_absolute_url(),
            "written_at": article.written_at.isoformat(),
        }
        for article in Article.objects.filter(wrote).distinct().order_by("pk")
    ]
