"""The search form: a question, and filters that offer only what the visitor knows of."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Face
from media4sec.kit.rooms import kinds
from media4sec.members.countries import language_choices
from media4sec.site.search import PERIODS, Asked, Choices


class SearchForm(forms.Form):
    """Sent by GET: every search has an address. A page number that makes no sense is the first."""

    q = forms.CharField(label=_("Search for"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    face = forms.ChoiceField(
        label=_("Face"), required=False, choices=[("", _("Any face")), *Face.choices]
    )
    circle = forms.ChoiceField(label=_("Circle"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    when = forms.ChoiceField(
        label=_("Written in"),
        required=False,
        choices=[("", _("Any time")), *((key, words) for key, (words, _days) in PERIODS.items())],
    )

    def __init__(self, *args: Any, among: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among
        searchable = [kind for kind in kinds().values() if kind.searchable]
        self.fields["kind"].choices = [
            ("", _("Anything")),
            *((kind.model._meta.model_name, kind.plural) for kind in searchable),
        ]
        self.fields["theme"].choices = [("", _("Any theme")), *_titles(among.themes)]
        self.fields["circle"].choices = [("", _("Any place")), *_titles(among.circles)]
        self.fields["language"].choices = [("", _("Any language")), *language_choices()]

    def clean_q(self) -> str:
        return clean_line(self.cleaned_data["q"])

    @property
    def filters(self) -> list[Any]:
        return [self[name] for name in self.fields if name != "q"]

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the address of the same search without it."""
        return [
            (dict(field.choices)[self.cleaned_data[name]], self._without(name))
            for name, field in self.fields.items()
            if name != "q" and self.cleaned_data.get(name)
        ]

    def _without(self, name: str) -> str:
        kept = {key: value for key, value in self.data.items() if key not in {name, "page"}}
        return f"?{urlencode(kept)}"

    def asked(self, page: str) -> Asked:
        """The question in the terms of search; call it when the form is valid."""
        clean = self.cleaned_data
        names = {kind.model._meta.model_name: kind.name for kind in kinds().values()}
        return Asked(
            text=clean["q"],
            kind=names.get(clean["kind"], ""),
            theme=self.among.themes[clean["theme"]][0] if clean["theme"] else 0,
            face=clean["face"],
            circle=self.among.circles[clean["circle"]][0] if clean["circle"] else 0,
            language=clean["language"],
            period=clean["when"],
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
        )


def _titles(rows: dict[str, tuple[int, str]]) -> list[tuple[str, str]]:
    return [(slug, title) for slug, (_pk, title) in rows.items()]
