"""An experience's own page, its history, and what its author finds elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit import revisions
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.countries import language_name
from media4sec.members.models import Circle, Group, is_reader
from media4sec.members.rules import sees_circle
from media4sec.members.speakers import Byline
from media4sec.patterns.account import Account
from media4sec.patterns.models import (
    PARTS,
    Actor,
    Evidence,
    Experience,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Size,
    Variation,
)
from media4sec.patterns.queries.reading import Box, boxes_of
from media4sec.patterns.queries.reviews import ReviewState, review_state
from media4sec.patterns.queries.tried import (
    Tried,
    in_words,
    listed,
    place_of,
    places_of,
    rows_of_tried,
    told_in,
)

#: So many who tried it, too, stand on its page.
MOST_REPEATED = 12
_DEEDS = {
    "edit": "patterns.edit_experience",
    "share": "patterns.share_experience",
    "name": "patterns.name_experience",
    "take_back": "patterns.take_back_experience",
    "make_pattern": "patterns.make_pattern",
}


@dataclass(frozen=True)
class Part:
    title: str
    html: str


@dataclass(frozen=True)
class ExperiencePage:
    """The finished values of an experience's page."""

    ref: Ref
    row: Tried
    parts: list[Part]
    facts: list[tuple[str, str]]
    themes: list[Any]
    patterns: list[Pattern]
    boxes: list[Box]
    level: str
    is_note: bool
    label_sentence: str
    circle: Circle | None
    after: Experience | None  # the one it repeats, where the visitor may read that
    tried: list[Tried]  # who tried it, too
    summary_of_tried: str
    contact_url: str
    may: frozenset[str]
    review: ReviewState


def experience_at(visitor: Any, pk: int) -> Experience | None:
    """The experience, if this visitor may read it; what was taken back leaves a marked gap."""
    if pk >= 2**63:
        return None
    found = Experience.objects.visible_to(visitor).filter(pk=pk)
    return found.select_related("author", "theme", "other_theme", "circle", "after").first()


def experience_page(visitor: Any, experience: Experience) -> ExperiencePage:
    """Its words and facts, and who tried it, too: a few queries, whatever it tells."""
    html = experience.html
    row = rows_of_tried([experience], visitor, is_page=True)[0]
    repeated = listed(visitor).filter(after=experience)
    tried = rows_of_tried(repeated[:MOST_REPEATED], visitor) if experience.is_there else []
    return ExperiencePage(
        ref=Ref.to(experience),
        row=row,
        parts=[Part(str(title), html[name]) for name, title in PARTS.items() if html.get(name)],
        facts=_facts(experience) if experience.is_there else [],
        themes=[theme for theme in (experience.theme, experience.other_theme) if theme],
        patterns=list(experience.patterns.only("slug", "title", "summary")),
        boxes=boxes_of(experience.emmie),
        level=str(Evidence(experience.evidence).label),
        is_note=experience.is_note,
        label_sentence=Label(experience.label).sentence,
        circle=_circle(visitor, experience),
        after=_repeats(visitor, experience),
        tried=tried,
        summary_of_tried=_summed_up(experience, repeated) if tried else "",
        contact_url=_contact(visitor, experience, row),
        may=_may(visitor, experience),
        review=review_state(visitor, experience),
    )


def _contact(visitor: Any, experience: Experience, row: Tried) -> str:
    """Where to ask who told it, as they chose; "" for who cannot or need not."""
    if experience.contact == Experience.Contact.NAMED and not experience.is_chatham:
        return row.who.url
    may_ask = is_reader(visitor) and may(visitor, "patterns.inquire", experience)
    return reverse("patterns:inquire", args=[experience.pk]) if may_ask else ""


def _circle(visitor: Any, experience: Experience) -> Circle | None:
    """Its circle, for those who may know that there is one."""
    circle = experience.circle
    return circle if circle and sees_circle(visitor, circle) else None


def _repeats(visitor: Any, experience: Experience) -> Experience | None:
    """What it repeats; of what is RED nothing is named elsewhere."""
    after = experience.after
    if after is None or after.label == Label.RED or not after.is_there:
        return None
    return after if may(visitor, "patterns.view_experience", after) else None


def _summed_up(experience: Experience, repeated: QuerySet[Experience, Experience]) -> str:
    """This place and the others together."""
    own = (experience.shown_country, experience.shown_place, experience.outcome)
    return in_words(places_of([own, *told_in(repeated)]))


def _may(visitor: Any, experience: Experience) -> frozenset[str]:
    """What this visitor may do here."""
    if not is_reader(visitor):
        return frozenset()
    allowed = {name for name, permission in _DEEDS.items() if may(visitor, permission, experience)}
    return frozenset(allowed | ({"try"} if experience.is_there else set()))


def _facts(experience: Experience) -> list[tuple[str, str]]:
    """What is known about it, as term and value; what nobody said is left out."""
    rows = [
        (_("Place"), place_of(experience)),
        (_("Size of the place"), _one(Size, experience.size)),
        (_("Who acted"), _many(Actor, experience.actors)),
        (_("For whom"), _many(Group, experience.groups)),
        (_("Platforms"), _many(Platform, experience.platforms)),
        (_("When"), _many(Phase, experience.phases)),
        (_("Compared with it"), _one(Variation, experience.variation)),
        (_("Outcome"), _one(Outcome, experience.outcome)),
        (_("Language"), language_name(experience.language)),
        (_("Known from"), str(Evidence(experience.evidence).label)),
    ]
    return [(term, value) for term, value in rows if value]


def _one(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _many(choices: Any, values: list[str]) -> str:
    return ", ".join(str(choices(value).label) for value in values if value in choices)


def patterns_from(experience: Experience) -> list[Pattern]:
    """Published patterns that name it as a source: there, its author may stand as theirs."""
    here = f"{settings.SITE_URL}{experience.get_absolute_url()}"
    return list(Pattern.objects.filter(content__icontains=here).only("slug", "title"))


# How it read before


@dataclass(frozen=True)
class Change:
    version: int
    at: datetime
    title: tuple[SafeString, SafeString] | None
    old: SafeString
    new: SafeString


def experience_history(experience: Experience) -> list[Change]:
    """The newest change first, with what went and what came."""
    now = Account.of(experience, experience.patterns.all())
    at = experience.edited_at or experience.told_at
    texts = [(each.version, each.written_at, each.title, each.body) for each in _kept(experience)]
    texts.append((experience.version, at, now.title, now.as_text()))
    changes = [
        Change(
            version=after[0],
            at=after[1],
            title=_both(before[2], after[2]) if before[2] != after[2] else None,
            old=_both(before[3], after[3])[0],
            new=_both(before[3], after[3])[1],
        )
        for before, after in pairwise(texts)
    ]
    return changes[::-1]


def _kept(experience: Experience) -> list[Any]:
    return revisions.kept(experience) if experience.is_there else []


def _both(old: str, new: str) -> tuple[SafeString, SafeString]:
    pieces = revisions.compare(old, new)
    return revisions.marked(pieces, "del"), revisions.marked(pieces, "ins")


# In other places


@dataclass(frozen=True)
class RedRow:
    """Something RED, without a word of it: where it is, from whom, when."""

    url: str
    byline: Byline
    at: datetime


def red_experiences(visitor: Any) -> list[RedRow]:
    """What is for named readers only, for those readers: no other list shows it."""
    named = Experience.readers.through.objects.filter(member_id=visitor.pk).values("experience_id")
    found = Experience.objects.visible_to(visitor).standing().filter(label=Label.RED)
    mine = found.filter(Q(author=visitor.pk) | Q(pk__in=named)).select_related("author")
    return [RedRow(row.url, row.who, row.at) for row in rows_of_tried(mine[:100], visitor)]


def told_lately(visitor: Any, *, most: int = 3) -> list[Tried]:
    """The newest ones this visitor may read."""
    return rows_of_tried(listed(visitor)[:most], visitor)


def themes_to_choose() -> list[Theme]:
    return list(Theme.objects.only("pk", "slug", "title"))


def patterns_to_choose() -> list[Pattern]:
    """What one may say to have tried: groups of patterns are no practice."""
    return list(Pattern.objects.current().filter(is_group=False).only("pk", "slug", "title"))
