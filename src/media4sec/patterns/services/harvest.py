"""Following what is public, so that harvesters learn of every change and of what is gone."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction

from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.models import Theme
from media4sec.patterns.models import Clock, Experience, HarvestRecord, Pattern
from media4sec.patterns.queries import harvest

_CHUNK = 500
_MODELS: dict[str, type[Pattern | Experience]] = {"pattern": Pattern, "experience": Experience}


def keep_up() -> int:
    """Write down what became public, changed or went since the last time. How many did."""
    values = dict(Clock.objects.values_list("name", "value"))
    return sum(
        _follow(kind) for kind in _MODELS if values.get(f"oai {kind}", 0) < values.get(kind, 0)
    )


@transaction.atomic
def _follow(kind: str) -> int:
    # Of two workers one waits, and then finds nothing to do.
    Clock.objects.get_or_create(name=f"oai {kind}")
    bookmark = Clock.objects.select_for_update().get(name=f"oai {kind}")
    newest = Clock.objects.values_list("value", flat=True).get(name=kind)
    changed = _MODELS[kind]._default_manager.filter(ticked__gt=bookmark.value, ticked__lte=newest)
    pks = list(changed.order_by("ticked").values_list("pk", flat=True))
    themes = harvest.themes_by_pk()
    told = 0
    for start in range(0, len(pks), _CHUNK):
        told += _tell(kind, pks[start : start + _CHUNK], themes)
    bookmark.value = newest
    bookmark.save(update_fields=["value"])
    return told


def _tell(kind: str, pks: list[int], themes: dict[int, Theme]) -> int:
    entries = harvest.public_entries(kind, pks)
    before = {
        row.thing_id: row for row in HarvestRecord.objects.filter(kind=kind, thing_id__in=pks)
    }
    new, renewed = [], []
    for pk in pks:
        entry, row = entries.get(pk), before.get(pk)
        if entry is None and row is not None and not row.is_gone:
            row.is_gone, row.at, row.said = True, now(), ""
            renewed.append(row)
        elif entry is not None:
            fresh = _record(kind, pk, entry, themes)
            if row is None:
                new.append(fresh)
            elif row.said != fresh.said:
                fresh.pk = row.pk
                renewed.append(fresh)
    HarvestRecord.objects.bulk_create(new)
    HarvestRecord.objects.bulk_update(
        renewed, ["at", "is_gone", "theme", "other_theme", "said"], batch_size=100
    )
    return len(new) + len(renewed)


def _record(kind: str, pk: int, entry: Entry, themes: dict[int, Theme]) -> HarvestRecord:
    slugs = [themes[each].slug for each in entry.themes if each in themes]
    words = repr((slugs, harvest.dublin_core(entry, themes)))
    return HarvestRecord(
        kind=kind,
        thing_id=pk,
        at=now(),
        theme=slugs[0] if slugs else "",
        other_theme=slugs[1] if len(slugs) > 1 else "",
        said=sha256(words.encode()).hexdigest(),
    )
