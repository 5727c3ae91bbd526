"""What the desk and its pages need to know."""

from media4sec.moderation.queries.cases import case_page, decision_page, log_page
from media4sec.moderation.queries.desk import desk_page, held_rows, held_things, open_count
from media4sec.moderation.queries.seeing import gone, has_read, seen, visible_thing

__all__ = [
    "case_page",
    "decision_page",
    "desk_page",
    "gone",
    "has_read",
    "held_rows",
    "held_things",
    "log_page",
    "open_count",
    "seen",
    "visible_thing",
]
