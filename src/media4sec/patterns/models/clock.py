"""Counting changes, so that what processes keep in memory can follow the database."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models, transaction
from django.db.models import F


def _epoch() -> str:
    return secrets.token_hex(8)


class Clock(models.Model):
    """How many changes a kind of thing has seen. Its row is locked until a change commits,
    so that whoever sees a number sees every change up to it."""

    name = models.CharField(max_length=20, unique=True)
    value = models.BigIntegerField(default=0)
    #: Another one where the database is another one, or an older one.
    epoch = models.CharField(max_length=16, default=_epoch)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"

    @classmethod
    def tick(cls, name: str) -> int:
        """The next number; inside the transaction of the change."""
        if not cls.objects.filter(name=name).update(value=F("value") + 1):
            cls.objects.get_or_create(name=name)
            cls.objects.filter(name=name).update(value=F("value") + 1)
        return cls.objects.values_list("value", flat=True).get(name=name)


class Ticking(models.Model):
    """A row that says when it changed, in numbers of the clock of its kind."""

    ticked = models.BigIntegerField(default=0, db_index=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **more: Any) -> None:
        with transaction.atomic():
            self.ticked = Clock.tick(self._meta.model_name or "")
            if more.get("update_fields") is not None:
                more["update_fields"] = {*more["update_fields"], "ticked"}
            super().save(*args, **more)
