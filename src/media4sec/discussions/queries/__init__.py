"""What the pages of the discussions need to know, in few queries."""

from media4sec.discussions.queries.entries import (
    answered_by,
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
from media4sec.discussions.queries.red import RedPage, count_red, red_page
from media4sec.discussions.queries.rows import Row
from media4sec.discussions.queries.sources import Sources
from media4sec.discussions.queries.topics import (
    TopicPage,
    left_behind,
    readable_topic,
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
    "RedPage",
    "Row",
    "Sources",
    "Tally",
    "TopicPage",
    "answered_by",
    "circle_panel",
    "count_red",
    "fetch_replies",
    "fetch_topics",
    "history_page",
    "home_panels",
    "left_behind",
    "list_page",
    "may_on",
    "own_words",
    "readable_topic",
    "readable_topics",
    "red_page",
    "reply_at",
    "reply_entry",
    "said_by",
    "strangers_rows",
    "theme_rows",
    "topic_at",
    "topic_entry",
    "topic_page",
]
