"""Which document, and a file to be checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import Export
from media4sec.kit.incoming import Lost

#: Larger than any document of ours.
MOST_BYTES = 20 * 1024 * 1024


class ExportForm(forms.Form):
    copy = forms.ChoiceField(label=gettext_lazy("For whom"))
    form = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[
            (Export.Format.PDF, gettext_lazy("PDF, to read and to keep")),
            (Export.Format.HTML, gettext_lazy("HTML, for a word processor")),
            (Export.Format.JSON, gettext_lazy("Data (JSON), for programs")),
        ],
        initial=Export.Format.PDF,
    )

    def __init__(self, *args: Any, copies: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["copy"].choices = copies  # type: ignore[attr-defined]


class VerifyForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("PDF, HTML or data. We look at it and forget it at once."),
        required=False,
        allow_empty_file=True,
    )
    code = forms.CharField(
        label=gettext_lazy("Or the code on its first page"),
        help_text=gettext_lazy("Four groups of four letters and figures."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if isinstance(file, Lost) or file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than any document of ours."))
        if not file.size:
            raise forms.ValidationError(_("This file is empty. Choose another one."))
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not said.get("file") and not said.get("code", "").strip():
            raise forms.ValidationError(_("Choose a file, or type a code."))
        return said
