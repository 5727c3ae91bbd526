"""New rules: what is in force since when, and what they say of checks that live under older ones.

The worker does both. Each step is one transaction that ends with where it came to, so that a
worker killed between any two lines has done a step whole or not at all, and the next one goes on.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from media4sec.assessments.models import Check, Recheck, Release, Rerun, Stale, Version
from media4sec.assessments.packs import sealing, shelf
from media4sec.assessments.packs.comparing import compare
from media4sec.assessments.packs.reading import pack_from_json
from media4sec.assessments.packs.schema import Pack
from media4sec.assessments.queries.differing import differing
from media4sec.assessments.queries.table import Table, tables_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.renewing import make_stale
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.permissions import require

#: Checks asked in one transaction.
AT_A_TIME = 50
#: Seconds after which the worker does something else, and goes on in a minute.
AT_ONCE = 20.0
Meaning = Recheck.Meaning


# What is in force


def note_releases(*, by: Any) -> int:
    """Note the packs that came into force or went; how many. With a broken file nothing is
    concluded from what is left."""
    require(by, "assessments.recheck")
    held = shelf.in_force()
    if held.faults:
        return 0
    stamps = {each["id"]: each for code in _countries() for each in shelf.stamps(code)}
    noted = dict(Release.objects.filter(until=None).values_list("pack", "sha256"))
    if noted == {key: each["sha256"] for key, each in stamps.items()}:
        return 0
    try:
        return sum(
            _note(held.packs.get(key), stamps.get(key, {}).get("sha256", ""), key, by=by)
            for key in sorted(noted.keys() | stamps.keys())
        )
    except IntegrityError:  # another worker notes the same at this moment
        return 0


def _countries() -> list[str]:
    """Of every rulebook there is, or was asked by."""
    asked = Rerun.objects.order_by().values_list("country", flat=True).distinct()
    codes = {pack.pack.jurisdiction for pack in shelf.in_force().packs.values()}
    return sorted({"", *asked, *codes} - shelf.EVERYWHERE)


@transaction.atomic
def _note(pack: Pack | None, sha256: str, key: str, *, by: Any) -> bool:
    moment = now()
    before = Release.objects.select_for_update().filter(pack=key, until=None).first()
    if before is not None:
        if before.sha256 == sha256:
            return False
        before.until = moment
        before.save(update_fields=["until"])
    if pack is None:
        if before is not None:
            record(by, "withdrew", before)
        return before is not None
    book = shelf.book_of(pack)
    release = Release.objects.create(
        pack=key,
        number=pack.pack.version,
        sha256=sha256,
        content=json.loads(sealing.words_of(pack, book.provisions)),
        changes=_changes(key, pack),
        since=moment,
    )
    record(by, "released", release)
    return True


def _changes(key: str, pack: Pack) -> list[tuple[str, str]]:
    """Since the release before: kind and place of each."""
    before = Release.objects.filter(pack=key).order_by("-pk").first()
    if before is None:
        return []
    old = pack_from_json(json.dumps(before.content["pack"]), where=str(before))
    return [(str(change), place) for change, place in compare(old, pack)]


# What they say of live checks


def ask_again(*, by: Any, seconds: float = AT_ONCE) -> int:
    """Ask live checks of every country whose rules changed; how many were asked."""
    require(by, "assessments.recheck")
    if shelf.in_force().faults:
        return 0
    until, asked = time.monotonic() + seconds, 0
    for country in _countries():
        _begin(country)
        rerun = Rerun.objects.filter(country=country, finished_at=None).first()
        while rerun and time.monotonic() < until:
            done = _ask_some(rerun.pk, by=by)
            if done is None:
                break
            asked += done
    return asked


def _rules_of(country: str) -> str:
    """A hash of the rules, and of which law applies: a rule can begin on a day, too."""
    day, book = now().date(), shelf.rulebook(country)
    law = [key for key, each in sorted(book.provisions.items()) if each.holds(day)]
    return chain.sha256([[*shelf.stamps(country)], law])


def _begin(country: str) -> None:
    """A rerun where the rules are others than last time. One that goes on under older rules ends.

    The first of a country asks, too: rules may have changed before the worker ever looked.
    """
    rules = _rules_of(country)
    if (last := _last(country)) and last.sha256 == rules:
        return
    try:
        with transaction.atomic():
            if last:
                Rerun.objects.select_for_update().get(pk=last.pk)
                if _last(country) != last:
                    return  # another worker began one
            Rerun.objects.filter(country=country, finished_at=None).update(finished_at=now())
            Rerun.objects.create(
                country=country,
                packs=[*shelf.stamps(country)],
                sha256=rules,
                begun_at=now(),
            )
    except IntegrityError:
        return


def _last(country: str) -> Rerun | None:
    return Rerun.objects.filter(country=country).order_by("-pk").first()


@transaction.atomic
def _ask_some(pk: int, *, by: Any) -> int | None:
    """The next few, and how far it came; None when nobody is left. Another worker waits here."""
    rerun = Rerun.objects.select_for_update().get(pk=pk)
    if rerun.finished_at or [*shelf.stamps(rerun.country)] != rerun.packs:
        return None  # the next round begins another one
    live = Check.objects.filter(country=rerun.country, state__in=Check.LIVE, pk__gt=rerun.reached)
    checks = list(live.order_by("pk").select_for_update(of=("self",))[:AT_A_TIME])
    if not checks:
        rerun.finished_at = now()
        rerun.save(update_fields=["finished_at"])
        return None
    versions, tables = _newest_versions(checks), tables_of(checks, now().date())
    for check in checks:
        if check.pk in versions:
            _ask(rerun, check, versions[check.pk], tables[check.pk], by=by)
    rerun.reached = checks[-1].pk
    rerun.save(update_fields=["reached", "asked", "changed", "stale", "suspended"])
    return len(checks)


def _newest_versions(checks: list[Check]) -> dict[int, Version]:
    found = Version.objects.filter(check_of__in=[each.pk for each in checks]).order_by()
    newest = found.values("check_of").annotate(newest=Max("pk")).values("newest")
    return {each.check_of_id: each for each in Version.objects.filter(pk__in=newest)}


def _ask(rerun: Rerun, check: Check, version: Version, table: Table, *, by: Any) -> None:
    found = differing(version.content, shelf.rulebook(rerun.country), table, now().date())
    Recheck.objects.create(
        rerun=rerun,
        check_of=check,
        version=version,
        meaning=found.meaning,
        difference=found.difference,
        at=now(),
    )
    chain.note(
        check,
        "rechecked",
        by=by,
        thing=f"version:{version.number}",
        meaning=str(found.meaning),
        rules=rerun.sha256,
        difference=chain.sha256(found.difference),
    )
    rerun.asked += 1
    rerun.changed += found.meaning != Meaning.NOTHING
    if found.meaning in _STALE and check.state != Check.State.SUBMITTED:
        rerun.stale += found.meaning == Meaning.STRICTER
        rerun.suspended += found.meaning == Meaning.RED_LINE
        make_stale(check, _STALE[found.meaning], by=by)
    elif check.state == Check.State.SUBMITTED and (
        found.meaning in _STALE or version.packs != rerun.packs
    ):
        # Nobody decides under rules that are gone: it is sent anew.
        record(by, "rules_changed", check)


_STALE = {Meaning.STRICTER: Stale.STRICTER, Meaning.RED_LINE: Stale.RED_LINE}
