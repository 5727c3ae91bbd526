"""What an experience can come from: a pattern, another experience, or any thing of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle
from media4sec.patterns.models import Experience, Pattern

_LONGEST_QUOTE = 2_000


@dataclass(frozen=True)
class Origin:
    """A thing of another room whose words become an experience: never shared further than it."""

    thing: Any
    entry: Entry
    is_mine: bool

    @property
    def needs_its_circle(self) -> bool:
        return self.entry.label in CIRCLE_LABELS or (
            self.entry.label == Label.RED and self.entry.circle_id is not None
        )

    @property
    def is_chatham(self) -> bool:
        return self.entry.attribution == Attribution.CHATHAM

    @property
    def words(self) -> str:
        """One's own words as they are; those of others as a quotation."""
        words = self.entry.text.strip()
        words = words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE]} …"
        return words if self.is_mine else "\n".join(f"> {line}" for line in words.splitlines())

    def allows(self, label: str, circle: Circle | None) -> bool:
        """Whether what comes from it may be shared so."""
        if Label(label).is_wider_than(Label(self.entry.label)):
            return False
        return not self.needs_its_circle or (circle.pk if circle else None) == self.entry.circle_id


def origin_at(visitor: Any, address: str) -> Origin | None:
    """The thing at ``discussions.reply:42``, if this visitor may read it and it stands."""
    try:
        ref = Ref.parse(address[:80])
    except ValueError:
        return None
    kind = kinds().get(ref.kind)
    if kind is None or ref.pk >= 2**63 or not kind.visible_to(visitor).filter(pk=ref.pk).exists():
        return None
    for thing in kind.fetch([ref.pk]):
        entry = kind.entry(thing)
        if not entry.is_withheld:
            return Origin(thing, entry, visitor.pk in set(kind.writers(thing)))
    return None


def tried_pattern(slug: str) -> Pattern | None:
    """A pattern of the catalogue that one may say to have tried."""
    found = Pattern.objects.current().filter(slug=slug[:80])
    return found.select_related("theme", "other_theme").first()


def tried_experience(visitor: Any, pk: int) -> Experience | None:
    """An experience that stands, which this visitor may repeat."""
    found = Experience.objects.visible_to(visitor).standing().filter(pk=pk)
    return found.select_related("theme", "other_theme", "circle").first()


def themes_of(keys: tuple[int, ...]) -> list[Theme]:
    """The themes of an entry, the first one first."""
    found = Theme.objects.in_bulk(keys)
    return [found[key] for key in keys if key in found]
