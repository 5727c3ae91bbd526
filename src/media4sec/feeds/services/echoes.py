"""Forgetting what was said elsewhere, with all its words."""

from __future__ import annotations

from django.db import models, transaction

from media4sec.feeds.models import Echo
from media4sec.kit import pagecache
from media4sec.kit.models import Withheld


def forget(echoes: models.QuerySet[Echo]) -> None:
    """Also what a moderator withheld: the words are their writer's, and they took them back."""
    pks = list(echoes.values_list("pk", flat=True))
    Withheld.objects.filter(thing_kind=Echo._meta.label_lower, thing_id__in=pks).delete()
    Echo.objects.filter(pk__in=pks).delete()
    if pks:
        transaction.on_commit(pagecache.forget, robust=True)
