"""A file somebody brings, and the name of a search."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BringForm(forms.Form):
    file = forms.FileField(
        label=_("CSV or JSON file"),
        help_text=_("Up to 1,000 rows and 3 MB. You see what it would do before anything happens."),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,text/csv,application/json"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )


class SearchForm(forms.Form):
    title = forms.CharField(
        label=_("Name of the search"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": _("Give the search a name.")},
    )
