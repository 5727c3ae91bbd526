"""Fields, what is wrong with them, and the Markdown editor."""

from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit.components.small import NOTHING


def field(bound: BoundField) -> SafeString:
    """Label, hint, error, input, in this order."""
    return bound.as_widget() if bound.is_hidden else bound.as_field_group()


def errors(form: BaseForm, *, focus: bool = True) -> SafeString:
    """What is wrong, first in the form, with links to the fields. It takes focus."""
    if not form.errors:
        return NOTHING
    faults = [
        (f"#{bound.id_for_label or bound.auto_id + '_0'}", error)
        for bound in form
        for error in bound.errors
    ]
    words = {"faults": faults, "general": form.non_field_errors(), "focus": focus}
    return render_to_string("kit/forms/errors.html", words)


def editor(bound: BoundField, *, mentions: str = "", rows: int = 7) -> SafeString:
    """A Markdown field with toolbar and preview; without script a plain text field."""
    attrs: dict[str, str | bool] = {"rows": str(rows)}
    if mentions:
        attrs |= {"data-mentions-url": mentions, "data-mentions-label": _("Names")}
    return render_to_string(
        "kit/forms/editor.html", {"field": bound, "control": bound.as_widget(attrs=attrs)}
    )
