"""What a file would bring: row by row, before anything happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.text import slugify
from django.utils.translation import gettext as _

from media4sec.kit import typed
from media4sec.kit.entry import Entry
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.members import sharing
from media4sec.members.countries import LANGUAGE_CODES
from media4sec.patterns import account, card, exchange
from media4sec.patterns.account import Account
from media4sec.patterns.exchange.columns import LEVELS
from media4sec.patterns.models import EMMIE, PARTS, Batch, Experience, Pattern, Proposal
from media4sec.patterns.queries.entries import pattern_entry
from media4sec.patterns.queries.outgoing import pattern_record

#: What a row does, worst first: this is how they are listed.
DOES = ("wrong", "change", "add", "nothing")
_SUMMARY, _TITLE = 200, 80


@dataclass(frozen=True)
class Row:
    """A row of the file, and what will come of it."""

    line: int
    title: str
    does: str
    says: str
    #: What the service needs, where the row is taken in.
    brings: Any = field(default=None, repr=False)

    @property
    def tone(self) -> str:
        return {"wrong": "no", "change": "wait", "add": "ok", "nothing": ""}[self.does]


@dataclass(frozen=True)
class Plan:
    batch: Batch
    rows: list[Row]  # wrong ones first

    def of(self, does: str) -> list[Row]:
        return [row for row in self.rows if row.does == does]

    @cached_property
    def taken(self) -> list[Row]:
        """The rows that are taken in, in the order of the file."""
        return sorted((row for row in self.rows if row.brings), key=lambda row: row.line)

    @property
    def counts(self) -> dict[str, int]:
        return {does: len(self.of(does)) for does in DOES}


@dataclass(frozen=True)
class NewPattern:
    """A row of patterns, ready to be proposed."""

    record: exchange.Record
    card: card.Card
    themes: list[Theme]
    group: Pattern | None
    pattern: Pattern | None  # the one it changes


@dataclass(frozen=True)
class NewExperience:
    account: Account
    label: str | None
    attribution: str | None
    after: Experience | None


def batch_of(visitor: Any, pk: int) -> Batch | None:
    """A file of the visitor's own."""
    return Batch.objects.filter(pk=pk, owner_id=visitor.pk).first() if pk < 2**63 else None


def plan(batch: Batch, visitor: Any) -> Plan:
    """The same number of queries for one row as for a thousand."""
    planner: Any = _Patterns(visitor) if batch.table == "patterns" else _Experiences(visitor, batch)
    rows = [_row(planner, line, said) for line, said in enumerate(batch.rows, start=2)]
    return Plan(batch, sorted(rows, key=lambda row: (DOES.index(row.does), row.line)))


def _row(planner: Any, line: int, said: Mapping[str, Any]) -> Row:
    title = str(said.get("title", ""))[:100].strip() or _("(no title)")
    try:
        does, says, brings = planner.read(said)
    except (Refused, PermissionDenied) as reason:
        words = reason.sentence if isinstance(reason, Refused) else str(reason)
        return Row(line, title, "wrong", words)
    return Row(line, title, does, says, brings)


def _known_words(table: str, record: exchange.Record) -> None:
    """Refused with the first word that is not one of ours."""
    for column in exchange.COLUMNS[table]:
        if column.is_told or not column.words:
            continue
        said = record[column.name]
        for word in said if isinstance(said, list) else [said]:
            if word and word not in column.words:
                raise Refused(
                    _("We do not know “%(word)s” among “%(name)s”. Known are: %(words)s.")
                    % {"word": word[:40], "name": column.name, "words": ", ".join(column.words)}
                )
    if record["language"] not in {"", *LANGUAGE_CODES}:
        raise Refused(_("We do not know the language “%s”.") % record["language"][:20])


class _Themes:
    def __init__(self) -> None:
        self.by_slug = {theme.slug: theme for theme in Theme.objects.all()}

    def read(self, slugs: list[str]) -> list[Theme]:
        unknown = [slug for slug in slugs if slug not in self.by_slug]
        if unknown:
            raise Refused(
                _("We do not know the theme “%(slug)s”. Known are: %(words)s.")
                % {"slug": unknown[0][:40], "words": ", ".join(self.by_slug)}
            )
        if not 1 <= len(slugs) <= 2:
            raise Refused(_("Name one theme or two."))
        return [self.by_slug[slug] for slug in slugs]


def boxes_of(record: exchange.Record) -> dict[str, Any]:
    return {
        box: {
            "says": record[box],
            "quality": record[f"{box}_quality"] or 0,
            "sources": record[f"{box}_sources"],
        }
        for box in EMMIE
        if record[box] or record[f"{box}_sources"]
    }


class _Patterns:
    """Rows of patterns. A pattern that is there gets a proposal for its next version."""

    def __init__(self, visitor: Any) -> None:
        self.themes = _Themes()
        found = Pattern.objects.select_related("theme", "other_theme", "group", "author")
        self.patterns = {pattern.slug: pattern for pattern in found.defer("html", "text")}
        self.titles = {pattern.title.casefold(): slug for slug, pattern in self.patterns.items()}
        drafts = Proposal.objects.filter(author=visitor.pk, state=Proposal.State.DRAFT)
        self.drafts = set(drafts.values_list("title", flat=True))
        self.seen: set[str] = set()

    def read(self, said: Mapping[str, Any]) -> tuple[str, str, NewPattern | None]:
        slug = str(said.get("slug", "") or slugify(str(said.get("title", ""))))
        pattern = self.patterns.get(slug)
        entry: Entry | None = pattern_entry(pattern) if pattern else None
        now = pattern_record(pattern, entry) if pattern and entry else exchange.blank("patterns")
        record = {**now, **_only_said("patterns", said)}
        if slug in self.seen:
            raise Refused(_("This pattern stands in the file twice."))
        self.seen.add(slug)
        if pattern and not _differs("patterns", record, now):
            return "nothing", _("It is there already, word for word."), None
        brings = self._checked(record, pattern)
        if record["title"] in self.drafts:
            return "nothing", _("You have a proposal of this name under way."), None
        if pattern is None:
            return "add", _("A proposal for a new pattern, in your name."), brings
        says = _("A proposal for version %d of this pattern.") % (pattern.version + 1)
        return "change", says, brings

    def _checked(self, record: exchange.Record, pattern: Pattern | None) -> NewPattern:
        _known_words("patterns", record)
        if not 3 <= len(record["title"]) <= _TITLE:
            raise Refused(_("Give it a name of 3 to 80 letters."))
        if not 10 <= len(record["summary"]) <= _SUMMARY:
            raise Refused(_("Say in one sentence what the pattern is about."))
        other = self.titles.get(record["title"].casefold())
        if other and (pattern is None or other != pattern.slug):
            raise Refused(_("Another pattern has this name. Its address is “%s”.") % other)
        if not record["actors"]:
            raise Refused(_("Choose who acts."))
        for row in record["related"]:
            if row["to"] not in self.patterns:
                raise Refused(_("It is related to “%s”, which is not here.") % row["to"][:40])
        group = self.patterns.get(record["group"])
        if record["group"] and not (group and group.is_group):
            raise Refused(_("“%s” is no group of patterns.") % record["group"][:40])
        clean = card.check(card.Card.read(record))
        return NewPattern(record, clean, self.themes.read(record["themes"]), group, pattern)


class _Experiences:
    """Rows of experiences: each is told by whoever brings the file, in their name."""

    def __init__(self, visitor: Any, batch: Batch) -> None:
        self.visitor = visitor
        self.themes = _Themes()
        named = {slug for row in batch.rows for slug in _slugs(row)}
        found = Pattern.objects.filter(slug__in=named).defer("content", "html", "text")
        self.patterns = {pattern.slug: pattern for pattern in found}
        numbers = {n for row in batch.rows if (n := _number(row)) is not None}
        before = Experience.objects.visible_to(visitor).standing().filter(pk__in=numbers)
        self.before = {each.pk: each for each in before}
        own = Experience.objects.filter(author=visitor.pk, deleted_at__isnull=True)
        self.told = {tuple(each) for each in own.order_by().values_list("title", "did", "happened")}

    def read(self, said: Mapping[str, Any]) -> tuple[str, str, NewExperience | None]:
        record = {**exchange.blank("experiences"), **_only_said("experiences", said)}
        told = self._account(record)
        after = self.before.get(record["after"]) if record["after"] is not None else None
        if record["after"] is not None and after is None:
            raise Refused(_("The experience it repeats is not open to you."))
        label, attribution = record["label"] or None, record["attribution"] or None
        marking = sharing.marking_of(
            self.visitor, None, label=label, attribution=attribution, readers=()
        )
        if marking.label == Label.RED:
            raise Refused(_("A file names no readers, so it brings nothing RED."))
        words = (told.title, told.did, told.happened)
        if words in self.told:
            return "nothing", _("You have told this already, word for word."), None
        self.told.add(words)
        says = _("Told in your name, for readers of %s.") % marking.label
        if marking.attribution == Attribution.CHATHAM:
            says = _("Told in Chatham House mode, for readers of %s.") % marking.label
        if said.get("state") == Experience.State.REVIEWED:
            claim = _("Not reviewed, whatever the file says: reviews are signed here.")
            says = f"{says} {claim}"
        return "add", says, NewExperience(told, label, attribution, after)

    def _account(self, record: exchange.Record) -> Account:
        _known_words("experiences", record)
        themes = self.themes.read(record["themes"])
        missing = [slug for slug in record["patterns"] if slug not in self.patterns]
        if missing:
            raise Refused(_("It is about “%s”, which is no pattern of ours.") % missing[0][:40])
        plain = ("title", "did", "happened", "outcome", "place", "variation", "face", "size")
        lists = ("actors", "groups", "platforms", "phases")
        said: dict[str, Any] = {name: record[name] for name in plain}
        said.update({name: tuple(record[name]) for name in lists})
        made = Account(
            **said,
            country=record["country"].strip().upper(),
            language=record["language"] or "en",
            theme=themes[0],
            other_theme=themes[1] if len(themes) > 1 else None,
            patterns=tuple(self.patterns[slug] for slug in record["patterns"]),
            evidence=LEVELS[record["evidence"] or "story"],
            parts={part: record[part] for part in PARTS},
            emmie=boxes_of(record),
            contact=record["contact"] or Experience.Contact.NONE,
        )
        return account.check(made)


def _only_said(table: str, said: Mapping[str, Any]) -> exchange.Record:
    """The columns of the file, read; those that only tell are left out."""
    record = exchange.record_of(table, dict(said))
    told = {column.name for column in exchange.COLUMNS[table] if column.is_told}
    return {name: record[name] for name in said if name in record and name not in told}


def _differs(table: str, one: exchange.Record, other: exchange.Record) -> bool:
    names = [column.name for column in exchange.COLUMNS[table] if not column.is_told]
    return any(one[name] != other[name] for name in names)


def _slugs(row: Mapping[str, Any]) -> Iterator[str]:
    said = row.get("patterns", "")
    words = said if isinstance(said, list) else str(said).replace(",", ";").split(";")
    yield from (str(word).strip() for word in words)


def _number(row: Mapping[str, Any]) -> int | None:
    return typed.number(str(row.get("after") or "").strip())
