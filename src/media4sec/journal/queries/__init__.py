"""What the journal's pages need to know."""

from media4sec.journal.queries.articles import (
    article_at,
    article_by_number,
    article_page,
    index_page,
    latest,
    preview_page,
    series_at,
    series_page,
    theme_rows,
)
from media4sec.journal.queries.desk import desk_page, scheduled_dates, waiting_for
from media4sec.journal.queries.entries import (
    article_entry,
    document_entry,
    fetch_articles,
    fetch_documents,
    fetch_pages,
    own_words,
    page_entry,
    writers_of,
)
from media4sec.journal.queries.history import history_page
from media4sec.journal.queries.library import document_page, library_page, theme_documents
from media4sec.journal.queries.pages import SLUGS, page_at, shown_page

__all__ = [
    "SLUGS",
    "article_at",
    "article_by_number",
    "article_entry",
    "article_page",
    "desk_page",
    "document_entry",
    "document_page",
    "fetch_articles",
    "fetch_documents",
    "fetch_pages",
    "history_page",
    "index_page",
    "latest",
    "library_page",
    "own_words",
    "page_at",
    "page_entry",
    "preview_page",
    "scheduled_dates",
    "series_at",
    "series_page",
    "shown_page",
    "theme_documents",
    "theme_rows",
    "waiting_for",
    "writers_of",
]
