"""How to cite what stands here: plain, BibTeX, RIS and CSL-JSON. Pure, and correctly escaped."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

#: Type of a thing → its name in BibTeX, RIS and CSL.
_TYPES = {
    "report": ("techreport", "RPRT", "report"),
    "guide": ("manual", "RPRT", "report"),
    "brief": ("techreport", "RPRT", "report"),
    "paper": ("article", "JOUR", "article"),
    "checklist": ("misc", "GEN", "document"),
    "slides": ("misc", "SLIDE", "speech"),
    "pattern": ("misc", "GEN", "entry-encyclopedia"),
}
_BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{each: f"\\{each}" for each in "&%$#_"},
}


@dataclass(frozen=True)
class Source:
    """What a reference is made of."""

    key: str
    type: str
    title: str
    authors: tuple[str, ...]  # "Family, Given", or an organisation
    dated: date
    publisher: str
    number: str
    edition: str
    language: str
    url: str
    note: str = ""


def plain(source: Source) -> str:
    """For a list of references: authors (year). Title. Number, version. Publisher. Address."""
    about = ", ".join(
        part for part in (source.number, source.edition and f"version {source.edition}") if part
    )
    parts = [
        f"{_in_words(source.authors)} ({source.dated.year})",
        source.title.rstrip("."),
        about,
        source.publisher,
    ]
    return f"{'. '.join(part.rstrip('.') for part in parts if part)}. {source.url}"


def bibtex(source: Source) -> str:
    """BibTeX; what TeX would read as a command is escaped, the address is left as it is."""
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in source.authors),
        # Braces twice: capitals stay as they are.
        "title": f"{{{_tex(source.title)}}}",
        "year": str(source.dated.year),
        "month": str(source.dated.month),
        "institution" if _TYPES[source.type][0] == "techreport" else "publisher": _tex(
            source.publisher
        ),
        "number": _tex(source.number),
        "edition": _tex(source.edition),
        "language": source.language,
        "url": re.sub(r"[{}\\]", "", source.url),
        "note": _tex(source.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    body = ",\n".join(lines)
    return f"@{_TYPES[source.type][0]}{{{_ascii(source.key)},\n{body}\n}}\n"


def ris(source: Source) -> str:
    """RIS: a tag a line, and no line break inside a value."""
    rows = [
        ("TY", _TYPES[source.type][1]),
        ("ID", _ascii(source.key)),
        *(("AU", name) for name in source.authors),
        ("TI", source.title),
        ("PY", str(source.dated.year)),
        ("DA", f"{source.dated:%Y/%m/%d}"),
        ("PB", source.publisher),
        ("M1", source.number),
        ("ET", source.edition),
        ("LA", source.language),
        ("UR", source.url),
        ("N1", source.note),
    ]
    lines = [f"{tag}  - {_one_line(value)}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(source: Source) -> str:
    """CSL-JSON, as reference managers read it."""
    dated = [source.dated.year, source.dated.month, source.dated.day]
    item = {
        "id": source.key,
        "type": _TYPES[source.type][2],
        "title": source.title,
        "author": [_csl_name(name) for name in source.authors],
        "issued": {"date-parts": [dated]},
        "publisher": source.publisher,
        "number": source.number,
        "edition": source.edition,
        "language": source.language,
        "URL": source.url,
        "note": source.note,
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=2) + "\n"


#: Format → how it is written, its media type and the ending of its file.
FORMATS: dict[str, tuple[Callable[[Source], str], str, str]] = {
    "bibtex": (bibtex, "application/x-bibtex", "bib"),
    "ris": (ris, "application/x-research-info-systems", "ris"),
    "csl": (csl, "application/vnd.citationstyles.csl+json", "json"),
}


def _in_words(names: tuple[str, ...]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{'; '.join(names[:-1])} & {names[-1]}"


def _person(name: str) -> tuple[str, str] | None:
    """Family and given name, when it is a person's."""
    family, comma, given = name.partition(",")
    return (family.strip(), given.strip()) if comma and given.strip() else None


def _bibtex_name(name: str) -> str:
    person = _person(name)
    if person:
        return f"{_tex(person[0])}, {_tex(person[1])}"
    # Braces keep an organisation whole, and an "and" inside it.
    return f"{{{_tex(name)}}}"


def _csl_name(name: str) -> dict[str, str]:
    person = _person(name)
    return {"family": person[0], "given": person[1]} if person else {"literal": name}


def _tex(text: str) -> str:
    return "".join(_BIBTEX_SPECIAL.get(letter, letter) for letter in _one_line(text))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _ascii(key: str) -> str:
    plain_key = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9:-]", "", plain_key) or "document"
