"""Parts 1 to 6: what is planned, under which law, and why."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from media4sec.assessments.queries.report import blocks
from media4sec.assessments.queries.report.blocks import Block
from media4sec.assessments.queries.report.holding import holding_of
from media4sec.assessments.queries.report.source import DATA, NEED, PURPOSE, Source, day_of, part_of


def cover(source: Source) -> list[Block]:
    """Part 1. What it is, what holds today, and under which rules it was made."""
    plan, check, version = source["plan"], source.check, source.version
    holds = holding_of(version, source.day)
    rows = [
        (_("Activity"), plan["activity_title"]),
        (_("Version"), str(version.number)),
        (_("Sent to reviewers"), day_of(version.sent_at)),
        (_("State on the day of this document"), f"{holds.words} ({day_of(source.moment)})"),
        (_("Decision holds until"), day_of(check.valid_until) if holds.is_in_force else ""),
        (_("SHA-256 of the version"), version.sha256),
    ]
    if not source.is_public:
        rows[1:1] = [
            (_("Check"), f"{check.pk}"),
            (_("Unit"), plan["circle"]),
            (_("Country layer"), plan["country"] or _("None: the rules all countries share")),
        ]
    packs = {(each["id"], each["version"]): each["sha256"] for each in source["packs"]}
    rules = [
        (
            f"{head['title']} ({head['id']} {head['version']})",
            _("Reviewed by %(who)s") % {"who": head["reviewer"]}
            if head["reviewed"]
            else _("Draft, for legal review"),
            packs.get((head["id"], head["version"]), ""),
        )
        for head in source["rules"]
    ]
    columns = [(_("Rules"), 3.0), (_("State"), 2.0), (_("SHA-256"), 5.0)]
    return [blocks.facts(rows), blocks.table(_("The rules it was made under"), columns, rules)]


def verdict(source: Source) -> list[Block]:
    """Part 2. One page in plain words."""
    holds = holding_of(source.version, source.day)
    sent = _("What the rules said when this version was sent on %(day)s") % {
        "day": day_of(source.version.sent_at)
    }
    said = [source["verdict"] + ".", "" if source.is_public else source["hope"]]
    found = [
        blocks.box(sent, " ".join(each for each in said if each), source["tone"]),
        blocks.text(f"{holds.words}. {holds.sentence}"),
    ]
    highest = [source.band(source.residual(risk)) for risk in source.result["risks"]]
    counts = [
        (_("Red lines crossed"), str(len(source.result["red_lines"]))),
        (_("Red lines checked and not crossed"), str(len(source.result["lines_checked"]))),
        (_("Risks found"), str(len(source.result["risks"]))),
        (_("High before safeguards"), str(_highs(source))),
        (_("High with the safeguards shown so far"), str(highest.count("high"))),
        (_("Safeguards called for"), str(len(source.result["safeguards"]))),
        (_("Authorisations called for"), str(len(source.result["authorisations"]))),
    ]
    found.append(blocks.facts(counts))
    if source.result["not_known"] and not source.is_public:
        texts = {each["id"]: each["text"] for each in source["asked"]}
        found += [
            blocks.head(_("Not known: the riskier answer counts")),
            blocks.items(texts[key] for key in source.result["not_known"]),
        ]
    return found


def _highs(source: Source) -> int:
    return sum(source.band(source.gross(risk)) == "high" for risk in source.result["risks"])


def purpose(source: Source) -> list[Block]:
    """Part 3. The plan in its author's words, and under which law it falls."""
    plan = source["plan"]
    return [
        blocks.facts(
            [
                (_("Plan"), plan["title"]),
                (_("Activity"), plan["activity_title"]),
                (_("Data-protection law"), source["regime"] or _("Not settled by the answers")),
            ]
        ),
        blocks.text(plan["description"] or _("No description was given.")),
        *_answers(source, PURPOSE),
    ]


def legal_basis(source: Source) -> list[Block]:
    """Part 4. Each provision with the reason, and the directive never without the national law."""
    why = _reasons(source)
    rows = [
        [
            f"4.{number}",
            source["provisions"][key]["name"],
            _says(source, source["provisions"][key]),
            "; ".join(why[key]),
            _national(source, key),
        ]
        for key, number in source.law_rows.items()
    ]
    columns = [
        (_("No."), 0.9),
        (_("Provision"), 2.2),
        (_("What it says, in our words"), 3.5),
        (_("Why it matters here"), 2.9),
        (_("National provision"), 3.1),
    ]
    first = _("A directive gives nobody a power to act. The national provision beside it does.")
    caption = _("Provisions, reasons, national law")
    if source.is_public:
        # The reasons are answers.
        rows = [[*row[:3], row[4]] for row in rows]
        del columns[3]
        return [blocks.text(first), blocks.table(caption, columns, rows)]
    authority = "; ".join(head["authority"] for head in source["rules"] if head["authority"])
    named = [
        (
            _("National provision its author relies on"),
            source["named_law"] or _("None was named"),
        ),
        (_("Supervisory authority"), authority),
    ]
    return [blocks.text(first), blocks.facts(named), blocks.table(caption, columns, rows)]


def _reasons(source: Source) -> dict[str, list[str]]:
    """Provision → what leads to it."""
    found: dict[str, list[str]] = defaultdict(list)
    for cause in _causes(source):
        text = source.why([cause])
        for key in cause["sources"]:
            if text and text not in found[key]:
                found[key].append(text)
    return found


def _says(source: Source, provision: dict[str, str]) -> str:
    first = provision["first"]
    if first and date.fromisoformat(first) > source.day:
        return provision["says"] + " " + _("Applies from %(day)s.") % {"day": day_of(first)}
    return provision["says"]


def _national(source: Source, key: str) -> str:
    if not key.startswith("LED."):
        return "–"
    if source.transposition:
        return source.transposition
    return _("To be named: no country’s rules were chosen")


def _causes(source: Source) -> list[dict[str, Any]]:
    result = source.result
    several = (
        "red_lines", "blocks", "risks", "safeguards", "authorisations", "documents", "opinions",
    )  # fmt: skip
    found = [cause for name in several for each in result[name] for cause in each["causes"]]
    return [*found, *result["notes"]]


def people_and_data(source: Source) -> list[Block]:
    """Part 5. Whose data, which, how."""
    return _answers(source, DATA)


def necessity(source: Source) -> list[Block]:
    """Part 6. Aim, evidence, milder ways, and the balance."""
    text = _("The aim stands in part 3. Here is why nothing milder would do, as the author says.")
    found = [blocks.text(text), *_answers(source, NEED)]
    balance = source.result["criteria"]
    if balance:
        said = _("Signs of a high risk under the guidelines on impact assessments (WP248): %(n)d.")
        found.append(blocks.text(said % {"n": len(balance)}))
    return found


def _answers(source: Source, part: int) -> list[Block]:
    sections: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for asked in source["asked"]:
        if part_of(asked) == part:
            row = (source.answer_rows[asked["id"]], asked["text"], _said(source, asked))
            sections[asked["section"]].append(row)
    columns = [(_("No."), 0.2), (_("Question"), 1.0), (_("Answer"), 1.4)]
    return [blocks.table(title, columns, rows) for title, rows in sections.items()]


def _said(source: Source, asked: dict[str, str]) -> str:
    """Words beside an answer, and notes to reviewers, stay with its people."""
    more = [asked["said"]]
    if source.is_internal and asked["words"]:
        more.append(asked["words"])
    if source.is_internal and asked["comment"]:
        more.append(_("For reviewers: %(words)s") % {"words": asked["comment"]})
    return "\n".join(more)
