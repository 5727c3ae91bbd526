"""How a pattern comes to be and changes: each time a version that stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from media4sec.kit import uploads
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.members.models import Member
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.card import Card
from media4sec.patterns.models import (
    RESERVED,
    Pattern,
    PatternVersion,
    Proposal,
)
from media4sec.patterns.models.reviewing import REVIEW_AFTER, years_from
from media4sec.patterns.services.proposing import complete
from media4sec.patterns.services.relating import relate
from media4sec.patterns.services.reviewing import both_accept, enter, team_of
from media4sec.patterns.services.summaries import around, keep_beside


@dataclass(frozen=True)
class Sheet:
    """All that is written and chosen for a pattern."""

    slug: str
    title: str
    summary: str
    card: Card
    theme: Theme
    other_theme: Theme | None = None
    actors: Sequence[str] = ()
    platforms: Sequence[str] = ()
    phases: Sequence[str] = ()
    origin: str = Pattern.Origin.COMMUNITY
    is_group: bool = False


_CHOSEN = ["title", "summary", "theme", "other_theme", "origin", "is_group"]
_LISTED = ["actors", "platforms", "phases"]


def differs(pattern: Pattern, sheet: Sheet) -> bool:
    """Whether publishing the sheet would change anything that is read."""
    return (
        Card.read(pattern.content) != sheet.card
        or any(getattr(pattern, name) != getattr(sheet, name) for name in _CHOSEN)
        or any(list(getattr(pattern, name)) != list(getattr(sheet, name)) for name in _LISTED)
    )


@transaction.atomic
def publish_starter(sheet: Sheet, *, by: Any) -> Pattern:
    """A pattern that comes with the software: the house publishes it, not reviewed."""
    require(by, "patterns.publish")
    pattern = Pattern(slug=sheet.slug, is_starter=True, published_at=now())
    _take(pattern, sheet)
    pattern.save(force_insert=True)
    _keep_version(pattern, "First version.", [settings.SITE_NAME])
    record(by, "published", pattern, version=1)
    return pattern


@transaction.atomic
def publish_version(pattern: Pattern, sheet: Sheet, *, by: Any, changes: str) -> Pattern:
    """Replace what a pattern says; how it read stays at the address of its version."""
    require(by, "patterns.publish", pattern)
    pattern.refresh_from_db(from_queryset=Pattern.objects.select_for_update())
    require(by, "patterns.publish", pattern)
    _take(pattern, sheet)
    pattern.version += 1
    pattern.changed_at = now()
    pattern.save()
    _keep_version(pattern, changes, [settings.SITE_NAME])
    keep_beside([pattern, *around(pattern)])
    record(by, "revised", pattern, version=pattern.version)
    return pattern


@transaction.atomic
def publish_reviewed(proposal: Proposal, *, by: Member) -> Pattern:
    """Both reviews accepted this very version: it is published as reviewed."""
    enter(proposal, by=by, permission="patterns.publish_proposal")
    if not both_accept(proposal):
        raise Refused(
            _("Both reviews must accept this version first. You can share it unreviewed.")
        )
    return _publish(proposal, Pattern.State.REVIEWED, Proposal.State.PUBLISHED, by=by)


@transaction.atomic
def publish_shared(proposal: Proposal, *, by: Member) -> Pattern:
    """Published without the two reviews, and clearly so."""
    enter(proposal, by=by, permission="patterns.publish_proposal")
    return _publish(proposal, Pattern.State.SHARED, Proposal.State.SHARED, by=by)


def _publish(proposal: Proposal, state: str, done: str, *, by: Member) -> Pattern:
    Proposal.flow.check(proposal.state, done)
    complete(proposal)
    pattern, earlier = _pattern_of(proposal)
    is_new = pattern.pk is None
    before = [] if is_new else around(pattern)
    _take_proposal(pattern, proposal)
    pattern.state, pattern.is_starter, pattern.author = state, False, proposal.author
    pattern.review_by = years_from(now().date(), REVIEW_AFTER)
    try:
        with transaction.atomic():
            pattern.save()
    except IntegrityError as error:
        raise Refused(_("There is a pattern of this name already.")) from error
    uploads.hand_over(proposal, to=pattern)  # every version keeps its own: none is taken away
    names = [each.shown_name for each in team_of(proposal)]
    authors = [*earlier, *(name for name in names if name not in earlier)]
    _keep_version(pattern, proposal.changes or _("First version."), authors)
    relate(pattern, proposal, by=by)
    proposal.pattern, proposal.state = pattern, done
    proposal.decided_at, proposal.decided_by = now(), by
    proposal.base_version = pattern.version
    proposal.save(update_fields=["pattern", "state", "decided_at", "decided_by", "base_version"])
    proposal.reviews.open().update(out_at=now())
    keep_beside({pattern, *before, *around(pattern)})
    record(by, "published" if is_new else "revised", pattern, version=pattern.version)
    record(by, done, proposal, version=pattern.version)
    return pattern


def _pattern_of(proposal: Proposal) -> tuple[Pattern, list[str]]:
    """The pattern that it becomes, its row locked, and who wrote the text it builds on."""
    if proposal.pattern_id is None:
        return Pattern(slug=_free_slug(proposal.title), published_at=now()), []
    pattern = Pattern.objects.select_for_update().get(pk=proposal.pattern_id)
    if pattern.state == Pattern.State.ARCHIVED:
        raise Refused(_("This pattern is archived. Bring it back first."))
    if pattern.version != proposal.base_version:
        raise Refused(_("The pattern has a newer text since. Its author must look at that first."))
    before = pattern.versions.get(number=pattern.version)
    pattern.version += 1
    pattern.changed_at = now()
    return pattern, list(before.authors)


def _free_slug(title: str) -> str:
    plain = slugify(title)[:70].strip("-") or "pattern"
    if plain in RESERVED or plain.isdigit():
        plain = f"pattern-{plain}"
    taken = set(Pattern.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    if plain not in taken:
        return plain
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{plain}-{n}") not in taken)


def _take_proposal(pattern: Pattern, proposal: Proposal) -> None:
    sheet = Sheet(
        slug=pattern.slug,
        title=proposal.title,
        summary=proposal.summary,
        card=Card.read(proposal.content),
        theme=proposal.theme,
        other_theme=proposal.other_theme,
        actors=proposal.actors,
        platforms=proposal.platforms,
        phases=proposal.phases,
        origin=pattern.origin,
        is_group=pattern.is_group,
    )
    _take(pattern, sheet)
    pattern.group, pattern.language = proposal.group, proposal.language
    pattern.evidence, pattern.emmie = proposal.evidence, proposal.emmie
    pattern.picture = proposal.picture


# What becomes of a published pattern


@transaction.atomic
def archive(
    pattern: Pattern, *, by: Member, reason: str, superseded_by: Pattern | None = None
) -> Pattern:
    """Out of the catalogue, with a reason. It is not deleted: others cite it."""
    _enter(pattern, by)
    reason = clean_line(reason)
    if not 10 <= len(reason) <= 300:
        raise Refused(_("Give a reason of 10 to 300 letters: readers see it."))
    if superseded_by and superseded_by.pk == pattern.pk:
        raise Refused(_("A pattern cannot replace itself."))
    if superseded_by and superseded_by.state == Pattern.State.ARCHIVED:
        raise Refused(_("The other pattern is archived, too. Choose one that stands."))
    pattern.state, pattern.archive_reason = Pattern.State.ARCHIVED, reason
    pattern.superseded_by = superseded_by
    pattern.save(update_fields=["state", "archive_reason", "superseded_by"])
    record(by, "archived", pattern)
    return pattern


@transaction.atomic
def bring_back(pattern: Pattern, *, by: Member) -> Pattern:
    """Into the catalogue again, as its newest version was published."""
    _enter(pattern, by)
    if pattern.state != Pattern.State.ARCHIVED:
        raise Refused(_("This pattern is not archived."))
    pattern.state = pattern.versions.get(number=pattern.version).state
    pattern.archive_reason, pattern.superseded_by = "", None
    pattern.save(update_fields=["state", "archive_reason", "superseded_by"])
    record(by, "brought_back", pattern)
    return pattern


@transaction.atomic
def keep_until(pattern: Pattern, *, by: Member, day: date) -> Pattern:
    """Somebody looked: it is right as it is, and is looked at again by that day."""
    _enter(pattern, by)
    today = now().date()
    if not today < day <= years_from(today, 5):
        raise Refused(_("Choose a day within the next five years."))
    pattern.review_by = day
    pattern.save(update_fields=["review_by"])
    record(by, "looked_over", pattern)
    return pattern


def _enter(pattern: Pattern, by: Any) -> None:
    require(by, "patterns.publish", pattern)
    pattern.refresh_from_db(from_queryset=Pattern.objects.select_for_update())
    require(by, "patterns.publish", pattern)


def _take(pattern: Pattern, sheet: Sheet) -> None:
    for name in _CHOSEN:
        setattr(pattern, name, getattr(sheet, name))
    for name in _LISTED:
        setattr(pattern, name, list(getattr(sheet, name)))
    pattern.content = sheet.card.kept()
    pattern.html = sheet.card.html()
    pattern.text = sheet.card.search_text


def _keep_version(pattern: Pattern, changes: str, authors: list[str]) -> None:
    PatternVersion.objects.create(
        pattern=pattern,
        number=pattern.version,
        title=pattern.title,
        content={**pattern.content, "summary": pattern.summary},
        html=pattern.html,
        changes=changes,
        authors=authors,
        evidence=pattern.evidence,
        emmie=pattern.emmie,
        picture=pattern.picture,
        state=pattern.state,
        published_at=pattern.changed_at or pattern.published_at,
    )
