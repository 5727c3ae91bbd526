"""The shape of what members write about a deck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.forms import Choices
from media4sec.kit.marking import Attribution, Label
from media4sec.members.forms.sharing import ReadersMixin, label_field, labels_in
from media4sec.members.models import Circle, Member


class WordsForm(forms.Form):
    """Title and note. No longest length: the service says how much too long it is."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What the meeting is about, in a few words."),
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": 100}),
        error_messages={"required": gettext_lazy("Enter a title of four letters or more.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note for who leads the meeting"),
        help_text=gettext_lazy("Printed on the facilitator’s sheet, and nowhere else."),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class EditDeckForm(WordsForm):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @property
    def facts(self) -> dict[str, Any]:
        """What ``edit_deck`` takes as it is."""
        words = {name: self.cleaned_data[name] for name in ("title", "note")}
        return {"base_version": self.cleaned_data["version"], **words}


class ShareDeckForm(ReadersMixin):
    """Who may read a deck, in one circle or in the Commons."""

    def __init__(
        self, *args: Any, circle: Circle | None, people: Sequence[Member] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = label_field(labels_in(circle))
        self.fields["label"].initial = circle.label if circle else Label.GREEN
        self.offer_readers(people)

    @property
    def facts(self) -> dict[str, Any]:
        return {"label": self.cleaned_data["label"]}


class DeckForm(ShareDeckForm, WordsForm):
    """A new deck."""

    def __init__(self, *args: Any, circle: Circle | None, **kwargs: Any) -> None:
        super().__init__(*args, circle=circle, **kwargs)
        self.fields["attribution"] = forms.ChoiceField(
            label=_("Who is shown as the source"),
            choices=Attribution,
            initial=circle.attribution if circle else Attribution.NAMED,
            widget=Choices(hints={each.value: each.sentence for each in Attribution}),
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What ``make_deck`` takes as it is."""
        names = ("title", "note", "label", "attribution")
        return {name: self.cleaned_data[name] for name in names}


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        help_text=gettext_lazy("One or two sentences: what to say or ask about this card."),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
