"""Words as search knows them: without case, accents or plural, and marked where they were found.

Pure: no database. The index and the question go through the same ``key``, so both databases
forgive the same things.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 10
_ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')
#: Letters that are one with their accent, so that taking marks away does not reach them.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """One word as the index keeps it: ``Überwachungen`` and ``uberwachungen`` are the same."""
    if not word.isascii():
        spread = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
        word = "".join(letter for letter in spread if letter.isalnum())
    return _singular(word.lower())[:60]


def _singular(word: str) -> str:
    """English plurals, carefully (the S-stemmer): other languages lose nothing they need."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


def keys(text: str) -> list[str]:
    """All words of a text, in order."""
    return [found for word in WORD.findall(text) if (found := key(word))]


#: Words that tell texts apart from none; a question may hold them, an answer need not.
_FILLING = frozenset(
    keys(
        "a an and are as at be by can did do does for from had has have how i if in is it its "
        "me my of on or our should so that the their them there they this to was we were what "
        "when where which who whom why will with would you your"
    )
)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: phrases of one or more words, all of which must be there."""

    phrases: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for phrase in self.phrases for word in phrase)

    @property
    def has_phrase(self) -> bool:
        return any(len(phrase) > 1 for phrase in self.phrases)

    def __bool__(self) -> bool:
        return bool(self.phrases)


NOTHING = Wanted(())


def read(question: str) -> Wanted:
    """A typed question: words, and phrases "in quotation marks"; filling words do not count."""
    quoted: list[tuple[str, ...]] = []
    loose: list[tuple[str, ...]] = []
    for inside, word in _ASKED.findall(question.translate({0x201C: '"', 0x201D: '"', 0x201E: '"'})):
        parts = tuple(keys(inside or word))
        if inside and parts:
            quoted.append(parts)
        else:
            # "e-mail" is written in one word by some and in two by others: ask for the parts.
            loose += [(part,) for part in parts]
    telling = [phrase for phrase in loose if phrase[0] not in _FILLING]
    found = dict.fromkeys(quoted + (telling or ([] if quoted else loose)))
    return Wanted(_up_to(MOST_WORDS, list(found)))


def _up_to(most: int, phrases: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    kept: list[tuple[str, ...]] = []
    for phrase in phrases:
        most -= len(phrase)
        if most < 0:
            break
        kept.append(phrase)
    return tuple(kept)


class Finder:
    """Finds the words looked for in a text as people wrote it."""

    def __init__(self, wanted: frozenset[str], *, beginnings: frozenset[str] = frozenset()) -> None:
        self._wanted = wanted
        self._beginnings = tuple(beginnings)
        # Most words are other words: a pattern passes over them. The last letter may differ
        # in the plural ("city", "cities").
        roots = {re.escape(word[:-1] if len(word) > 3 else word) for word in wanted | beginnings}
        self._likely = re.compile(rf"\b(?:{'|'.join(sorted(roots))})[^\W_]*", re.IGNORECASE)

    def spans(self, text: str) -> list[tuple[int, int]]:
        likely = self._likely if text.isascii() else WORD
        return [found.span() for found in likely.finditer(text) if self._is_wanted(key(found[0]))]

    def _is_wanted(self, word: str) -> bool:
        return word in self._wanted or (
            bool(self._beginnings) and word.startswith(self._beginnings)
        )


def mark(text: str, finder: Finder) -> SafeString:
    """The text as safe HTML, the words looked for inside ``<mark>``."""
    return _marked(text, finder.spans(text))


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    # Safe plus safe stays safe; all that is not ours is escaped.
    html, end = _NONE, 0
    for start, stop in spans:
        html += escape(text[end:start]) + _OPEN + escape(text[start:stop]) + _CLOSE
        end = stop
    return html + escape(text[end:])


_NONE = format_html("{}", "")
_OPEN, _CLOSE = format_html("<mark>{}", ""), format_html("</mark>{}", "")
_BEFORE, _AFTER = format_html("{}", "… "), format_html("{}", " …")


def excerpt(text: str, finder: Finder, *, length: int = 220) -> SafeString:
    """The stretch of a text that tells most about the question, words marked, as safe HTML."""
    spans = finder.spans(text)
    start = max(0, _best(text, spans, length) - length // 4)
    if start:
        start = text.find(" ", start) + 1
    stop = min(len(text), start + length)
    if stop < len(text):
        stop = max(text.rfind(" ", start, stop), start + length // 2)
    inside = [(a - start, b - start) for a, b in spans if start <= a and b <= stop]
    html = _marked(text[start:stop], inside)
    return (_BEFORE if start else _NONE) + html + (_AFTER if stop < len(text) else _NONE)


def _best(text: str, spans: Sequence[tuple[int, int]], length: int) -> int:
    """Where the window begins that holds the most different words."""
    best, most = 0, 0
    for number, (start, _stop) in enumerate(spans[:12]):
        end = start + length * 3 // 4
        inside = {key(text[a:b]) for a, b in spans[number : number + 8] if b <= end}
        if len(inside) > most:
            best, most = start, len(inside)
    return best
