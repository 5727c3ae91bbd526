"""What the discussions' room announces."""

import json
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.discussions import demo, queries, services
from media4sec.discussions.models import Reply, Topic
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, MenuItem, Room, open_room

_REACTIONS = frozenset({"reacted", "took_back_reaction"})

KINDS = (
    Kind(
        model=Topic,
        title=_("Discussion"),
        plural=_("Discussions"),
        icon="messages-square",
        entry=queries.topic_entry,
        silent=frozenset({*_REACTIONS, "pinned", "unpinned", "locked", "unlocked"}),
        begins=frozenset({"started"}),
        tells_author={
            "locked": _("The hosts locked your discussion"),
            "proposed_widening": _("The hosts ask to share your discussion further"),
        },
        fetch=queries.fetch_topics,
        stood_anew=services.topic_stood_anew,
        syndicated=True,
    ),
    Kind(
        model=Reply,
        title=_("Reply"),
        plural=_("Replies"),
        icon="reply",
        entry=queries.reply_entry,
        silent=_REACTIONS,
        begins=frozenset({"replied"}),
        tells_author={"accepted": _("Your reply is the accepted answer")},
        speaks_to=queries.answered_by,
        whole=lambda reply: Ref(Topic._meta.label_lower, reply.topic_id),
        fetch=queries.fetch_replies,
        stood_anew=services.reply_stood_anew,
    ),
)


def open() -> None:
    open_room(
        Room(
            name="discussions",
            title=_("Discussions"),
            kinds=KINDS,
            menu=(
                MenuItem(title=_("Discussions"), icon="messages-square", url="discussions:index"),
            ),
            slots={
                "circle": circle,
                "theme": theme,
                "profile": profile,
                "home.stranger": home_of_strangers,
                "export": export,
            },
            home=home,
            furnish=demo.furnish,
        )
    )


def _panel(request: HttpRequest, name: str, **context: Any) -> str:
    return render_to_string(f"discussions/_panel_{name}.html", context, request)


def circle(request: HttpRequest, *, circle: Any, **_about: Any) -> str:
    """The circle's topics, on its page."""
    panel = queries.circle_panel(request.user, circle, request.GET.dict())
    return _panel(request, "circle", panel=panel, circle=circle)


def theme(request: HttpRequest, *, theme: Any, **_about: Any) -> str:
    """What was last talked about, on a theme's page."""
    return _panel(request, "theme", rows=queries.theme_rows(request.user, theme), theme=theme)


def profile(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """What a member wrote by name, on their profile; nothing when there is nothing."""
    said = queries.said_by(member, visitor=request.user)
    return _panel(request, "profile", said=said) if said else ""


def home_of_strangers(request: HttpRequest, **_about: Any) -> str:
    rows = queries.strangers_rows(visitor=request.user)
    return _panel(request, "stranger", rows=rows) if rows else ""


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """A member's own words, for the file they take along."""
    return json.dumps(queries.own_words(member), ensure_ascii=False, indent=1)


def home(request: HttpRequest) -> list[dict[str, Any]]:
    """What is new in my circles, who waits for somebody like me, what is only for me."""
    panels = queries.home_panels(request.user)
    shown: list[dict[str, Any]] = []
    if panels.only_for_you:
        shown.append(
            {"template": "discussions/_panel_red.html", "only_for_you": panels.only_for_you}
        )
    shown.append({"template": "discussions/_panel_new.html", "rows": panels.new})
    shown.append(
        {
            "template": "discussions/_panel_waiting.html",
            "rows": panels.waiting,
            "group": panels.group,
        }
    )
    return shown
