"""Shapes of what administrators write."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BlockForm(forms.Form):
    host = forms.CharField(
        label=_("Server"),
        help_text=_("Its name, such as example.org."),
        error_messages={"required": _("Write the name of a server.")},
        max_length=300,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Other administrators read it."),
        error_messages={"required": _("Say why.")},
        max_length=300,
    )
