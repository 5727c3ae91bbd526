"""Documents of a check: what can be made, what was, and whether a file is one of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Export, Version
from media4sec.assessments.queries.checks import check_at
from media4sec.assessments.queries.report import DECIDED, Holding, holding_of
from media4sec.kit.clock import now
from media4sec.kit.permissions import may
from media4sec.members.models import Member

#: How many documents of a check its page lists.
MOST_LISTED = 100
PERMISSIONS = {
    Export.Redaction.INTERNAL: "assessments.export_internal",
    Export.Redaction.PARTNER: "assessments.export_partner",
    Export.Redaction.PUBLIC: "assessments.export_public",
}


# Making


@dataclass(frozen=True)
class VersionRow:
    version: Version
    holds: Holding
    copies: list[tuple[str, str]]  # that this member may make of it: key and words


@dataclass(frozen=True)
class DocumentsPage:
    versions: list[VersionRow]  # the newest first
    made: list[Export]


def copies_for(member: Member, check: Check) -> list[str]:
    """Which copies this member may make."""
    return [str(copy) for copy, name in PERMISSIONS.items() if may(member, name, check)]


def documents_page(member: Member, check: Check) -> DocumentsPage:
    allowed = copies_for(member, check)
    decided = {*check.versions.filter(decisions__kind__in=DECIDED).values_list("number", flat=True)}
    versions = list(check.versions.defer("content").order_by("-number"))
    rows = []
    for version in versions:
        version.check_of = check
        copies = [
            (copy, str(Export.Redaction(copy).label))
            for copy in allowed
            if copy != Export.Redaction.PUBLIC or version.number in decided
        ]
        rows.append(VersionRow(version, holding_of(version, now().date()), copies))
    made = Export.objects.filter(version__check_of=check).select_related("by", "version")
    return DocumentsPage(rows, list(made.defer("version__content").order_by("-id")[:MOST_LISTED]))


def version_at(check: Check, number: int) -> Version | None:
    if number >= 2**31:
        return None
    found = check.versions.select_related("check_of__circle", "check_of__author")
    return found.filter(number=number).first()


# Checking


@dataclass(frozen=True)
class Verified:
    """What a file or a code tells to whoever holds it, and no more."""

    tone: str
    title: str
    sentence: str
    export: Export | None = None
    holds: Holding | None = None
    check: Check | None = None  # for its people


def verified(visitor: Any, *, sha256: str = "", code: str = "") -> Verified:
    """Of the file with this hash, or of the document with this code."""
    if sha256:
        return _of_file(visitor, sha256, code)
    found = _exports().filter(code=spelt(code)).first()
    if found is None:
        sentence = _("Look at the letters again: the code has four groups of four.")
        return Verified("stop", _("No document has this code"), sentence)
    sentence = _(
        "We can say whether a file is unchanged only if you give us the file. It is not kept."
    )
    return _told(visitor, "wait", _("A document with this code left this house"), sentence, found)


def _of_file(visitor: Any, sha256: str, code: str) -> Verified:
    found = _exports().filter(sha256=sha256).first()
    if found:
        title, sentence = _("This file is unchanged"), _("It is, byte for byte, as we gave it out.")
        if code and spelt(code) != found.code:
            sentence += " " + _("But it has another code than the one you typed.")
        return _told(visitor, "ok", title, sentence, found)
    if code and _exports().filter(code=spelt(code)).exists():
        title = _("This file is not the one with this code")
        sentence = _(
            "A document with this code exists, but the file differs from it. Trust it not."
        )
        return Verified("stop", title, sentence)
    title = _("This file is not one of ours, or was changed")
    return Verified("stop", title, _("Ask whoever gave it to you for the file as they got it."))


def _told(visitor: Any, tone: str, title: str, sentence: str, export: Export) -> Verified:
    version = export.version
    return Verified(
        tone=tone,
        title=title,
        sentence=sentence,
        export=export,
        holds=holding_of(version, now().date()),
        check=check_at(visitor, version.check_of_id),
    )


def _exports() -> Any:
    return Export.objects.select_related("version__check_of").defer("version__content")


def spelt(code: str) -> str:
    """A code as we write it, however it was typed."""
    letters = re.sub(r"[^0-9A-Z]", "", code.upper())[:24]
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
