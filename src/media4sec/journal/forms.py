"""The shape of what editors write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.journal.models import Article, Document, Series
from media4sec.journal.services import Sheet, Words
from media4sec.kit.errors import Refused
from media4sec.kit.forms import Segment
from media4sec.kit.models import Face, Theme
from media4sec.members.countries import language_choices
from media4sec.members.forms.sharing import FilesMixin
from media4sec.members.models import Member

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _text(label: Any, **more: Any) -> forms.CharField:
    # No max_length: the service says how much too long it is, and nothing is cut off.
    return forms.CharField(label=label, strip=False, **more)


class ThemesMixin(forms.Form):
    """One theme, or two."""

    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        error_messages={"required": gettext_lazy("Choose a theme.")},
    )
    other_theme = forms.ChoiceField(label=gettext_lazy("Second theme"), required=False)

    def offer_themes(self, themes: Sequence[Theme]) -> None:
        self._themes = {theme.slug: theme for theme in themes}
        chosen = [("", "—"), *((theme.slug, theme.title) for theme in themes)]
        self.fields["theme"].choices = chosen  # type: ignore[attr-defined]
        self.fields["other_theme"].choices = chosen  # type: ignore[attr-defined]

    def clean_theme(self) -> Theme:
        return self._themes[self.cleaned_data["theme"]]

    def clean_other_theme(self) -> Theme | None:
        return self._themes.get(self.cleaned_data["other_theme"])


class ArticleForm(ThemesMixin, FilesMixin):
    """An article: its words, who wrote it, where it belongs."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    title = _text(
        gettext_lazy("Title"),
        error_messages={"required": gettext_lazy("Enter a title of four letters or more.")},
    )
    standfirst = _text(
        gettext_lazy("Standfirst"),
        help_text=gettext_lazy("One or two sentences under the title. Lists and mails show them."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write a standfirst: one or two sentences.")},
    )
    body = _text(
        gettext_lazy("Text"),
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Write a text first.")},
    )
    members = _text(
        gettext_lazy("Members who wrote it"),
        help_text=gettext_lazy(
            "Their shown names, one on each line. Ask them first: everybody will read the names."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    guests = _text(
        gettext_lazy("Guests who wrote it"),
        help_text=gettext_lazy(
            "Their roles, one on each line, such as: Press officer, city police."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    face = forms.ChoiceField(
        label=gettext_lazy("Face"),
        choices=[("", gettext_lazy("None")), *Face.choices],
        required=False,
        widget=Segment,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    series = forms.ChoiceField(label=gettext_lazy("Series"), required=False)
    slug = _text(
        gettext_lazy("Address"),
        help_text=gettext_lazy(
            "The end of its address. Leave it empty, and it is made of the title. "
            "An old address always leads to the new one."
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, themes: Sequence[Theme], series: Sequence[Series], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_themes(themes)
        self._series = {each.slug: each for each in series}
        shelves = [("", "—"), *((each.slug, each.title) for each in series)]
        self.fields["series"].choices = shelves  # type: ignore[attr-defined]

    def clean_series(self) -> Series | None:
        return self._series.get(self.cleaned_data["series"])

    def words(self, *, by: Member, uploads: Sequence[Any], article: Article | None = None) -> Words:
        """What the services take; Refused when a name fits nobody, or two people."""
        named = _authors_of(article)
        clean = self.cleaned_data
        names = ("title", "standfirst", "body", "theme", "other_theme", "face", "language")
        return Words(
            **{name: clean[name] for name in names},
            series=clean["series"],
            slug=clean["slug"].strip(),
            authors=[
                *_members(clean["members"], [*named, by], by=by),
                # Who closed their account has no name to write down; they wrote it all the same.
                *(each for each in named if not each.name),
                *_lines(clean["guests"]),
            ],
            uploads=uploads,
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _authors_of(article: Article | None) -> list[Member]:
    """Who is named already stays so, also when they cannot be found any more."""
    named = article.authorships.select_related("member") if article else ()
    return [each.member for each in named if each.member]


def _members(text: str, known: list[Member], *, by: Member) -> list[Member]:
    found: list[Member] = []
    for name in _lines(text):
        same = [each for each in known if each.name.casefold() == name.casefold()]
        if same := [each for each in same if each not in found]:
            found.append(same[0])
            continue
        people = list(Member.objects.reading().visible_to(by).filter(name__iexact=name)[:2])
        if len(people) == 1:
            found += people
        elif people:
            raise Refused(_("There are two members called %(name)s.") % {"name": name})
        else:
            raise Refused(
                _("We cannot find %(name)s. Write each name exactly as it is shown.")
                % {"name": name}
            )
    return found


def initial_of(article: Article) -> dict[str, Any]:
    """An article as its form shows it."""
    authors = list(article.authorships.select_related("member"))
    names = ("version", "title", "standfirst", "body", "face", "language", "slug")
    return {
        **{name: getattr(article, name) for name in names},
        "theme": article.theme.slug,
        "other_theme": article.other_theme.slug if article.other_theme else "",
        "series": article.series.slug if article.series else "",
        "members": "\n".join(
            each.member.name for each in authors if each.member and each.member.name
        ),
        "guests": "\n".join(each.guest for each in authors if each.guest),
    }


class SeriesForm(forms.Form):
    title = _text(gettext_lazy("Title"))
    summary = _text(
        gettext_lazy("What it is about"),
        help_text=gettext_lazy("One or two sentences."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(forms.Form):
    """Why it is not ready yet: its authors read it."""

    note = _text(
        gettext_lazy("What is still to do"),
        help_text=gettext_lazy("Its authors read it, so write it to them."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say what is still to do.")},
    )


class ReasonForm(forms.Form):
    """Why something is retracted: it stays on its page."""

    reason = _text(
        gettext_lazy("Reason"),
        help_text=gettext_lazy("It stays at this address, for everybody to read."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )


class ScheduleForm(forms.Form):
    """A day and an hour where the site is."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=_DAY)
    hour = forms.TimeField(label=gettext_lazy("Hour"), widget=_HOUR)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hour"].help_text = _("By the clocks of %(zone)s.") % {"zone": zone}


class PageForm(forms.Form):
    """A page about this site."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    title = _text(gettext_lazy("Title"))
    summary = _text(
        gettext_lazy("Summary"),
        help_text=gettext_lazy("One sentence under the title. Search engines show it, too."),
    )
    body = _text(
        gettext_lazy("Text"),
        help_text=gettext_lazy("[[contact]] stands for the address of those who run this site."),
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Write a text first.")},
    )


class DocumentForm(ThemesMixin):
    """What a document says about itself."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    title = _text(
        gettext_lazy("Title"),
        error_messages={"required": gettext_lazy("Enter a title of four letters or more.")},
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Document.Type)
    dated = forms.DateField(label=gettext_lazy("Date"), widget=_DAY)
    authors = _text(
        gettext_lazy("Authors"),
        help_text=gettext_lazy(
            "One on each line. People as Family name, Given name; organisations and roles as "
            "they are."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    abstract = _text(gettext_lazy("Abstract"), widget=forms.Textarea)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    licence = forms.ChoiceField(label=gettext_lazy("Licence"), choices=Document.Licence)
    publisher = _text(gettext_lazy("Publisher"), required=False)
    number = _text(
        gettext_lazy("Number"),
        help_text=gettext_lazy("Of the report, if it has one."),
        required=False,
    )

    def __init__(self, *args: Any, themes: Sequence[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_themes(themes)

    def sheet(self) -> Sheet:
        clean = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Sheet(**{**clean, "authors": _lines(clean["authors"])})


def initial_of_document(document: Document) -> dict[str, Any]:
    names = ("version", "title", "type", "dated", "abstract", "language", "licence")
    return {
        **{name: getattr(document, name) for name in (*names, "publisher", "number")},
        "authors": "\n".join(document.authors),
        "theme": document.theme.slug,
        "other_theme": document.other_theme.slug if document.other_theme else "",
    }


class EditionForm(forms.Form):
    """A line of the version sheet."""

    number = _text(gettext_lazy("Version"), widget=forms.TextInput(attrs={"size": 8}))
    dated = forms.DateField(label=gettext_lazy("Date"), widget=_DAY)
    changes = _text(gettext_lazy("Summary of changes"))
    prepared_by = _text(gettext_lazy("Prepared by"))
    approved_by = _text(gettext_lazy("Approved by"), required=False)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("PDF file"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={"required": gettext_lazy("Choose a PDF file.")},
    )
