"""A report in its formats: PDF, HTML, JSON. All of them set the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from media4sec.assessments.queries.report import Report
from media4sec.kit import typesetting

_LAYOUTS = Path(__file__).parent / "data" / "layouts"
#: For archives, and for people who listen: PDF/A-2a and PDF/UA-1.
STANDARDS = ("a-2a", "ua-1")
#: Stands for a letter that none of our fonts has.
_NO_LETTER = "\ufffd"
#: What no text of ours has, and no PDF takes.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ue000-\uf8ff]")


def address_of(code: str) -> str:
    """Where whoever holds a document finds out whether it is one of ours."""
    return f"{settings.SITE_URL}/checks/verify/{code}/"


def as_pdf(report: Report, code: str) -> bytes:
    """Tagged, with a title and a language, for reading in ten years."""
    words = _told(report, code)
    words["qr"] = typesetting.qr(address_of(code))
    words["words"] = _words()
    try:
        return _pdf(_mapped(words, _plain))
    except Exception as error:
        if type(error).__name__ != "TypstError":
            raise
    # A letter is missing in all our fonts, and an archive takes no gaps.
    return _pdf(_mapped(words, _shown))


def as_html(report: Report, code: str) -> bytes:
    """One file of headings and tables, which word processors open."""
    words = {**_told(report, code), "address": address_of(code)}
    return render_to_string("assessments/report_document.html", words).encode()


def _told(report: Report, code: str) -> dict[str, Any]:
    address = address_of(code).partition("://")[2]
    return {
        **report.as_data(),
        "code": code,
        "address": address,
        "tone": report.label.tone or "clear",
        "lang": (get_language() or "en").partition("-")[0],
        "site": settings.SITE_NAME,
    }


def _words() -> dict[str, str]:
    """The words of the layout itself."""
    return {
        "of": _("of"),
        "page": _("Page"),
        "code": _("Code"),
        "check": _("Is it real, and does it still hold?"),
        "contents": _("Contents"),
        "scan": _("Address to check this document"),
        "risks": _("Risks"),
    }


def _pdf(words: dict[str, Any]) -> bytes:
    return typesetting.pdf(_LAYOUTS / "report.typ", words, standards=STANDARDS)


# Letters


def _mapped(said: Any, change: Any) -> Any:
    if isinstance(said, str):
        return change(said)
    if isinstance(said, dict):
        return {name: _mapped(value, change) for name, value in said.items()}
    return [_mapped(each, change) for each in said] if isinstance(said, list) else said


def _plain(text: str) -> str:
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    return text if text.startswith("<svg") else typesetting.breakable(text)


def _shown(text: str) -> str:
    """With a mark for each letter that no font of ours has."""
    return "".join(_marked(_plain(text)))


def _marked(text: str) -> Iterator[str]:
    for letter in text:
        yield letter if letter < "\u0250" or _has(letter) else _NO_LETTER


@lru_cache(maxsize=4096)
def _has(letter: str) -> bool:
    try:
        typesetting.pdf(_LAYOUTS / "letter.typ", {"letter": letter}, standards=STANDARDS)
    except Exception:
        return False
    return True
