"""Who may say that two things belong together, and who may take it back."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.models import Link
from media4sec.kit.permissions import permit
from media4sec.members.rules import is_in_good_standing, is_moderator


@rules.predicate
def linked_them(member: Any, link: Link) -> bool:
    return link.made_by_id is not None and link.made_by_id == member.pk


permit(
    "site.link",
    is_in_good_standing,
    otherwise=_("Confirm your email address first. Then you can link things."),
)
permit(
    "site.unlink",
    is_in_good_standing & (linked_them | is_moderator),
    otherwise=_("Only who linked these two, or a moderator, can take the link away."),
)
