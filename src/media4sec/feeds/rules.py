"""Who may."""

from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.rules import is_administrator

permit(
    "feeds.keep_peers",
    is_administrator,
    otherwise=_("Only administrators decide which servers we speak with."),
)
