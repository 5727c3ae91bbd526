"""The parts of forms in which members share what they write: labels, readers, files."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.errors import Refused
from media4sec.kit.forms import Choices
from media4sec.kit.marking import Label, within_ceiling
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle, Member
from media4sec.members.sharing import pick

#: As many can be ticked; more are named by typing.
MOST_TICKED = 100


def labels_in(circle: Circle | None) -> list[Label]:
    """What one may choose from there, from wide to narrow."""
    if circle is None:
        return [Label.CLEAR, Label.GREEN, Label.RED]
    return [label for label in Label if within_ceiling(label, circle.ceiling)]


def labels_narrower_than(label: str, *, has_circle: bool) -> list[Label]:
    return [
        each
        for each in Label
        if Label(label).is_wider_than(each) and (has_circle or each not in CIRCLE_LABELS)
    ]


def label_field(labels: Iterable[Label], **more: Any) -> forms.ChoiceField:
    """Labels as boxes, each explained in a sentence."""
    labels = list(labels)
    return forms.ChoiceField(
        label=more.pop("label", _("Who may read it")),
        choices=[(each.value, each.value) for each in labels],
        widget=Choices(hints={each.value: each.sentence for each in labels}),
        **more,
    )


class ReadersMixin(forms.Form):
    """The readers of a TLP:RED text: ticked in a small circle, else by their names."""

    def offer_readers(self, people: Sequence[Member] | None) -> None:
        """``people`` to tick; None when they are too many for that."""
        if people is None:
            self.fields["reader_names"] = forms.CharField(
                label=_("Readers, for TLP:RED"),
                help_text=_("Their shown names, one on each line."),
                required=False,
                max_length=7000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        elif people:
            self.fields["readers"] = forms.MultipleChoiceField(
                label=_("Readers, for TLP:RED"),
                choices=[(str(each.pk), each.name) for each in people],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def typed_names(self) -> list[str]:
        return str(self.cleaned_data.get("reader_names", "")).splitlines()

    @property
    def ticked(self) -> list[int]:
        return [int(each) for each in self.cleaned_data.get("readers", ())]

    def complain_about(self, names: Iterable[str]) -> None:
        self.add_error(
            "reader_names",
            _("We cannot find %(names)s. Write each name exactly as it is shown.")
            % {"names": ", ".join(names)},
        )


class FilesMixin(forms.Form):
    """A picture or PDF on its way into the text."""

    file = forms.FileField(
        label=gettext_lazy("Picture or PDF file"),
        help_text=gettext_lazy("JPEG, PNG or WebP, or PDF. Take faces and names out first."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    alt = forms.CharField(
        label=gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("For people who cannot see it."),
        required=False,
        max_length=300,
    )


def body_field(label: str) -> forms.CharField:
    # No max_length: the service says how much too long it is, and nothing is cut off.
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.Textarea,
        error_messages={"required": _("Write a text first.")},
    )


def title_field(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Title"),
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": 150}),
        error_messages={"required": gettext_lazy("Enter a title of four letters or more.")},
        **more,
    )


def to_tick(people: QuerySet[Member]) -> list[Member] | None:
    """People as boxes to tick, or None when they are too many for that."""
    found = list(people.only("pk", "name").order_by("name", "pk")[: MOST_TICKED + 1])
    return found if len(found) <= MOST_TICKED else None


def chosen_readers(form: Any, among: Callable[[], QuerySet[Member]]) -> list[int]:
    """Who was ticked or typed; Refused at the field when a name fits nobody."""
    if form.cleaned_data.get("label") != Label.RED:
        return []
    found, unknown = pick(form.typed_names, among())
    if unknown:
        form.complain_about(unknown)
        raise Refused(_("Some readers could not be found."))
    return [*form.ticked, *(member.pk for member in found)]
