"""What somebody is writing, kept on the server until it is sent. Nobody else ever reads it."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.models import Draft

LONGEST = 100_000
MOST_FIELDS = 150
MOST_DRAFTS = 100
_PLACE = re.compile(r"[a-z]+:[a-z0-9:-]*")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
#: Fields of every form that are nobody's text.
_NOT_TEXT = {"csrfmiddlewaretoken", "attempt", "place", "password"}


def load(owner: Any, place: str) -> dict[str, str]:
    """The fields as they were last kept; nothing when nothing was."""
    draft = Draft.objects.filter(owner=owner, place=place).first()
    return dict(draft.fields) if draft else {}


@transaction.atomic
def keep(owner: Any, place: str, fields: Mapping[str, Any]) -> Draft:
    """Keep the text of a form. Beyond a hundred drafts the oldest goes."""
    if len(place) > 120 or not _PLACE.fullmatch(place):
        raise Refused(_("This form keeps no drafts."))
    texts = {
        name: _storable(value)
        for name, value in fields.items()
        if isinstance(value, str) and _NAME.fullmatch(name) and name not in _NOT_TEXT
    }
    if len(texts) > MOST_FIELDS:
        raise Refused(_("This form has too many fields to be kept as a draft."))
    if any(len(text) > LONGEST for text in texts.values()):
        raise Refused(
            _("The text is too long to be kept. The limit is %(most)d characters.")
            % {"most": LONGEST}
        )
    draft, is_new = Draft.objects.update_or_create(
        owner=owner, place=place, defaults={"fields": texts, "saved_at": now()}
    )
    if is_new:
        newest = Draft.objects.filter(owner=owner).order_by("-saved_at", "-id")
        surplus = list(newest.values_list("pk", flat=True)[MOST_DRAFTS:])
        Draft.objects.filter(pk__in=surplus).delete()
    return draft


def discard(owner: Any, place: str) -> None:
    """It was sent, or thrown away."""
    gone = Draft.objects.filter(owner=owner, place=place)
    gone._raw_delete(gone.db)  # nothing hangs on a draft: one statement


def _storable(text: str) -> str:
    """Without what no database keeps: NUL and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()
