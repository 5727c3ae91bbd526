"""What the room's pages need to know."""

from media4sec.patterns.queries.catalogue import Catalogue, pattern_catalogue, theme_rows
from media4sec.patterns.queries.compare import compare_page
from media4sec.patterns.queries.entries import (
    experience_entry,
    fetch_experiences,
    fetch_patterns,
    pattern_entry,
)
from media4sec.patterns.queries.history import history_page
from media4sec.patterns.queries.map import map_page
from media4sec.patterns.queries.reading import (
    pattern_at,
    pattern_page,
    source_of,
    version_for_citing,
    version_page,
)
from media4sec.patterns.queries.telling import experience_at, experience_page

__all__ = [
    "Catalogue",
    "compare_page",
    "experience_at",
    "experience_entry",
    "experience_page",
    "fetch_experiences",
    "fetch_patterns",
    "history_page",
    "map_page",
    "pattern_at",
    "pattern_catalogue",
    "pattern_entry",
    "pattern_page",
    "source_of",
    "theme_rows",
    "version_for_citing",
    "version_page",
]
