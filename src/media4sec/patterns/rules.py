"""Who may, in the patterns' room."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.audience import can_read
from media4sec.members.rules import is_editor, is_in_good_standing
from media4sec.patterns.models import Experience, Pattern


@rules.predicate
def reads_pattern(_visitor: Any, _pattern: Pattern) -> bool:
    return True


@rules.predicate
def reads_experience(visitor: Any, experience: Experience) -> bool:
    """``visible_to`` for one experience in hand; a test holds the two together."""
    return bool(can_read(visitor, experience))


@rules.predicate
def told_it(member: Any, experience: Experience) -> bool:
    return experience.author_id == member.pk


@rules.predicate
def is_there(_member: Any, experience: Experience) -> bool:
    return experience.deleted_at is None and not experience.is_withheld


permit("patterns.view_pattern", reads_pattern, otherwise=_("This pattern is not open to you."))
permit(
    "patterns.view_experience",
    reads_experience,
    otherwise=_("This experience is not open to you."),
)
permit("patterns.publish", is_editor, otherwise=_("Only editors publish patterns."))
permit(
    "patterns.judge",
    is_in_good_standing,
    otherwise=_("Sign in and confirm your address to say how you see it."),
)
permit(
    "patterns.tell",
    is_in_good_standing,
    otherwise=_("Sign in and confirm your address to tell what you tried."),
)
permit(
    "patterns.edit_experience",
    is_in_good_standing & told_it & is_there,
    otherwise=_("Only who told an experience changes it."),
)
