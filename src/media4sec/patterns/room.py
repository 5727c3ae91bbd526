"""What the patterns' room announces."""

import json
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, MenuItem, Room, open_room
from media4sec.members.rules import is_editor
from media4sec.patterns import content, demo, queries, services, tasks
from media4sec.patterns import rules as rules  # an open room has its rules
from media4sec.patterns.models import (
    Deck,
    Experience,
    Inquiry,
    Judgement,
    Pattern,
    Proposal,
    Review,
    Voice,
)


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
                "profile": profile,
                "answered": answered,
                "export": export,
            },
            home=home,
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
        silent=frozenset({"judged", "related", "relates"}),
        begins=frozenset({"published"}),
        writers=queries.writers_of_pattern,
        tells_author={"related": _("Your pattern is related to another one in a new way")},
        sought_by=queries.seekers_of_pattern,
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
        silent=frozenset({"reviewed", "wanted_review", "wanted_no_review"}),
        tells_author={
            "reviewed": _("A review of your experience is signed"),
            "passed": _("Both reviews accept your experience"),
        },
        begins=frozenset({"told"}),
        speaks_to=queries.repeated,
        sought_by=queries.seekers_of_experience,
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
            "asked": _("You are asked for a review"),
            "changed": _("A text you review was changed"),
        },
    ),
    Kind(
        model=Judgement,
        title=_("Judgement"),
        plural=_("Judgements"),
        icon="scale",
        entry=queries.judgement_entry,
        fetch=queries.fetch_judgements,
        searchable=False,
        whole=lambda judgement: Ref.to(judgement.pattern),
        under=Judgement.objects.under,
        stood_anew=services.stood_anew,
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
        model=Inquiry,
        title=_("Question"),
        plural=_("Questions"),
        icon="circle-question-mark",
        entry=queries.inquiry_entry,
        fetch=queries.fetch_inquiries,
        searchable=False,
        begins=frozenset({"asked"}),
        writers=queries.writers_of_inquiry,
        speaks_to=queries.asked_of,
        tells_author={"answered": _("Your question is answered")},
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
    """On a circle's page: what its members tried. It asks nothing; where scripts run, it comes."""
    if not request.user.is_authenticated:
        return ""
    tell = f"{reverse('patterns:tell')}?circle={circle.slug}"
    more = {"more_url": tell, "more_text": _("Tell what you tried")}
    return _lately(request, _("Tried in this circle"), f"within={circle.pk}", **more)


def profile(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """On a member's page: what they tried under their name."""
    return _lately(request, _("What they tried"), f"by={member.pk}")


def home(request: HttpRequest) -> list[dict[str, Any]]:
    """What others tried lately, on a member's home."""
    more = {"more_url": reverse("patterns:tell"), "more_text": _("Tell what you tried")}
    words = {"title": _("What others tried"), "of": "", **more}
    return [{"template": "patterns/_panel_lately.html", **words}]


def _lately(request: HttpRequest, title: Any, of: str, **more: Any) -> str:
    return render_to_string(
        "patterns/_panel_lately.html", {"title": title, "of": of, **more}, request
    )


def answered(request: HttpRequest, *, kind: str, pk: int, **_about: Any) -> str:
    """Beside a question with an accepted answer: what it tells may become an experience."""
    if not request.user.is_authenticated:
        return ""
    return render_to_string("patterns/_panel_answered.html", {"origin": f"{kind}:{pk}"}, request)


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """What a member told, proposed, reviewed, judged and keeps, for the file they take along."""
    own = {
        "experiences": queries.own_words(member),
        "questions": queries.own_inquiries(member),
        **queries.own_trust(member),
    }
    own["searches"] = queries.own_searches(member)
    return json.dumps(own, ensure_ascii=False, indent=1)
