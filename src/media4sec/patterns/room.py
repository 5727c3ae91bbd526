"""What the patterns' room announces."""

import json
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.kit.rooms import Kind, MenuItem, Room, open_room
from media4sec.members.rules import is_editor
from media4sec.patterns import content, demo, queries, tasks
from media4sec.patterns import rules as rules  # an open room has its rules
from media4sec.patterns.models import Deck, Experience, Pattern, Proposal, Review, Voice


def open() -> None:
    open_room(
        Room(
            name="patterns",
            title=_("Practice patterns"),
            kinds=KINDS,
            menu=(
                MenuItem(title=_("Practice patterns"), icon="network", url="patterns:index"),
                MenuItem(
                    title=_("Pattern desk"),
                    icon="git-compare",
                    url="patterns:desk",
                    shown_to=is_editor,
                    count=queries.waiting_for_editor,
                    section=_("Editors"),
                ),
            ),
            slots={
                "theme": theme,
                "circle": circle,
                "answered": answered,
                "export": export,
            },
            furnish=demo.furnish,
            load_content=content.load_content,
            minutely=(tasks.follow_changes,),
            hourly=(tasks.keep_house,),
        )
    )


KINDS = (
    Kind(
        model=Pattern,
        title=_("Pattern"),
        plural=_("Patterns"),
        icon="network",
        entry=queries.pattern_entry,
        fetch=queries.fetch_patterns,
        silent=frozenset({"judged"}),
        begins=frozenset({"published"}),
        syndicated=True,
        takes_replies=True,
    ),
    Kind(
        model=Experience,
        title=_("Experience"),
        plural=_("Experiences"),
        icon="map-pinned",
        entry=queries.experience_entry,
        fetch=queries.fetch_experiences,
        begins=frozenset({"told"}),
        speaks_to=queries.repeated,
        syndicated=True,
    ),
    Kind(
        model=Proposal,
        title=_("Proposed pattern"),
        plural=_("Proposed patterns"),
        icon="network",
        entry=queries.proposal_entry,
        fetch=queries.fetch_proposals,
        searchable=False,
        writers=queries.writers_of_proposal,
        tells_author={
            "reviewed": _("A review of your pattern is signed"),
            "passed": _("Both reviews accept your pattern"),
            "published": _("Your pattern is published as reviewed"),
            "shared": _("Your pattern is published, not reviewed"),
        },
    ),
    Kind(
        model=Review,
        title=_("Review"),
        plural=_("Reviews"),
        icon="eye",
        entry=queries.review_entry,
        fetch=queries.fetch_reviews,
        searchable=False,
        writers=queries.writers_of_review,
        tells_author={
            "asked": _("You are asked to review a pattern"),
            "changed": _("A text you review was changed"),
        },
    ),
    Kind(
        model=Voice,
        title=_("View of affected people"),
        plural=_("Views of affected people"),
        icon="users-round",
        entry=queries.voice_entry,
        fetch=queries.fetch_voices,
        begins=frozenset({"said"}),
        whole=lambda voice: voice.ref,
        under=Voice.objects.under,
    ),
    Kind(
        model=Deck,
        title=_("Deck"),
        plural=_("Decks"),
        icon="layers",
        entry=queries.deck_entry,
        fetch=queries.fetch_decks,
        silent=frozenset({"arranged"}),
        begins=frozenset({"made"}),
    ),
)


def theme(request: HttpRequest, *, theme: Any, **_about: Any) -> str:
    """The way to a theme's patterns; where scripts run, some of them follow."""
    return render_to_string("patterns/_panel_theme.html", {"theme": theme}, request)


def circle(request: HttpRequest, *, circle: Any, **_about: Any) -> str:
    """On a circle's page: the way to tell its members what one tried. It asks nothing."""
    if not request.user.is_authenticated:
        return ""
    return render_to_string("patterns/_panel_circle.html", {"circle": circle}, request)


def answered(request: HttpRequest, *, kind: str, pk: int, **_about: Any) -> str:
    """Beside a question with an accepted answer: what it tells may become an experience."""
    if not request.user.is_authenticated:
        return ""
    return render_to_string("patterns/_panel_answered.html", {"origin": f"{kind}:{pk}"}, request)


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """What a member told, proposed, reviewed and judged, for the file they take along."""
    own = {"experiences": queries.own_words(member), **queries.own_trust(member)}
    return json.dumps(own, ensure_ascii=False, indent=1)
