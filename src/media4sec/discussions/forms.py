"""The shape of what members write in discussions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.discussions.models import Topic
from media4sec.kit.forms import Choices, Segment
from media4sec.kit.marking import Attribution, Label, within_ceiling
from media4sec.kit.models import Face, Theme
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.countries import language_choices
from media4sec.members.models import Circle, Member


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


class TopicForm(ReadersMixin, FilesMixin):
    """A new question or discussion in one circle, or in the Commons."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=Topic.Kind,
        widget=Segment,
        initial=Topic.Kind.QUESTION,
    )
    title = title_field(
        help_text=gettext_lazy("One sentence that says what you want to know or talk about.")
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    other_theme = forms.ChoiceField(label=gettext_lazy("Second theme"), required=False)
    face = forms.ChoiceField(
        label=gettext_lazy("Face"),
        help_text=gettext_lazy("Does social media help here, harm, or both at once?"),
        choices=[("", gettext_lazy("None")), *Face.choices],
        required=False,
        widget=Segment,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    attribution = forms.ChoiceField(
        label=gettext_lazy("Who is shown as the source"),
        choices=Attribution,
        widget=Choices(hints={each.value: each.sentence for each in Attribution}),
    )

    def __init__(
        self,
        *args: Any,
        circle: Circle | None,
        themes: Sequence[Theme],
        people: Sequence[Member] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"] = body_field(_("Text"))
        self.fields["label"] = label_field(labels_in(circle))
        self._themes = {theme.slug: theme for theme in themes}
        chosen = [("", "—"), *((theme.slug, theme.title) for theme in themes)]
        self.fields["theme"].choices = chosen  # type: ignore[attr-defined]
        self.fields["other_theme"].choices = chosen  # type: ignore[attr-defined]
        self.fields["label"].initial = circle.label if circle else Label.GREEN
        self.fields["attribution"].initial = circle.attribution if circle else Attribution.NAMED
        self.offer_readers(people)

    def clean_theme(self) -> Theme | None:
        return self._themes.get(self.cleaned_data["theme"])

    def clean_other_theme(self) -> Theme | None:
        return self._themes.get(self.cleaned_data["other_theme"])

    @property
    def facts(self) -> dict[str, Any]:
        """What ``start_topic`` takes as it is."""
        names = ("kind", "title", "body", "theme", "other_theme", "face", "language")
        return {name: self.cleaned_data[name] for name in (*names, "label", "attribution")}


class ReplyForm(ReadersMixin, FilesMixin):
    """An answer: as its discussion is shared, or with fewer people. Building it asks nothing."""

    answers_to = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, topic: Topic, people: Sequence[Member] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"] = body_field(_("Write your reply"))
        self.fields["body"].widget.attrs["placeholder"] = _(
            "Share what you saw, did or learned. Leave out names and case details."
        )
        narrower = labels_narrower_than(topic.label, has_circle=topic.circle_id is not None)
        if narrower:
            self.fields["label"] = forms.ChoiceField(
                label=_("Who may read your reply"),
                choices=[
                    ("", _("As this discussion (%(label)s)") % {"label": topic.label}),
                    *((each.value, each.value) for each in narrower),
                ],
                required=False,
                widget=Choices(hints={each.value: each.sentence for each in narrower}),
            )
            self.offer_readers(people)
        if not topic.is_chatham:
            self.fields["sealed"] = forms.BooleanField(
                label=_("Reply under the Chatham House Rule"),
                help_text=_(
                    "Nobody learns your name. You appear by group and country, "
                    "or by less where that would give you away."
                ),
                required=False,
            )

    @property
    def facts(self) -> dict[str, Any]:
        """What ``reply`` takes as it is."""
        return {
            "body": self.cleaned_data["body"],
            "label": self.cleaned_data.get("label", ""),
            "attribution": Attribution.CHATHAM if self.cleaned_data.get("sealed") else "",
        }


class EditForm(forms.Form):
    """One's own words again, and the version they were read at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, has_title: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_title:
            self.fields["title"] = title_field()
        self.fields["body"] = body_field(_("Text"))

    @property
    def facts(self) -> dict[str, Any]:
        words = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {"base_version": self.cleaned_data["version"], **words}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("One sentence. Everybody who reads the discussion can see it."),
        max_length=200,
    )


class MoveForm(ReasonForm):
    """To another circle one is in, or to the Commons."""

    to = forms.ChoiceField(label=gettext_lazy("Move to"))
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, circles: Sequence[Circle | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._circles = {circle.slug if circle else "": circle for circle in circles}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (slug, circle.title if circle else _("The Commons, for the whole community"))
            for slug, circle in self._circles.items()
        ]
        self.fields["to"].required = "" not in self._circles

    def clean_to(self) -> Circle | None:
        return self._circles[self.cleaned_data["to"]]


class NarrowForm(ReadersMixin):
    def __init__(
        self,
        *args: Any,
        labels: Sequence[Label],
        people: Sequence[Member] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = label_field(labels)
        self.offer_readers(people)


class WidenForm(forms.Form):
    def __init__(self, *args: Any, labels: Sequence[Label], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = label_field(labels)


class ProposalForm(WidenForm, ReasonForm):
    field_order = ["label", "reason"]
