"""Articles, pages and documents."""

from media4sec.journal.models.articles import Address, Article, Authorship, Preview, Series
from media4sec.journal.models.library import Document, DocumentFile, Edition
from media4sec.journal.models.pages import Page

__all__ = [
    "Address",
    "Article",
    "Authorship",
    "Document",
    "DocumentFile",
    "Edition",
    "Page",
    "Preview",
    "Series",
]
