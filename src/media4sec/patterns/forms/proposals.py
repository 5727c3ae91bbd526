"""The form of a proposal: all fields of a card in plain text areas, rows that grow by a button."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import law, typed
from media4sec.kit.errors import Refused
from media4sec.kit.models import Theme, Upload
from media4sec.members.countries import language_choices
from media4sec.members.models import Member
from media4sec.patterns import relating
from media4sec.patterns.card import Card, Note, Source
from media4sec.patterns.forms.provisions import ProvisionsField, shown_provision
from media4sec.patterns.models import (
    EMMIE,
    QUALITY,
    Actor,
    Evidence,
    LawKind,
    Pattern,
    Phase,
    Platform,
    Proposal,
    Relative,
)
from media4sec.patterns.services import Words

#: name of rows → their fields, and how many an empty form shows.
ROWS = {
    "law": (("kind", "text", "provisions"), 2),
    "source": (("text", "url"), 2),
    "relation": (("how", "to", "because"), 1),
}
MOST_ROWS = 12
#: Of a pattern with more relations, the others are changed from their other side.
MOST_RELATIONS = 14
#: Fields with several values, which a draft keeps in one.
LISTS = ("actors", "platforms", "phases")


def _text(label: Any, rows: int = 0, **more: Any) -> forms.CharField:
    # No max_length: the service says how much too long it is, and nothing is cut off.
    if rows:
        more["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, strip=False, **more)


def _boxes(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ProposalForm(forms.Form):
    """A pattern as somebody would have it."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    pattern_version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    relations_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    title = _text(
        gettext_lazy("Name"),
        help_text=gettext_lazy("Short, so that others can say it in a meeting."),
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    summary = _text(
        gettext_lazy("In one sentence"),
        required=False,
        help_text=gettext_lazy("Lists show it under the name."),
    )
    file = forms.FileField(
        label=gettext_lazy("Picture file"),
        help_text=gettext_lazy(
            "Your own drawing or photograph: JPEG, PNG or WebP. Nobody can be recognised in it who "
            "has not agreed. It is published with the text under CC BY 4.0."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt = _text(
        gettext_lazy("What the picture shows"),
        required=False,
        help_text=gettext_lazy("For people who cannot see it. Every picture needs it."),
    )
    removes_picture = forms.BooleanField(
        label=gettext_lazy("Take the picture away when I save."), required=False
    )
    context = _text(
        gettext_lazy("Context and problem"),
        6,
        required=False,
        help_text=gettext_lazy("Where one meets this, and what is hard. No names, no cases."),
    )
    forces = _text(
        gettext_lazy("Forces"),
        4,
        required=False,
        help_text=gettext_lazy("What pulls in different directions: one on each line."),
    )
    therefore = _text(
        gettext_lazy("Solution"),
        2,
        required=False,
        help_text=gettext_lazy("One sentence that begins with Therefore."),
    )
    steps = _text(
        gettext_lazy("How to do it"),
        6,
        required=False,
        help_text=gettext_lazy("One step on each line. **Two stars** make words bold."),
    )
    limits = _text(
        gettext_lazy("Limits and controversies"),
        4,
        required=False,
        help_text=gettext_lazy("Where it fails, and who objects: one on each line."),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"))
    other_theme = forms.ChoiceField(label=gettext_lazy("Second theme"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Group of patterns"), required=False)
    actors = _boxes(gettext_lazy("Who acts"), Actor.choices)
    platforms = _boxes(gettext_lazy("Platforms"), Platform.choices)
    phases = _boxes(gettext_lazy("When"), Phase.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    evidence = forms.TypedChoiceField(
        label=gettext_lazy("How it is known"), choices=Evidence.choices, coerce=int
    )
    changes = _text(
        gettext_lazy("What you changed, and why"),
        required=False,
        help_text=gettext_lazy("One sentence. It stands beside the version for good."),
    )
    co_maintainers = _text(
        gettext_lazy("Members who work on it with you"),
        2,
        required=False,
        help_text=gettext_lazy(
            "Their shown names, one on each line. Ask them first: they are named as authors, and "
            "they cannot review it."
        ),
    )
    is_blind = forms.BooleanField(
        label=gettext_lazy("Blind review: until it is published, nobody else sees our names."),
        required=False,
    )

    def __init__(
        self, *args: Any, themes: Sequence[Theme], patterns: Sequence[Pattern], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._themes = {theme.slug: theme for theme in themes}
        self._patterns = {each.slug: each for each in patterns}
        named = [(theme.slug, theme.title) for theme in themes]
        self._offer("theme", named)
        self._offer("other_theme", [("", "—"), *named])
        groups = [(each.slug, each.title) for each in patterns if each.is_group]
        self._offer("group", [("", "—"), *groups])
        for name, (title, question) in EMMIE.items():
            self.fields[f"{name}_says"] = _text(title, 2, required=False, help_text=question)
            self.fields[f"{name}_quality"] = forms.TypedChoiceField(
                label=_("How good the evidence is"),
                choices=list(enumerate(QUALITY)),
                coerce=int,
                required=False,
                empty_value=0,
            )
            self.fields[f"{name}_sources"] = _text(
                _("Sources, one on each line"), 2, required=False
            )
        for rows in ROWS:
            self._lay_rows(rows, [("", "—"), *((e.slug, e.title) for e in patterns)])

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _lay_rows(self, rows: str, patterns: Any) -> None:
        said = self.data if self.is_bound else self.initial
        asked = str(said.get(f"{rows}_rows") or ROWS[rows][1])
        count = min(typed.number(asked) or 1, MOST_RELATIONS if rows == "relation" else MOST_ROWS)
        self.fields[f"{rows}_rows"] = forms.CharField(
            required=False, initial=count, widget=forms.HiddenInput
        )
        for number in range(count):
            for name, field in _row_of(rows, patterns).items():
                self.fields[f"{rows}_{number}_{name}"] = field

    # As the template shows it

    def rows(self, rows: str) -> list[list[Any]]:
        count = sum(
            1 for name in self.fields if re.fullmatch(rf"{rows}_\d+_{ROWS[rows][0][0]}", name)
        )
        return [[self[f"{rows}_{n}_{name}"] for name in ROWS[rows][0]] for n in range(count)]

    @property
    def notes(self) -> list[list[Any]]:
        return self.rows("law")

    @property
    def references(self) -> list[list[Any]]:
        return self.rows("source")

    @property
    def relatives(self) -> list[list[Any]]:
        return self.rows("relation")

    @property
    def counters(self) -> list[Any]:
        return [self[f"{rows}_rows"] for rows in ROWS]

    @property
    def boxes(self) -> list[list[Any]]:
        return [
            [self[f"{name}_{part}"] for part in ("says", "quality", "sources")] for name in EMMIE
        ]

    @property
    def provisions(self) -> list[str]:
        return [shown_provision(key) for key in law.provisions()]

    # What the services take

    def words(
        self, *, by: Member, proposal: Proposal | None = None, picture: Upload | None = None
    ) -> Words:
        """Refused when a name fits nobody, or two people. ``picture``: one that waits."""
        clean = self.cleaned_data
        same = ("title", "summary", "changes", *LISTS, "evidence", "language", "is_blind")
        return Words(
            **{name: clean[name] for name in (*same, "removes_picture")},
            picture=picture,
            card=self._card(),
            theme=self._themes[clean["theme"]],
            other_theme=self._themes.get(clean["other_theme"]),
            group=self._patterns.get(clean["group"]),
            relations=self._relations(),
            relations_seen=_seen(clean["relations_seen"]),
            emmie={
                name: {
                    "says": clean[f"{name}_says"],
                    "quality": clean[f"{name}_quality"],
                    "sources": lines_of(clean[f"{name}_sources"]),
                }
                for name in EMMIE
            },
            co_maintainers=_members(clean["co_maintainers"], proposal, by=by),
        )

    def _relations(self) -> list[dict[str, str]]:
        rows = self._cleaned("relation")
        return [row for row in rows if row["to"] and row["how"] != relating.APART]

    def _card(self) -> Card:
        clean = self.cleaned_data
        return Card(
            context=clean["context"],
            therefore=clean["therefore"],
            **{name: tuple(lines_of(clean[name])) for name in ("forces", "steps", "limits")},
            law=tuple(
                Note(row["kind"], row["text"], tuple(row["provisions"]))
                for row in self._cleaned("law")
                if row["text"].strip()
            ),
            sources=tuple(
                Source(row["text"].strip() or row["url"].strip(), row["url"].strip())
                for row in self._cleaned("source")
                if row["text"].strip() or row["url"].strip()
            ),
        )

    def _cleaned(self, rows: str) -> list[dict[str, Any]]:
        parts = ROWS[rows][0]
        count = len(self.rows(rows))
        return [
            {part: self.cleaned_data[f"{rows}_{n}_{part}"] for part in parts} for n in range(count)
        ]


def _row_of(rows: str, patterns: Any) -> dict[str, forms.Field]:
    if rows == "law":
        return {
            "kind": forms.ChoiceField(
                label=_("Kind of note"), choices=LawKind.choices, required=False, initial="care"
            ),
            "text": _text(_("Note"), 2, required=False),
            "provisions": ProvisionsField(label=_("Provisions it rests on"), required=False),
        }
    if rows == "source":
        return {
            "text": _text(_("Source"), required=False),
            "url": _text(_("Its address"), required=False, widget=forms.URLInput),
        }
    return {
        "how": forms.ChoiceField(
            label=_("How they belong together"),
            choices=[*Relative.choices, (relating.APART, _("Not related any more"))],
            required=False,
            initial=Relative.WITH,
        ),
        "to": forms.ChoiceField(label=_("Other pattern"), choices=patterns, required=False),
        "because": _text(_("Because"), required=False),
    }


def _seen(said: str) -> list[dict[str, str]]:
    """The relations as the form showed them; what is no row of ours was not seen."""
    try:
        rows = json.loads(said or "[]")
    except ValueError:
        return []
    return [row for row in rows if _is_row(row)] if isinstance(rows, list) else []


def _is_row(row: Any) -> bool:
    parts = set(ROWS["relation"][0])
    if not isinstance(row, dict) or row.keys() != parts:
        return False
    return all(isinstance(value, str) for value in row.values()) and row["how"] in Relative


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _members(text: str, proposal: Proposal | None, *, by: Member) -> list[Member]:
    """Who is named already stays so, also when they cannot be found any more."""
    known = list(proposal.co_maintainers.all()) if proposal else []
    author = proposal.author if proposal else by
    found: list[Member] = [each for each in known if not each.name]
    for name in lines_of(text):
        people = [each for each in [*known, author] if each.name.casefold() == name.casefold()]
        people = people or list(
            Member.objects.reading().visible_to(by).filter(name__iexact=name)[:2]
        )
        if len(people) != 1:
            said = (
                _("There are two members called %(name)s.")
                if people
                else _("We cannot find %(name)s. Write each name exactly as it is shown.")
            )
            raise Refused(said % {"name": name})
        found += [each for each in people if each not in found and each.pk != author.pk]
    return found
