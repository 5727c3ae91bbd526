"""Names of countries and languages, from the Unicode tables (CLDR) that Babel carries."""

import functools

from babel import Locale
from django.utils.translation import get_language

#: Languages members can say they speak: of the European Union, its neighbours, and some more.
LANGUAGE_CODES = [
    "ar",
    "bg",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "eu",
    "fi",
    "fr",
    "ga",
    "gl",
    "he",
    "hr",
    "hu",
    "is",
    "it",
    "ka",
    "lb",
    "lt",
    "lv",
    "mk",
    "mt",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "tr",
    "uk",
]
_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "CP", "DG", "EA", "IC", "TA", "AC"}


@functools.cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def _here() -> Locale:
    return _locale(get_language() or "en")


def country_name(code: str) -> str:
    """A country in words, in the reader's language; "" for none."""
    return _country_name(code, get_language() or "en") if code else ""


@functools.cache
def _country_name(code: str, language: str) -> str:
    return str(_locale(language).territories.get(code, code))


def language_name(code: str) -> str:
    return str(_here().languages.get(code, code))


def country_choices() -> list[tuple[str, str]]:
    """All countries by name, for a select."""
    return _country_choices(get_language() or "en")


@functools.cache
def _country_choices(language: str) -> list[tuple[str, str]]:
    names = [
        (code, name)
        for code, name in _locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return [("", "—"), *sorted(names, key=lambda row: row[1])]


def language_choices() -> list[tuple[str, str]]:
    return sorted(((code, language_name(code)) for code in LANGUAGE_CODES), key=lambda row: row[1])
