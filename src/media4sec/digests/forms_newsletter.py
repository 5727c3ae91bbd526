"""Shapes of asking for the newsletter, and of writing it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from media4sec.digests.models import Issue
from media4sec.digests.queries import newsletter as queries
from media4sec.kit.markdown import LONGEST
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref
from media4sec.members.countries import language_name


def _languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code, _name in settings.LANGUAGES]


class SubscribeForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Enter an address such as name@example.org.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=_languages)
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none, and you get them all."),
    )
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("website"))


class IssueForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("It is also the subject of the letter.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=_languages)
    body = forms.CharField(
        label=_("What you want to say"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    things = forms.MultipleChoiceField(
        label=_("Things to read"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, issue: Issue | None = None, **kwargs: Any) -> None:
        initial = (
            {"title": issue.title, "language": issue.language, "body": issue.body}
            if (issue)
            else {}
        )
        chosen = [each["ref"] for each in issue.things] if issue else []
        super().__init__(*args, initial={**initial, "things": chosen}, **kwargs)
        held = queries.items_of(issue) if issue else []
        offered = {item.ref: item for item in [*held, *queries.proposed_items()]}
        self.fields["things"].choices = [
            (ref, f"{item.kind}: {item.title}") for ref, item in offered.items()
        ]

    def clean_things(self) -> list[Ref]:
        return [Ref.parse(each) for each in self.cleaned_data["things"]]
