"""Who may report, decide, and break the glass."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.members.rules import is_moderator
from media4sec.moderation.models import Case, Decision, Opening, Report


@rules.predicate
def asked_it(member: Any, opening: Opening) -> bool:
    return bool(opening.asked_by_id == member.pk)


@rules.predicate
def is_in_force(member: Any, opening: Opening) -> bool:
    return opening.is_in_force


@rules.predicate
def wrote_it(member: Any, thing: Any) -> bool:
    """Who wrote it, alone or with others, or began it."""
    if member.pk is None:
        return False
    writers = set(kind_of(Ref.to(thing)).writers(thing))
    return member.pk in writers or member.pk == getattr(thing, "written_by_id", None)


@rules.predicate
def is_about_their_words(member: Any, case: Case | Report) -> bool:
    """Whose words were reported, also when they have taken them back since."""
    kind = kinds().get(case.thing_kind)
    things = kind.model._base_manager.filter(pk=case.thing_id) if kind else ()
    return any(wrote_it(member, thing) for thing in things)


@rules.predicate
def concerns_them(member: Any, decision: Decision) -> bool:
    return decision.concerned_id is not None and decision.concerned_id == member.pk


permit("moderation.desk", is_moderator, otherwise=_("The desk is for moderators."))
permit(
    "moderation.handle",
    is_moderator & ~is_about_their_words,
    otherwise=_("This is about your own words. Another moderator looks at it."),
)
permit("moderation.close", is_moderator, otherwise=_("Only moderators close reports."))
permit(
    "moderation.decide",
    is_moderator & ~wrote_it,
    otherwise=_("Nobody decides about their own words. Ask another moderator."),
)
permit(
    "moderation.view_decision",
    is_moderator | concerns_them,
    otherwise=_("This decision is for the person it concerns."),
)
permit(
    "moderation.ask_to_open",
    is_moderator,
    otherwise=_("Only moderators may ask to open the seal."),
)
permit(
    "moderation.answer_opening",
    is_moderator & ~asked_it,
    otherwise=_("The second key belongs to another moderator."),
)
permit(
    "moderation.read_sealed",
    is_moderator & asked_it & is_in_force,
    otherwise=_("This seal is closed. An opening lasts one day."),
)
