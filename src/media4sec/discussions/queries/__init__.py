"""What the pages of the discussions need to know, in few queries."""

from media4sec.discussions.queries.entries import (
    fetch_replies,
    fetch_topics,
    own_words,
    reply_entry,
    topic_entry,
)
from media4sec.discussions.queries.history import HistoryPage, history_page
from media4sec.discussions.queries.lists import Filters, ListPage, list_page
from media4sec.discussions.queries.menus import may_on
from media4sec.discussions.queries.panels import (
    circle_panel,
    home_panels,
    said_by,
    strangers_rows,
    theme_rows,
)
from media4sec.discussions.queries.posts import File, PostRow, Tally
from media4sec.discussions.queries.red import count_red, red_rows
from media4sec.discussions.queries.rows import Row
from media4sec.discussions.queries.sources import Sources
from media4sec.discussions.queries.topics import (
    TopicPage,
    readable_topics,
    reply_at,
    topic_at,
    topic_page,
)

__all__ = [
    "File",
    "Filters",
    "HistoryPage",
    "ListPage",
    "PostRow",
    "Row",
    "Sources",
    "Tally",
    "TopicPage",
    "circle_panel",
    "count_red",
    "fetch_replies",
    "fetch_topics",
    "history_page",
    "home_panels",
    "list_page",
    "may_on",
    "own_words",
    "readable_topics",
    "red_rows",
    "reply_at",
    "reply_entry",
    "said_by",
    "strangers_rows",
    "theme_rows",
    "topic_at",
    "topic_entry",
    "topic_page",
]
