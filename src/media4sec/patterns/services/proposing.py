"""Proposals: how members write a new pattern, or a better text for one that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown, revisions
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.models import Theme, Upload
from media4sec.kit.permissions import require
from media4sec.members.countries import LANGUAGE_CODES
from media4sec.members.models import Member
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.card import Card, check, lines_of, tidy
from media4sec.patterns.models import (
    EMMIE,
    QUALITY,
    Actor,
    Evidence,
    Pattern,
    Phase,
    Platform,
    Proposal,
    Relative,
)
from media4sec.patterns.queries.pictures import picture_on
from media4sec.patterns.relating import steps
from media4sec.patterns.services import picturing
from media4sec.patterns.services.relating import refuse_circles
from media4sec.patterns.services.reviewing import ask_again, enter, team_of

MOST_MAINTAINERS = 6
_MOST_RELATIONS = 12
_LONGEST_BOX = 600


@dataclass(frozen=True)
class Words:
    """All that is written and chosen in the form of a proposal."""

    title: str
    card: Card
    theme: Theme
    summary: str = ""
    changes: str = ""
    other_theme: Theme | None = None
    actors: Sequence[str] = ()
    platforms: Sequence[str] = ()
    phases: Sequence[str] = ()
    group: Pattern | None = None
    relations: Sequence[Mapping[str, str]] = ()
    #: The relations its authors looked at: of those alone, what is missing above shall go.
    relations_seen: Sequence[Mapping[str, str]] = ()
    evidence: int = Evidence.NONE
    emmie: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    co_maintainers: Sequence[Member] = ()
    is_blind: bool = False
    #: A new one, that waits where it was brought; without it the text keeps the one it has.
    picture: Upload | None = None
    removes_picture: bool = False


@transaction.atomic
def propose(words: Words, *, by: Member, pattern: Pattern | None = None) -> Proposal:
    """Begin a working copy that only those who work on it see."""
    require(by, "patterns.propose", pattern)
    moment = now()
    proposal = Proposal(
        pattern=pattern,
        author=by,
        base_version=pattern.version if pattern else 0,
        begun_at=moment,
        edited_at=moment,
        theme=words.theme,
        picture=pattern.picture if pattern else {},
    )
    _take(proposal, words)
    proposal.save(force_insert=True)
    if picturing.choose(proposal, words, by=by):
        proposal.save(update_fields=["picture"])
    _name_team(proposal, words.co_maintainers)
    record(by, "drafted", proposal)
    return proposal


@transaction.atomic
def edit_proposal(
    proposal: Proposal, words: Words, *, by: Member, base_version: int, pattern_version: int
) -> Proposal:
    """Change a working copy; ``pattern_version`` is the text of the pattern one has looked at.

    Reviews are of one version: whoever has read an older one is told, and reads again.
    """
    enter(proposal, by=by, permission="patterns.edit_proposal")
    if base_version != proposal.version:
        raise EditedMeanwhile
    was_read = proposal.is_in_review
    if was_read:
        _keep_history(proposal)
    _take(proposal, words)
    if was_read:
        complete(proposal)
    if proposal.pattern_id:
        newest = Pattern.objects.values_list("version", flat=True).get(pk=proposal.pattern_id)
        base = min(max(pattern_version, proposal.base_version), newest)
        proposal.picture, proposal.base_version = picture_on(proposal, base), base
    picturing.choose(proposal, words, by=by)
    proposal.version += 1
    proposal.edited_at = now()
    proposal.save()
    _name_team(proposal, words.co_maintainers)
    record(by, "edited", proposal, version=proposal.version)
    if was_read:
        ask_again(proposal, by=by)
    return proposal


@transaction.atomic
def submit(proposal: Proposal, *, by: Member, base_version: int, has_licensed: Any) -> Proposal:
    """Send it in: from now on the community reads it, and two reviews wait for it."""
    enter(proposal, by=by, permission="patterns.edit_proposal")
    Proposal.flow.check(proposal.state, Proposal.State.IN_REVIEW)
    if base_version != proposal.version:
        raise EditedMeanwhile
    if not has_licensed:
        raise Refused(
            _("Say that others may use your words under CC BY 4.0: only then we publish.")
        )
    complete(proposal)
    proposal.state = Proposal.State.IN_REVIEW
    proposal.licensed_at = proposal.submitted_at = now()
    proposal.save(update_fields=["state", "licensed_at", "submitted_at"])
    record(by, "submitted", proposal, version=proposal.version)
    ask_again(proposal, by=by)
    return proposal


@transaction.atomic
def take_back_proposal(proposal: Proposal, *, by: Member) -> Proposal:
    """Out of review, to work on it alone. What was signed is kept."""
    enter(proposal, by=by, permission="patterns.edit_proposal")
    Proposal.flow.check(proposal.state, Proposal.State.DRAFT)
    proposal.state = Proposal.State.DRAFT
    proposal.save(update_fields=["state"])
    record(by, "took_back", proposal)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: Member) -> Proposal:
    """Given up for good; nobody is asked to read it any more."""
    enter(proposal, by=by, permission="patterns.edit_proposal")
    Proposal.flow.check(proposal.state, Proposal.State.WITHDRAWN)
    proposal.state = Proposal.State.WITHDRAWN
    picturing.take_away(proposal)
    proposal.save(update_fields=["state", "picture"])
    proposal.reviews.open().update(out_at=now())
    record(by, "withdrew", proposal)
    return proposal


def tried(proposal: Proposal, words: Words) -> Proposal:
    """How it would read with these words; nothing is saved."""
    other = Proposal(pattern=proposal.pattern, author=proposal.author)
    other.picture = picturing.chosen(proposal, words)
    _take(other, words)
    return other


def complete(proposal: Proposal) -> None:
    """Refused with the first thing that is missing before others may read it."""
    check(Card.read(proposal.content))
    if len(proposal.summary) < 10:
        raise Refused(_("Say in one sentence what the pattern is about."))
    if not proposal.actors:
        raise Refused(_("Choose who acts."))
    if proposal.pattern_id and not proposal.changes:
        raise Refused(_("Say in one sentence what you changed, and why."))
    slug = proposal.pattern.slug if proposal.pattern else ""
    refuse_circles(slug, steps(proposal.related_before, proposal.relations))
    if proposal.is_blind:
        _refuse_own_names(proposal)


def _refuse_own_names(proposal: Proposal) -> None:
    text = lines_of(proposal.summary, proposal.content, proposal.picture)
    said = "\n".join([proposal.title, text, *_all_of(proposal.emmie)]).casefold()
    names = [each.name for each in team_of(proposal) if each.name]
    if any(name.casefold() in said for name in names):
        raise Refused(_("A blind review needs a text in which your own names do not stand."))


def _all_of(emmie: Mapping[str, Any]) -> list[str]:
    return [line for box in emmie.values() for line in (box["says"], *box["sources"])]


# What is written


def _take(proposal: Proposal, words: Words) -> None:
    proposal.title = markdown.clean_line(words.title)
    if not 3 <= len(proposal.title) <= 80:
        raise Refused(_("Give it a name of 3 to 80 letters."))
    proposal.summary = _sentence(words.summary, 200)
    proposal.changes = _sentence(words.changes, 300)
    card = tidy(words.card)
    proposal.content, proposal.html = card.kept(), card.html()
    proposal.theme = words.theme
    proposal.other_theme = words.other_theme if words.other_theme != words.theme else None
    proposal.actors = [each for each in words.actors if each in Actor]
    proposal.platforms = [each for each in words.platforms if each in Platform]
    proposal.phases = [each for each in words.phases if each in Phase]
    proposal.group = words.group if words.group != proposal.pattern else None
    proposal.related_before = _relations(proposal, words.relations_seen)
    proposal.relations = _relations(proposal, words.relations)
    if len(proposal.relations) > max(_MOST_RELATIONS, len(proposal.related_before)):
        raise Refused(_("Keep it to twelve relations: the others are found through them."))
    proposal.evidence = Evidence(words.evidence)
    proposal.emmie = _emmie(words.emmie)
    proposal.language = words.language if words.language in LANGUAGE_CODES else "en"
    proposal.is_blind = words.is_blind


def _sentence(text: str, most: int) -> str:
    text = markdown.clean_line(text)
    if len(text) > most:
        raise Refused(
            _("“%(start)s…” is too long. Shorten it to %(most)d letters or fewer.")
            % {"start": text[:30], "most": most}
        )
    return text


def _emmie(boxes: Mapping[str, Any]) -> dict[str, Any]:
    """The boxes somebody filled; a quality without words says nothing."""
    kept = {}
    for name in EMMIE:
        box = boxes.get(name) or {}
        says, quality = _sentence(box.get("says", ""), _LONGEST_BOX), int(box.get("quality") or 0)
        if not says:
            continue
        sources = [line for each in box.get("sources", ()) if (line := _sentence(each, 300))]
        if not 0 <= quality < len(QUALITY):
            raise Refused(_("Say in words how good the evidence is."))
        kept[name] = {"says": says, "quality": quality, "sources": sources[:6]}
    return kept


def _relations(proposal: Proposal, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["how"] not in Relative:
            raise Refused(_("Choose how the patterns belong together."))
        if proposal.pattern and row["to"] == proposal.pattern.slug:
            raise Refused(_("A pattern cannot be related to itself."))
        because = _sentence(row.get("because", ""), 200)
        kept[row["to"]] = {"to": row["to"], "how": str(row["how"]), "because": because}
    return list(kept.values())


def _name_team(proposal: Proposal, named: Sequence[Member]) -> None:
    """Who works on it with the author. Whoever ever did reviews it never: a review is taken out."""
    wanted = {each.pk for each in named} - {proposal.author_id}
    if len(wanted) > MOST_MAINTAINERS:
        raise Refused(_("Name six co-maintainers or fewer."))
    before = set(proposal.co_maintainers.values_list("pk", flat=True))
    if wanted != before:
        proposal.co_maintainers.set(wanted)
        left = before - wanted
        proposal.formers = sorted({*proposal.formers, *left} - wanted)
        proposal.save(update_fields=["formers"])
    proposal.reviews.filter(reviewer__in=wanted, out_at=None).update(out_at=now())


def _keep_history(proposal: Proposal) -> None:
    revisions.keep(
        proposal,
        title=proposal.title,
        body=lines_of(proposal.summary, proposal.content, proposal.picture),
        version=proposal.version,
        at=proposal.edited_at,
    )
