"""The shape of what members write in discussions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.discussions.models import Topic
from media4sec.kit.forms import Choices, Segment
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Face, Theme
from media4sec.members.countries import language_choices
from media4sec.members.forms.sharing import (
    FilesMixin,
    ReadersMixin,
    body_field,
    label_field,
    labels_in,
    labels_narrower_than,
    title_field,
)
from media4sec.members.models import Circle, Member


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
