"""Who may report, and who may break the glass."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.rules import is_moderator
from media4sec.moderation.models import Opening


@rules.predicate
def asked_it(member: Any, opening: Opening) -> bool:
    return bool(opening.asked_by_id == member.pk)


@rules.predicate
def is_in_force(member: Any, opening: Opening) -> bool:
    return opening.is_in_force


permit("moderation.desk", is_moderator, otherwise=_("The desk is for moderators."))
permit("moderation.close", is_moderator, otherwise=_("Only moderators close reports."))
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
