"""The provisions that our texts name: each once, with its place, what it says and where to read it.

General information, never advice. The files are in English; names of laws stay as they are.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.content import read_rows

_FILE = Path(__file__).parent / "data" / "en" / "law.toml"
_EUR_LEX = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"


@dataclass(frozen=True)
class Instrument:
    """A law, a treaty, or guidance (``is_soft``) that interprets one."""

    key: str
    short: str
    name: str
    celex: str = ""
    number: str = ""
    is_soft: bool = False
    applies_from: date | None = None


@dataclass(frozen=True)
class Provision:
    """A place in an instrument, or a judgment."""

    key: str
    place: str
    says: str  # our paraphrase
    instrument: Instrument | None = None  # None: a judgment
    applies_from: date | None = None

    @property
    def name(self) -> str:
        """As a text cites it: ``EU Charter, Article 11``."""
        return f"{self.instrument.short}, {self.place}" if self.instrument else self.place

    @property
    def url(self) -> str:
        """The official text, where the EU keeps it; "" for others."""
        celex = self.instrument.celex if self.instrument else ""
        return f"{_EUR_LEX}{quote(celex)}" if celex else ""

    @property
    def begins_later(self) -> date | None:
        """The day from which it applies, while that is to come."""
        first = self.applies_from or (self.instrument and self.instrument.applies_from)
        return first if first and first > now().date() else None

    @property
    def sentence(self) -> str:
        """What it says, for a title or a note."""
        if self.begins_later:
            return _("%(says)s This applies from %(day)s.") % {
                "says": self.says,
                "day": f"{self.begins_later:%-d %B %Y}",
            }
        return self.says


@cache
def provisions() -> dict[str, Provision]:
    """Every provision we know, by its key (``CFR.11``)."""
    laws = {row["key"]: Instrument(**row) for row in read_rows(_FILE, "instrument")}
    return {
        row["key"]: Provision(**{**row, "instrument": laws[row["instrument"]]})
        if "instrument" in row
        else Provision(**row)
        for row in read_rows(_FILE, "provision")
    }


def provision(key: str) -> Provision | None:
    return provisions().get(key)
