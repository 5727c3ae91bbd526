"""The address of a thing, whatever room it lives in."""

from dataclasses import dataclass
from typing import Self

from django.apps import apps
from django.db import models


@dataclass(frozen=True, order=True)
class Ref:
    """``discussions.topic:42``. The only generic foreign key of the house."""

    kind: str
    pk: int

    @classmethod
    def to(cls, thing: models.Model) -> Self:
        return cls(thing._meta.label_lower, thing.pk)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``app.model:pk``; ValueError when it is no address."""
        kind, _, pk = text.partition(":")
        if kind.count(".") != 1 or not pk.isascii() or not pk.isdigit():
            raise ValueError(f"not the address of a thing: {text!r}")
        return cls(kind, int(pk))

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.kind)

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"
