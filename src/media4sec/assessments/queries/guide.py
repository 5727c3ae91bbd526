"""The list of the activity guide: what people plan, in groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.packs.schema import Activity
from media4sec.assessments.packs.shelf import countries, rulebook
from media4sec.assessments.queries.addresses import guide_url

#: What belongs together for somebody who looks for it; who is in no group stands at the end.
GROUPS = (
    (gettext_lazy("Telling people"), ("info_channel", "crisis_comms", "campaign")),
    (gettext_lazy("Asking the public for help"), ("witness_appeal", "missing_person")),
    (
        gettext_lazy("Working with citizens and what they send"),
        ("citizen_media", "diy_policing"),
    ),
    (gettext_lazy("Looking at open sources"), ("osint_person", "osint_theme", "research")),
    (gettext_lazy("Crowds, events and live video"), ("event_monitor", "live_out", "live_public")),
    (gettext_lazy("Covert work"), ("undercover", "darkweb")),
    (gettext_lazy("Software and artificial intelligence"), ("auto_analysis", "face_match")),
    (gettext_lazy("Harmful content and those it hurts"), ("content_report", "victim_support")),
)


@dataclass(frozen=True)
class Shown:
    """An activity in a list."""

    key: str
    activity: Activity

    @property
    def url(self) -> str:
        return guide_url(self.key)


@dataclass(frozen=True)
class Group:
    title: str
    activities: list[Shown]


def activities_of(country: str = "", words: str = "") -> list[Shown]:
    """The activities that have all these words in title, description or group, by title."""
    wanted = words.casefold().split()
    found = [
        Shown(key, each)
        for key, each in rulebook(country).whole.activities.items()
        if _fits(wanted, each.title, each.about or "", group_of(key))
    ]
    return sorted(found, key=lambda each: each.activity.title)


def addresses() -> list[str]:
    """Of every page of the guide, as the EU has it."""
    return [reverse("assessments:index"), *(each.url for each in activities_of())]


def groups_of(country: str = "", words: str = "") -> list[Group]:
    """The same, by group."""
    left = {each.key: each for each in activities_of(country, words)}
    found = [
        Group(str(title), [left.pop(key) for key in keys if key in left]) for title, keys in GROUPS
    ]
    found.append(Group(_("Others"), [*left.values()]))
    return [group for group in found if group.activities]


def group_of(key: str) -> str:
    return next((str(title) for title, keys in GROUPS if key in keys), "")


def _fits(words: Iterable[str], *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def countries_of() -> list[tuple[str, str]]:
    """Code and title of each national layer."""
    return [(pack.pack.jurisdiction, pack.pack.title) for pack in countries()]
