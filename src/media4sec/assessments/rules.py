"""Who may, in the room of checks."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models import Check
from media4sec.kit.permissions import permit
from media4sec.members.audience import can_read
from media4sec.members.rules import in_circle, is_in_good_standing, is_live


@rules.predicate
def reads_check(visitor: Any, check: Check) -> bool:
    """``visible_to`` for one check in hand; a test holds the two together."""
    return check.state != Check.State.WITHDRAWN and can_read(visitor, check)


@rules.predicate
def began_it(member: Any, check: Check) -> bool:
    return check.author_id == member.pk


@rules.predicate
def is_draft(_member: Any, check: Check) -> bool:
    return check.is_draft


permit("assessments.view_check", reads_check, otherwise=_("This check is not open to you."))
permit(
    "assessments.begin",
    is_in_good_standing & in_circle & is_live,
    otherwise=_("You can begin a check for yourself, or in a circle of yours that is open."),
)
permit(
    "assessments.answer",
    is_in_good_standing & began_it & is_draft,
    otherwise=_("Only who began this check answers its questions."),
)
permit(
    "assessments.withdraw",
    is_in_good_standing & began_it & is_draft,
    otherwise=_("Only who began this check can withdraw it."),
)
# The table of doors keeps what is RED on its page. Its author's own words are theirs to take along.
permit(
    "assessments.take",
    is_in_good_standing & began_it,
    otherwise=_("Only who began this check takes a copy of it along."),
)
