"""What the style guide shows: one of each, in the kit's own words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest

from media4sec.kit.clock import now
from media4sec.kit.forms import Choices, Segment
from media4sec.kit.marking import Label
from media4sec.kit.models import Face
from media4sec.kit.paging import Page


@dataclass(frozen=True)
class Someone:
    """A byline as rooms make them, without a room."""

    name: str
    icon: str
    tone: str
    role: str = ""
    country: str = ""
    number: int | None = None
    url: str = ""
    is_verified: bool = False
    is_me: bool = False


PEOPLE = [
    Someone("A law-enforcement member", "shield", "g-police", country="Netherlands", number=4),
    Someone("Ines", "radio-tower", "g-security", role="Control room lead", is_verified=True),
    Someone("A policy maker", "landmark", "g-policy", country="France", number=7),
    Someone("Neighbourhood volunteer", "house", "g-community", country="Belgium", is_me=True),
    Someone("A researcher", "graduation-cap", "g-research"),
    Someone("A business member", "store", "g-business"),
    Someone("A social-media user", "smartphone", "g-user"),
]
_TOKENS = """--bg --surface --sunken --line --ink-2 --ink --navy --accent --accent-soft
--good --bad --ugly --warn --danger"""
COLOURS = _TOKENS.split()


class Specimen(forms.Form):
    """One of each field, one of them wrong."""

    email = forms.EmailField(
        label="Email",
        help_text="Your email address will not be published.",
        error_messages={"required": "Enter your email address."},
    )
    circle = forms.ChoiceField(
        label="Circle", choices=[("", "The Commons"), ("crowds", "Crowds and events")]
    )
    readers = forms.ChoiceField(
        label="Who may read this?",
        choices=[(label.value, label.value) for label in (Label.GREEN, Label.AMBER)],
        widget=Choices(hints={label.value: label.sentence for label in Label}),
    )
    order = forms.ChoiceField(
        label="Sort",
        choices=[("new", "Newest"), ("helpful", "Most helpful")],
        widget=Segment,
        initial="new",
    )
    languages = forms.MultipleChoiceField(
        label="Languages you read",
        choices=[("en", "English"), ("nl", "Dutch"), ("el", "Greek")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    mail = forms.BooleanField(label="Email me when someone answers", required=False)
    picture = forms.FileField(label="Picture or PDF", required=False, help_text="At most 10 MB.")
    body = forms.CharField(label="Your reply", widget=forms.Textarea)


def page(request: HttpRequest) -> dict[str, Any]:
    """Finished values for ``kit/style_guide.html``."""
    data = {"circle": "crowds", "readers": Label.GREEN, "order": "new", "languages": ["en"]}
    return {
        "colours": COLOURS,
        "labels": list(Label),
        "faces": list(Face),
        "people": PEOPLE,
        "two_hours_ago": now() - timedelta(hours=2),
        "last_year": now() - timedelta(days=400),
        "form": Specimen({**data, "body": "**Ask early.** Say until when."}),
        "editor": Specimen(auto_id="editor_%s"),
        "tabs": [("all", "All", "#nav", 12), ("mine", "Mine", "#nav", None)],
        "page": Page(rows=[], older="b", newer="a"),
    }
