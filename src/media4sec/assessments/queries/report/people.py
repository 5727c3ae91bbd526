"""Parts 11 to 13: opinions, the decision, and how it came about."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.assessments.models import Decision, Event, Opinion
from media4sec.assessments.queries.record import line_words, lines_of
from media4sec.assessments.queries.report import blocks
from media4sec.assessments.queries.report.blocks import Block
from media4sec.assessments.queries.report.holding import DECIDED, holding_of
from media4sec.assessments.queries.report.source import Source, day_of, time_of


def opinions(source: Source) -> list[Block]:
    """Part 11. What was advised; where it was overruled, why."""
    wanted = {each["key"]: source.law_of(each["causes"]) for each in source.result["opinions"]}
    asked = [
        f"{source.title(key)} ({law})" if law else source.title(key) for key, law in wanted.items()
    ]
    found: list[Block] = []
    if asked:
        found += [blocks.head(_("Called for by the rules")), blocks.items(asked)]
    if not source.opinions:
        return [*found, blocks.text(_("Nobody signed an opinion on this version."))]
    columns = [
        (_("Who"), 2.0),
        (_("Advice"), 1.6),
        (_("In their words"), 3.6),
        (_("How it was taken"), 3.0),
    ]
    rows = [_opinion(source, each) for each in source.opinions]
    return [*found, blocks.table(_("Opinions, signed on this version"), columns, rows)]


def _opinion(source: Source, each: Opinion) -> list[str]:
    who = f"{source.who(each.by, each.role)}\n{time_of(each.at)}"
    is_yes = each.advice == Opinion.Advice.AGREES
    taken = _("It agrees: there is nothing to answer.") if is_yes else _("Not said yet")
    if each.taken:
        taken = str(Opinion.Taken(each.taken).label)
        if each.taken_why:
            taken += f": {each.taken_why}"
        taken += f"\n{source.who(each.taken_by)}, {day_of(each.taken_at)}"
    words = each.words if source.is_internal else _("In the full copy.")
    return [who, str(Opinion.Advice(each.advice).label), words, taken]


def decision(source: Source) -> list[Block]:
    """Part 12. What was decided, attested and signed, and what has to be done for it to hold."""
    holds = holding_of(source.version, source.day)
    found = [blocks.box(holds.words, holds.sentence, holds.tone)]
    if source.is_public:
        return [*found, _public_decision(source)]
    if not source.decisions:
        return [*found, blocks.text(_("Nobody decided about this version yet."))]
    for each in source.decisions:
        found += _decision(source, each)
    return found


def _public_decision(source: Source) -> Block:
    last = [each for each in source.decisions if each.kind in DECIDED][-1]
    until = last.valid_until or source.check.valid_until
    return blocks.facts(
        [
            (_("Decision"), str(Decision.Kind(last.kind).label)),
            (_("On"), day_of(last.at)),
            (_("Valid until"), day_of(until)),
        ]
    )


def _decision(source: Source, each: Decision) -> list[Block]:
    found = [
        blocks.head(f"{Decision.Kind(each.kind).label} · {time_of(each.at)}"),
        blocks.facts(
            [
                (_("By"), source.who(each.by)),
                (_("Reason"), each.reason),
                (_("Valid until"), day_of(each.valid_until)),
                (_("Signature of the house"), each.signature),
            ]
        ),
    ]
    if each.attested:
        found += [blocks.text(_("Attested, word for word:")), blocks.items(each.attested)]
    rows = [
        (
            condition.text,
            source.who(condition.owner),
            day_of(condition.due),
            _("Done on %(day)s") % {"day": day_of(condition.done_at)}
            if condition.done_at
            else _("Open"),
        )
        for condition in each.conditions.all()
    ]
    if rows:
        columns = [(_("Condition"), 4.0), (_("Who"), 2.0), (_("Until"), 1.4), (_("State"), 1.6)]
        found.append(blocks.table(_("Conditions"), columns, rows))
    return found


def history(source: Source) -> list[Block]:
    """Part 13. The record, the newest hash in it, and how to check this document."""
    found: list[Block] = []
    if not source.is_public:
        lines = lines_of(source.check)
        found += _lines(source, lines) if source.is_internal else []
        found.append(_head_of(source, lines))
    return [*found, blocks.text(_how_to_check())]


def _lines(source: Source, lines: list[Event]) -> list[Block]:
    """Every step but the answers, which are many."""
    told = [line for line in lines if line.action != "answered"]
    rows = [
        (str(line.seq), time_of(line.at), source.who(line.actor), line_words(line), line.hash[:12])
        for line in told
    ]
    columns = [
        (_("Line"), 0.7),
        (_("When"), 2.0),
        (_("Who"), 2.4),
        (_("What"), 3.0),
        (_("Hash"), 1.6),
    ]
    found = [blocks.table(_("The record"), columns, rows)]
    if answers := len(lines) - len(told):
        count = ngettext(
            "%(count)d line about an answer is left out here: the data copy has it.",
            "%(count)d lines about answers are left out here: the data copy has them.",
            answers,
        )
        found.append(blocks.text(count % {"count": answers}))
    return found


def _head_of(source: Source, lines: list[Event]) -> Block:
    """What ties this document to the record."""
    seal = source.check.seals.order_by("-seq").first()
    sealed = _("Not yet: seals are set once a day")
    if seal:
        sealed = _("Line %(seq)d, %(when)s") % {"seq": seal.seq, "when": time_of(seal.at)}
    return blocks.facts(
        [
            (_("Lines in the record"), str(len(lines))),
            (_("Newest hash"), lines[-1].hash if lines else ""),
            (_("Sealed up to"), sealed),
            (_("SHA-256 of the version"), source.version.sha256),
        ]
    )


def _how_to_check() -> str:
    address = f"{settings.SITE_URL}/checks/verify/"
    return _(
        "Whether this document is as it left the house, and whether its decision still holds, is "
        "told at %(address)s to whoever has the file, or the code on its first page."
    ) % {"address": address}
