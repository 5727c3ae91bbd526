"""How forms look: label, hint, error, input, in this order, on every page."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict


class Renderer(TemplatesSetting):
    """Django's forms in the house's markup."""

    form_template_name = "kit/forms/form.html"
    field_template_name = "kit/forms/field.html"


class Choices(forms.RadioSelect):
    """For decisions with consequences: each option a box with a sentence.

    ``hints`` says the sentence of an option: {value: sentence}.
    """

    template_name = "kit/forms/choices.html"

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Any = (), *, hints: Any = None
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": self.hints.get(str(value), "")}


class Segment(forms.RadioSelect):
    """For two or three short options."""

    template_name = "kit/forms/segment.html"


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, even if nothing was filled in; None while it is only shown."""
    return request.POST if request.method == "POST" else None
