"""Parts 7 to 10: red lines, risks, safeguards, authorisations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.assessments.models import Proof
from media4sec.assessments.queries.report import blocks
from media4sec.assessments.queries.report.blocks import Block
from media4sec.assessments.queries.report.source import Source, day_of


def red_lines(source: Source) -> list[Block]:
    """Part 7. Those crossed, and those that were checked and are not."""
    found: list[Block] = []
    crossed = source.result["red_lines"]
    if crossed:
        rows = [_line(source, line) for line in crossed]
        columns = [(_("Red line"), 3.0), (_("State"), 1.6), (_("Needs"), 3.0), (_("Law"), 2.6)]
        found.append(blocks.table(_("Red lines that are crossed"), columns, rows))
    else:
        found.append(blocks.text(_("No red line is crossed.")))
    checked = source.result["lines_checked"]
    count = ngettext(
        "%(count)d red line was checked and is not crossed",
        "%(count)d red lines were checked and are not crossed",
        len(checked),
    ) % {"count": len(checked)}
    if checked:
        found += [blocks.head(count), blocks.items(source.title(key) for key in checked)]
    for each in source["blocks"]:
        found.append(blocks.box(each["title"], each["note"], "stop"))
    return found


def _line(source: Source, line: dict[str, Any]) -> list[str]:
    missing, is_absolute = line["missing"], line["kind"] == "absolute"
    # A gate can have been opened by what was shown after the version was sent.
    missing = [key for key in missing if not _is_shown(source, key)]
    if is_absolute:
        state, needs = _("Crossed"), _("Nobody can approve this.")
    elif missing:
        state, needs = _("Held"), source.titles(missing)
    else:
        state, needs = _("Open: all it needs is shown"), source.titles(line["gates"])
    title = [source.title(line["key"]), "" if source.is_public else source["lines"][line["key"]]]
    why = source.why(line["causes"])
    if why:
        title.append(_("Because: %(why)s") % {"why": why})
    return ["\n".join(filter(None, title)), state, needs, source.law_of(line["causes"])]


def _is_shown(source: Source, key: str) -> bool:
    return any(source.accepted(of, key) for of in Proof.Of.values)


def risks(source: Source) -> list[Block]:
    """Part 8. Before and after safeguards, and where each lies."""
    if not source.result["risks"]:
        return [blocks.text(_("No risk follows from the answers."))]
    ordered = sorted(source.result["risks"], key=lambda risk: -_rank(source, risk))
    numbered = list(enumerate(ordered, start=1))
    columns = [
        (_("No."), 0.6),
        (_("Risk"), 3.4),
        (_("Before"), 2.4),
        (_("Lowered by"), 3.4),
        (_("After"), 2.4),
    ]
    rows = [_risk(source, number, risk) for number, risk in numbered]
    found = [
        blocks.text(
            _(
                "Severity and likelihood are read from a table, never added or multiplied. A "
                "safeguard lowers a risk only once it was shown and a reviewer accepted that."
            )
        ),
        blocks.table(_("Each risk before and after safeguards"), columns, rows),
        _matrix(source, _("Before safeguards"), {n: source.gross(risk) for n, risk in numbered}),
        _matrix(
            source,
            _("With the safeguards shown by %(day)s") % {"day": day_of(source.moment)},
            {n: source.residual(risk) for n, risk in numbered},
        ),
    ]
    return [*found, *_gauges(source)]


def _rank(source: Source, risk: dict[str, Any]) -> int:
    levels = source.gross(risk)
    return 100 * ["low", "medium", "high"].index(source.band(levels)) + sum(levels)


def _risk(source: Source, number: int, risk: dict[str, Any]) -> list[str]:
    key = risk["key"]
    said = [source.title(key)]
    if why := source.why(risk["causes"]):
        said.append(_("Because: %(why)s") % {"why": why})
    if rights := source["risks"][key]["rights"]:
        said.append(_("Rights: %(rights)s") % {"rights": "; ".join(rights)})
    before, after = source.gross(risk), source.residual(risk)
    cuts = source["risks"][key]["cuts"]
    none = _("Nothing shown yet") if cuts else _("No safeguard lowers it")
    lowered = source.titles(source.cutting(key)) or none
    return [str(number), "\n".join(said), _level(source, before), lowered, _level(source, after)]


def _level(source: Source, levels: tuple[int, int]) -> str:
    names = source["scale"]["levels"]
    severity, likelihood = (names[level - 1] for level in levels)
    said = _("Severity: %(severity)s\nLikelihood: %(likelihood)s")
    return f"{source.band_words(levels)}\n" + said % {
        "severity": severity,
        "likelihood": likelihood,
    }


def _matrix(source: Source, caption: str, levels: dict[int, tuple[int, int]]) -> Block:
    names = source["scale"]["levels"]
    rows = [
        {
            "name": names[severity - 1],
            "cells": [
                {
                    "band": source.band((severity, likelihood)),
                    "words": source.band_words((severity, likelihood)),
                    "risks": [n for n, each in levels.items() if each == (severity, likelihood)],
                }
                for likelihood in range(1, len(names) + 1)
            ],
        }
        for severity in range(len(names), 0, -1)
    ]
    return blocks.matrix(caption, _("Severity ↓ Likelihood →"), names, rows)


def _gauges(source: Source) -> list[Block]:
    """Levels that reviewers set instead of those the rules gave."""
    if source.is_public or not source.gauged:
        return []
    rows = []
    for each in source.gauged.values():
        by = source.who(each.by)
        if each.second:
            by += "\n" + _("Agreed by: %(who)s") % {"who": source.who(each.second)}
        rows.append(
            [
                source.title(each.risk),
                _level(source, (each.severity, each.likelihood)),
                each.reason if source.is_internal else _("The reason is in the full copy."),
                f"{by}\n{day_of(each.at)}",
            ]
        )
    columns = [(_("Risk"), 2.0), (_("Level"), 1.6), (_("Reason"), 3.0), (_("Who, when"), 2.0)]
    return [blocks.table(_("Levels set by reviewers"), columns, rows)]


def safeguards(source: Source) -> list[Block]:
    """Part 9. What has to be there, and what shows it; and the papers that go with it."""
    found: list[Block] = []
    for of, name, caption in (
        (Proof.Of.SAFEGUARD, "safeguards", _("Safeguards")),
        (Proof.Of.DOCUMENT, "documents", _("Documents")),
    ):
        rows = [_needed(source, of, each) for each in source.result[name]]
        columns = [(_("What"), 3.0), (_("Law"), 3.5), (_("Shown"), 3.5)]
        if rows:
            found.append(blocks.table(caption, columns, rows))
    return found or [blocks.text(_("Nothing beyond the usual duties follows from the answers."))]


def _needed(source: Source, of: str, each: dict[str, Any]) -> list[str]:
    return [
        source.title(each["key"]),
        source.law_of(each["causes"]),
        _shown(source, of, each["key"]),
    ]


def _shown(source: Source, of: str, key: str) -> str:
    """By whom, when and with what; how much of it, the copy decides."""
    proof = source.accepted(of, key)
    if proof is None:
        return _("Waits for a reviewer") if _waits(source, of, key) else _("Not shown yet")
    said = [_("Shown and accepted on %(day)s") % {"day": day_of(proof.judged_at)}]
    if source.is_public:
        return said[0]
    if source.is_internal:
        said += [proof.words, *(_("File: %(name)s") % {"name": name} for name in _files(proof))]
    said.append(_("Given by: %(who)s") % {"who": source.who(proof.given_by)})
    said.append(_("Accepted by: %(who)s") % {"who": source.who(proof.judged_by)})
    if proof.valid_until:
        said.append(_("Until %(day)s") % {"day": day_of(proof.valid_until)})
    return "\n".join(filter(None, said))


def _waits(source: Source, of: str, key: str) -> bool:
    return any(each.state == Proof.State.GIVEN for each in source.proofs.get((of, key), []))


def _files(proof: Proof) -> list[str]:
    return [str(each.get("name", "")) for each in proof.files if isinstance(each, dict)]


def authorisations(source: Source) -> list[Block]:
    """Part 10. Who outside the team has to agree. In a partner's copy the office is masked."""
    needed = source.result["authorisations"]
    if not needed:
        return [blocks.text(_("The rules call for no authorisation."))]
    if source.is_public:
        rows = [_needed(source, Proof.Of.AUTHORISATION, each) for each in needed]
        columns = [(_("Authorisation"), 3.6), (_("Law"), 2.6), (_("Shown"), 3.4)]
        return [blocks.table(_("Authorisations"), columns, rows)]
    columns = [
        (_("Authorisation"), 3.2),
        (_("National provision"), 2.6),
        (_("Office"), 1.7),
        (_("Reference"), 1.4),
        (_("Valid"), 1.5),
    ]
    rows = [_authorisation(source, each) for each in needed]
    return [blocks.table(_("Authorisations"), columns, rows)]


def _authorisation(source: Source, each: dict[str, Any]) -> list[str]:
    key = each["key"]
    proof = source.accepted(Proof.Of.AUTHORISATION, key)
    title = (
        f"{source.title(key)}\n{source['given_by'].get(key, '')}\n{source.law_of(each['causes'])}"
    )
    statute = source["statutes"].get(key, "")
    if proof is None:
        shown = _shown(source, Proof.Of.AUTHORISATION, key)
        return [title.strip(), statute or _("To be named"), "–", "–", shown]
    masked = "" if source.is_internal else _("Masked")
    days = [
        _("from %(day)s") % {"day": day_of(proof.valid_from)} if proof.valid_from else "",
        _("until %(day)s") % {"day": day_of(proof.valid_until)} if proof.valid_until else "",
    ]
    valid = " ".join(filter(None, days)) or _("No days named")
    return [
        title.strip(),
        "\n".join(dict.fromkeys(filter(None, (proof.statute, statute)))) or _("To be named"),
        masked or proof.office or "–",
        masked or proof.reference or "–",
        valid,
    ]
