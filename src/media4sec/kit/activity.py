"""One log. A service ends with ``record(by, verb, thing, within=…)``."""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from media4sec.kit import pagecache
from media4sec.kit.clock import now
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref

Reader = Callable[[Activity, models.Model], None]
_prompt_readers: list[Reader] = []


def read_promptly(reader: Reader) -> Reader:
    """Register a reader that may never be behind, such as the search index.

    It runs inside the writer's transaction. Everybody who can wait reads the log from a task.
    """
    if reader not in _prompt_readers:
        _prompt_readers.append(reader)
    return reader


def record(
    by: Any, verb: str, subject: models.Model, *, within: models.Model | None = None, **facts: Any
) -> Activity:
    """Write down what happened, in the transaction in which it happened."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of what it records")
    where = Ref.to(within) if within is not None else None
    activity = Activity.objects.create(
        actor=None if by is THE_HOUSE else by,
        verb=str(verb),
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        within_kind=where.kind if where else "",
        within_id=where.pk if where else None,
        at=now(),
        facts=facts,
    )
    for reader in _prompt_readers:
        reader(activity, subject)
    _forget_pages()
    return activity


def _forget_pages() -> None:
    """Once a transaction. What is written is written, even if no page can be told."""
    waiting = [hook[1] for hook in transaction.get_connection().run_on_commit]
    if pagecache.forget not in waiting:
        transaction.on_commit(pagecache.forget, robust=True)
