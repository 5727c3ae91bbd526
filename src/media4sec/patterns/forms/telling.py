"""The shape of what members tell: three lines, a note, a full entry, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.forms import Choices, Segment
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Face, Theme
from media4sec.members.countries import country_choices, language_choices
from media4sec.members.forms.sharing import (
    FilesMixin,
    ReadersMixin,
    body_field,
    label_field,
    title_field,
)
from media4sec.members.models import Circle, Group, Member
from media4sec.patterns.account import Account
from media4sec.patterns.models import (
    EMMIE,
    PARTS,
    QUALITY,
    Actor,
    Evidence,
    Experience,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Size,
    Variation,
)

NONE_CHOSEN = ("", "—")
_PATTERNS = ("pattern_1", "pattern_2", "pattern_3")
#: Fields in which several boxes can be ticked.
SEVERAL = ("actors", "groups", "platforms", "phases")


class SharingMixin(ReadersMixin):
    """Label, attribution and readers of a new text, as far as its place and its source allow."""

    attribution = forms.ChoiceField(
        label=gettext_lazy("Who is shown as the source"),
        help_text=gettext_lazy(
            "In Chatham House mode the place is not shown. Leave out of your words what would "
            "tell who you are."
        ),
        choices=Attribution,
        widget=Choices(hints={each.value: each.sentence for each in Attribution}),
    )

    def offer_sharing(
        self,
        *,
        circle: Circle | None,
        labels: Sequence[Label],
        people: Sequence[Member] | None,
        is_sealed: bool,
    ) -> None:
        """``is_sealed``: what it comes from was said in Chatham House mode."""
        self.fields["label"] = label_field(labels)
        usual = Label(circle.label) if circle else Label.GREEN
        self.fields["label"].initial = usual if usual in labels else labels[0]
        attribution = circle.attribution if circle else Attribution.NAMED
        if is_sealed:
            attribution = Attribution.CHATHAM
            only = [(Attribution.CHATHAM.value, Attribution.CHATHAM.label)]
            self.fields["attribution"].choices = only  # type: ignore[attr-defined]
        self.fields["attribution"].initial = attribution
        self.offer_readers(people)

    @property
    def marking(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("label", "attribution")}


def _outcome() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("What came of it"),
        help_text=_("What did not work, or did harm, teaches as much as what worked."),
        choices=Outcome.choices,
        widget=Segment,
        error_messages={"required": _("Choose what came of it.")},
    )


def _country() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        error_messages={"required": _("Choose the country from the list.")},
    )


def _place() -> forms.CharField:
    return forms.CharField(
        label=_("Place"),
        help_text=_("As far as you want to say: a town, or “a harbour town”."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 100}),
    )


def _words(label: str, *, rows: int = 4, required: bool = False, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Write a text first.")},
    )


class TriedForm(SharingMixin):
    """ "We tried it, too": three lines. Theme and patterns come from what was tried."""

    def __init__(self, *args: Any, sharing: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {
            "variation": forms.ChoiceField(
                label=_("The same, or changed?"), choices=Variation.choices, widget=Segment
            ),
            "country": _country(),
            "place": _place(),
            "outcome": _outcome(),
            "happened": _words(_("What happened"), required=True, rows=3),
            "did": _words(_("What you changed, if you changed it"), rows=2),
        }
        self.fields = {**own, **self.fields}
        self.offer_sharing(**sharing)

    def account(self, *, title: str, theme: Theme, patterns: Iterable[Pattern]) -> Account:
        names = ("variation", "country", "place", "outcome", "happened", "did")
        said = {name: self.cleaned_data[name] for name in names}
        return Account(title=title, theme=theme, patterns=tuple(patterns), **said)


class NoteFields(FilesMixin):
    """The five-minute note."""

    def __init__(
        self, *args: Any, themes: Sequence[Theme], patterns: Sequence[Pattern], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._themes = {theme.slug: theme for theme in themes}
        self._patterns = {pattern.slug: pattern for pattern in patterns}
        named = [NONE_CHOSEN, *((theme.slug, theme.title) for theme in themes)]
        known = [NONE_CHOSEN, *((each.slug, each.title) for each in patterns)]
        own: dict[str, forms.Field] = {
            "title": title_field(help_text=_("One sentence: what was tried.")),
            "did": body_field(_("What we did")),
            "happened": body_field(_("What happened")),
            "outcome": _outcome(),
            "theme": forms.ChoiceField(
                label=_("Theme"),
                choices=named,
                error_messages={"required": _("Choose the theme it belongs to.")},
            ),
            "country": _country(),
            "place": _place(),
            "pattern_1": self._pattern(_("Pattern you tried"), known),
            "pattern_2": self._pattern(_("Second pattern"), known),
        }
        self.fields = {**own, **self.fields}

    def _pattern(self, label: str, known: list[tuple[str, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(label=label, choices=known, required=False)

    def said(self) -> dict[str, Any]:
        """The note, as an account takes it."""
        names = ("title", "did", "happened", "outcome", "country", "place")
        chosen = [self.cleaned_data.get(name, "") for name in _PATTERNS]
        return {
            **{name: self.cleaned_data[name] for name in names},
            "theme": self._themes.get(self.cleaned_data["theme"]),
            "patterns": tuple(self._patterns[slug] for slug in dict.fromkeys(chosen) if slug),
        }


class NoteForm(SharingMixin, NoteFields):
    def __init__(self, *args: Any, sharing: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_sharing(**sharing)

    def account(self, **more: Any) -> Account:
        return Account(**{**self.said(), **more})


class EntryForm(NoteFields):
    """The whole entry, and the version it was read at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, experience: Experience, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.fields["pattern_2"].choices  # type: ignore[attr-defined]
        self.fields["pattern_3"] = self._pattern(_("Third pattern"), known)
        self.fields |= {f"part_{name}": _words(str(title)) for name, title in PARTS.items()}
        self.fields |= _facets(self.fields["theme"].choices)  # type: ignore[attr-defined]
        self.fields |= _boxes()
        named = Experience.Contact.NAMED
        self.fields["contact"] = forms.ChoiceField(
            label=_("May readers reach you?"),
            choices=[
                each
                for each in Experience.Contact.choices
                if each[0] != named or not experience.is_chatham
            ],
            widget=Choices(hints={each.value: each.sentence for each in Experience.Contact}),
        )
        if experience.variation:
            self.fields["did"].required = False
            self.fields["variation"] = forms.ChoiceField(
                label=_("Compared with what you tried"), choices=Variation.choices, widget=Segment
            )
        if experience.attachments:
            self.fields["removed"] = forms.MultipleChoiceField(
                label=_("Files to take away"),
                choices=[(str(each["id"]), each["name"]) for each in experience.attachments],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    # For the template, in the order of the page

    @property
    def part_fields(self) -> list[Any]:
        return [self[f"part_{name}"] for name in PARTS]

    @property
    def facet_fields(self) -> list[Any]:
        names = ("size", *SEVERAL, "other_theme", "face", "language")
        return [self[name] for name in names]

    @property
    def box_fields(self) -> list[tuple[str, str, list[Any]]]:
        return [
            (str(title), str(question), [self[f"{name}_{part}"] for part in _BOX])
            for name, (title, question) in EMMIE.items()
        ]

    def account(self) -> Account:
        data = self.cleaned_data
        return Account(
            **self.said(),
            other_theme=self._themes.get(data["other_theme"]),
            **{name: tuple(data[name]) for name in SEVERAL},
            **{name: data[name] for name in ("face", "language", "size")},
            evidence=int(data["evidence"]),
            parts={name: data[f"part_{name}"] for name in PARTS},
            emmie={name: self._box(name) for name in EMMIE},
            contact=data.get("contact") or Experience.Contact.NONE,
            variation=data.get("variation") or "",
        )

    def _box(self, name: str) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "says": data[f"{name}_says"],
            "quality": int(data[f"{name}_quality"] or 0),
            "sources": data[f"{name}_sources"].splitlines(),
        }

    @property
    def taken_away(self) -> list[int]:
        return [int(each) for each in self.cleaned_data.get("removed", ())]


_BOX = ("says", "quality", "sources")


def _facets(themes: Any) -> dict[str, forms.Field]:
    """What it is found by."""

    def several(label: str, kind: Any) -> forms.MultipleChoiceField:
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(
            label=label, choices=kind.choices, required=False, widget=boxes
        )

    def one(label: str, kind: Any) -> forms.ChoiceField:
        choices = [NONE_CHOSEN, *kind.choices]
        return forms.ChoiceField(label=label, choices=choices, required=False)

    return {
        "size": one(_("Size of the place"), Size),
        "actors": several(_("Who acted"), Actor),
        "groups": several(_("For whom"), Group),
        "platforms": several(_("Platforms"), Platform),
        "phases": several(_("When"), Phase),
        "other_theme": forms.ChoiceField(label=_("Second theme"), choices=themes, required=False),
        "face": one(_("Face"), Face),
        "language": forms.ChoiceField(label=_("Language"), choices=language_choices),
        "evidence": forms.ChoiceField(
            label=_("How do you know?"),
            help_text=_("A story is enough. Say more only where there is more."),
            choices=[each for each in Evidence.choices if each[0] != Evidence.NONE],
        ),
    }


def _boxes() -> dict[str, forms.Field]:
    """What the evidence says, how good it is, and where it stands: five times."""
    quality = [(str(number), str(word)) for number, word in enumerate(QUALITY)]
    fields: dict[str, forms.Field] = {}
    for name in EMMIE:
        fields[f"{name}_says"] = _words(_("What the evidence says"), rows=2)
        fields[f"{name}_quality"] = forms.ChoiceField(
            label=_("How good it is"), choices=quality, required=False
        )
        fields[f"{name}_sources"] = _words(
            _("Sources"), rows=2, hint=_("One on each line: a report, your own count, an address.")
        )
    return fields


def begin_with(experience: Experience, patterns: Sequence[Pattern]) -> dict[str, Any]:
    """An entry as the form shows it."""
    names = ("title", "did", "happened", "outcome", "country", "place", "face", "language", "size")
    names += ("evidence", "contact", "variation", "version")
    shown = {name: getattr(experience, name) for name in (*names, *SEVERAL)}
    shown["theme"] = experience.theme.slug
    shown["other_theme"] = experience.other_theme.slug if experience.other_theme else ""
    shown |= {name: each.slug for name, each in zip(_PATTERNS, patterns, strict=False)}
    shown |= {f"part_{name}": text for name, text in experience.parts.items()}
    for name, box in experience.emmie.items():
        shown[f"{name}_says"] = box.get("says", "")
        shown[f"{name}_quality"] = str(box.get("quality", 0))
        shown[f"{name}_sources"] = "\n".join(box.get("sources", ()))
    return shown


class ShareForm(ReadersMixin):
    """Another label: narrower at any time, wider as far as it may go."""

    def __init__(
        self,
        *args: Any,
        labels: Sequence[Label],
        people: Sequence[Member] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = label_field(labels)
        self.offer_readers(people)


class InquiryForm(forms.Form):
    """A question to who told it, or its answer."""

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = _words(label or _("Your question"), required=True, rows=6)
