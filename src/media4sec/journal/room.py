"""What the journal's room announces."""

import json
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.journal import content, demo, queries, tasks
from media4sec.journal.models import Article, Document, Page
from media4sec.kit.rooms import Kind, MenuItem, Room, open_room
from media4sec.members.rules import is_editor


def open() -> None:
    open_room(
        Room(
            name="journal",
            title=_("Journal"),
            kinds=KINDS,
            menu=(
                MenuItem(title=_("Journal"), icon="file-text", url="journal:index", place=2),
                MenuItem(title=_("Library"), icon="archive", url="journal:library", place=2),
                MenuItem(
                    title=_("Writing desk"),
                    icon="pencil",
                    url="journal:desk",
                    shown_to=is_editor,
                    count=queries.waiting_for,
                    section=_("Editors"),
                ),
            ),
            slots={
                "home.stranger": home_of_strangers,
                "theme": theme,
                "export": export,
            },
            home=home,
            furnish=demo.furnish,
            load_content=content.load_content,
            hourly=(tasks.keep_house,),
            minutely=(tasks.publish_due,),
        )
    )


KINDS = (
    Kind(
        model=Article,
        title=_("Article"),
        plural=_("Articles"),
        icon="file-text",
        entry=queries.article_entry,
        fetch=queries.fetch_articles,
        begins=frozenset({"published"}),
        writers=queries.writers_of,
        tells_author={"published": _("Your article is published")},
        syndicated=True,
        takes_replies=True,
    ),
    Kind(
        model=Document,
        title=_("Document"),
        plural=_("Documents"),
        icon="archive",
        entry=queries.document_entry,
        fetch=queries.fetch_documents,
        begins=frozenset({"published"}),
        syndicated=True,
    ),
    Kind(
        model=Page,
        title=_("Page"),
        plural=_("Pages"),
        icon="info",
        entry=queries.page_entry,
        fetch=queries.fetch_pages,
    ),
)


def _panel(request: HttpRequest, name: str, **context: Any) -> str:
    return render_to_string(f"journal/_panel_{name}.html", context, request)


def home_of_strangers(request: HttpRequest, **_about: Any) -> str:
    rows = queries.latest(request.user)
    return _panel(request, "stranger", rows=rows) if rows else ""


def theme(request: HttpRequest, *, theme: Any, **_about: Any) -> str:
    """What was written about a theme, on its page; nothing when there is nothing."""
    rows = queries.theme_rows(theme)
    return _panel(request, "theme", rows=rows, theme=theme) if rows else ""


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """A member's own articles, for the file they take along."""
    return json.dumps({"articles": queries.own_words(member)}, ensure_ascii=False, indent=1)


def home(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest articles, beside a member's own state."""
    rows = queries.latest(request.user)
    return [{"template": "journal/_panel_home.html", "rows": rows, "aside": True}] if rows else []
