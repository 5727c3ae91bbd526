"""The search form: a question, and filters that offer only what the visitor knows of."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from media4sec.kit import typed
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Face
from media4sec.kit.rooms import kinds
from media4sec.members.countries import language_choices
from media4sec.site.search import PERIODS, Asked, Choices


class QuickSelect(forms.Select):
    """A select whose options are no templates: a search page has a hundred of them."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        shown = tuple((str(key), str(title)) for key, title in self.choices)
        options = _options(shown, str(value or ""))
        final = self.build_attrs(self.attrs, attrs)
        described = format_html_join("", ' {}="{}"', final.items())
        return format_html(
            '<select class="input" name="{}"{}>{}</select>', name, described, options
        )


@lru_cache(maxsize=64)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    rows = ((key, _SELECTED if key == chosen else "", title) for key, title in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


_SELECTED = format_html(" {}", "selected")


class Filter(forms.ChoiceField):
    """One of the searcher's choices, or any."""

    widget = QuickSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class SearchForm(forms.Form):
    """Sent by GET: every search has an address. A page number that makes no sense is the first."""

    q = forms.CharField(label=_("Search for"), required=False, max_length=200)
    kind = Filter(label=_("Kind"))
    theme = Filter(label=_("Theme"))
    face = Filter(label=_("Face"), choices=[("", _("Any face")), *Face.choices])
    circle = Filter(label=_("Circle"))
    language = Filter(label=_("Language"))
    when = Filter(
        label=_("Written in"),
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
        self.fields["language"].choices = [("", _("Any language")), *_languages(get_language())]

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
            page=typed.number(page, most=999) or 1,
        )


@lru_cache(maxsize=8)
def _languages(_reader: str | None) -> list[tuple[str, str]]:
    return language_choices()


def _titles(rows: dict[str, tuple[int, str]]) -> list[tuple[str, str]]:
    return [(slug, title) for slug, (_pk, title) in rows.items()]
