"""Documents of a check: made while one waits, written down, and never kept.

What is kept is the hash of the very bytes, so that anybody can be told later whether a file is one
of these. A code is 16 letters out of 30, drawn at random: 78 bits. Whoever tried a thousand a
second would look for ten million years to find one in a million documents.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments import printing
from media4sec.assessments.models import Export, Version
from media4sec.assessments.queries.documents import PERMISSIONS
from media4sec.assessments.queries.record import record_data
from media4sec.assessments.queries.report import Report, Source, is_decided, report_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.signing import public_key, sign
from media4sec.assessments.verifying import DOCUMENT, RECORD, canonical
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member

#: Without 0, O, 1, I, L and U: read aloud or written down, none is taken for another.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True)
class Made:
    export: Export
    content: bytes

    @property
    def filename(self) -> str:
        return f"check-{self.export.code}.{self.export.format}"


def export(version: Version, copy: str, form: str, *, by: Member) -> Made:
    """A document of a version. It is in the record before anybody has it."""
    if copy not in Export.Redaction.values or form not in Export.Format.values:
        raise Refused(_("Choose a copy and a format from the list."))
    gate = PERMISSIONS[Export.Redaction(copy)]
    require(by, gate, version.check_of)
    if copy == Export.Redaction.PUBLIC and not is_decided(version):
        raise Refused(_("A summary for everybody is made once this version is decided."))
    source = Source(version, copy, now(), by)
    code = new_code()
    # Before anything is held: setting a long report takes its time.
    content = content_of(source, form, code)
    return _write_down(source, form, code, content, gate)


@transaction.atomic
def _write_down(source: Source, form: str, code: str, content: bytes, gate: str) -> Made:
    version, check = source.version, source.check
    enter(check, gate, by=source.by)
    made = Export.objects.create(
        version=version,
        redaction=source.copy,
        format=form,
        code=code,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        state=check.state,
        by=source.by,
        at=source.moment,
    )
    chain.note(
        check,
        "exported",
        by=source.by,
        thing=f"version:{version.number}",
        sha256=made.sha256,
        copy=str(source.copy),
        format=form,
    )
    return Made(made, content)


def new_code() -> str:
    """``K7QF-2MRX-9TDA-WV3H``"""
    letters = [secrets.choice(LETTERS) for _each in range(_GROUPS * _GROUP)]
    groups = ("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))
    return "-".join(groups)


def content_of(source: Source, form: str, code: str) -> bytes:
    report = report_of(source)
    if form == Export.Format.PDF:
        return printing.as_pdf(report, code)
    if form == Export.Format.HTML:
        return printing.as_html(report, code)
    return as_data(source, report, code)


# Data


def as_data(source: Source, report: Report, code: str) -> bytes:
    """Canonical JSON, signed as a whole; among its people with all that was signed, and the record.

    Other copies carry neither answers nor lines of the record: of a short answer the hash could be
    guessed.
    """
    body: dict[str, Any] = {
        "format": DOCUMENT,
        "copy": str(source.copy),
        "code": code,
        "verify": printing.address_of(code),
        "site": settings.SITE_URL,
        "made": source.moment.isoformat(),
        "report": report.as_data(),
    }
    if source.is_internal:
        body |= _signed_words(source) | {"record": record_data(source.check)}
    return sealed(body)


def record_file(check: Any, *, by: Member) -> bytes:
    """The record alone: hashes, keys and days. With it a PDF is checked without this site."""
    require(by, "assessments.view_record", check)
    body = {
        "format": RECORD,
        "label": str(check.label),
        "site": settings.SITE_URL,
        "made": now().isoformat(),
        "record": record_data(check),
    }
    return sealed(body)


def sealed(body: dict[str, Any]) -> bytes:
    _words, signature = sign(body)
    return canonical(body | {"seal": {"public_key": public_key(), "signature": signature}})


def _signed_words(source: Source) -> dict[str, Any]:
    version = source.version
    return {
        "version": {
            "check": version.check_of_id,
            "number": version.number,
            "sha256": version.sha256,
            "sent_at": version.sent_at.isoformat(),
            "sent_by": version.sent_by_id,
            "content": version.content,
        },
        "opinions": [
            {
                "statement": each.statement,
                "signature": each.signature,
                "by": each.by_id,
                "role": each.role,
                "advice": each.advice,
                "words": each.words,
                "taken": each.taken,
                "taken_why": each.taken_why,
            }
            for each in source.opinions
        ],
        "decisions": [
            {
                "statement": each.statement,
                "signature": each.signature,
                "by": each.by_id,
                "decision": each.kind,
                "reason": each.reason,
                "attested": each.attested,
                "evidence": each.evidence,
            }
            for each in source.decisions
        ],
    }
