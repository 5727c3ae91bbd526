"""Bringing a file: kept, looked at row by row, and taken in at once or not at all."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member
from media4sec.patterns import exchange, rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.exchange.columns import LEVELS
from media4sec.patterns.models import Batch
from media4sec.patterns.queries import incoming
from media4sec.patterns.relating import rows_of, rows_of_others
from media4sec.patterns.services.proposing import Words, propose
from media4sec.patterns.services.telling import tell

#: A file nobody says yes to is forgotten after this.
WAITS = timedelta(days=1)


@transaction.atomic
def bring(content: bytes, *, by: Member, table: str) -> Batch:
    """Keep the rows of a file, to look at what they would do. Nothing happens yet."""
    require(by, f"patterns.bring_{table}")
    found = exchange.read_file(table, content)
    # One at a time: an older file would only be in the way.
    Batch.objects.filter(owner=by, table=table, done_at=None).delete()
    return Batch.objects.create(
        owner=by, table=table, rows=found.rows, unknown=found.unknown[:50], brought_at=now()
    )


@transaction.atomic
def take_in(batch: Batch, *, by: Member) -> Batch:
    """Do what the page showed, for every row that is right: all of them, or none."""
    require(by, f"patterns.bring_{batch.table}", batch)
    batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
    if batch.owner_id != by.pk:
        raise Refused(_("Who brought a file takes it in."))
    if batch.done_at:
        return batch
    plan = incoming.plan(batch, by)
    if not plan.taken:
        raise Refused(_("There is no row in this file that can be taken in."))
    for row in plan.taken:
        try:
            _take(row.brings, by=by)
        except Refused as reason:
            line = {"line": row.line, "reason": reason.sentence}
            raise Refused(_("Line %(line)d: %(reason)s Nothing was taken in.") % line) from reason
    batch.done_at, batch.taken, batch.rows = now(), len(plan.taken), []
    batch.save(update_fields=["done_at", "taken", "rows"])
    return batch


def _take(brings: incoming.NewPattern | incoming.NewExperience, *, by: Member) -> None:
    if isinstance(brings, incoming.NewPattern):
        propose(_words(brings), by=by, pattern=brings.pattern)
        return
    tell(
        brings.account,
        by=by,
        label=brings.label,
        attribution=brings.attribution,
        after=brings.after,
    )


def _words(brings: incoming.NewPattern) -> Words:
    record = brings.record
    # A file says what a pattern is to others; what others are to it, the file leaves alone.
    old = brings.pattern
    return Words(
        title=record["title"],
        card=brings.card,
        theme=brings.themes[0],
        other_theme=brings.themes[1] if len(brings.themes) > 1 else None,
        summary=record["summary"],
        changes=_("Taken in from a file."),
        actors=record["actors"],
        platforms=record["platforms"],
        phases=record["phases"],
        group=brings.group,
        relations=[*(rows_of_others(old) if old else ()), *record["related"]],
        relations_seen=rows_of(old) if old else (),
        evidence=LEVELS[record["evidence"] or "none"],
        emmie=incoming.boxes_of(record),
        language=record["language"] or "en",
    )


def sweep_batches() -> None:
    """House-keeping: what nobody said yes to, and what was taken in, is not kept."""
    Batch.objects.filter(brought_at__lt=now() - WAITS).delete()
