"""Who may watch, who chooses letters, who writes the newsletter."""

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.rules import is_editor, is_in_good_standing

has_account = rules.predicate(lambda visitor: bool(visitor.is_authenticated), name="has an account")

permit(
    "digests.watch",
    is_in_good_standing,
    otherwise=_("Members can watch things, once their address is confirmed."),
)
permit("digests.choose_letters", has_account, otherwise=_("Sign in to choose your letters."))
permit("digests.edit_issue", is_editor, otherwise=_("The newsletter is written by editors."))
