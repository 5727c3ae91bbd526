"""What people tell of a check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import Summary
from media4sec.assessments.models.summaries import LONGEST_SUMMARY
from media4sec.assessments.services import Telling
from media4sec.kit.forms import Choices
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.kit.typed import LONGEST_TITLE
from media4sec.members.forms.sharing import label_field


class SummaryForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=gettext_lazy("What others may learn"),
        help_text=gettext_lazy(
            "What was planned in general, what the check said, what you changed because of it."
            " No names, no place or day that tells which operation it was."
        ),
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    beside = forms.BooleanField(required=False)
    is_read = forms.BooleanField(
        label=gettext_lazy("I read it with the eyes of a stranger: nothing in it is secret."),
        error_messages={"required": gettext_lazy("Read it once more, then say that you did.")},
    )

    def __init__(
        self,
        *args: Any,
        before: Summary | None,
        about: tuple[Ref, str] | None,
        same: Callable[[str], list[str]],
        **more: Any,
    ) -> None:
        initial = {"label": Label.GREEN, "attribution": Attribution.CHATHAM, "beside": True}
        if before and before.is_out:
            initial |= {name: getattr(before, name) for name in ("title", "text", "label")}
            initial["beside"] = bool(before.about)
        super().__init__(*args, initial={**initial, **more.pop("initial", {})}, **more)
        self.before, self.about = before, about
        self.fields["label"] = label_field([Label.GREEN, Label.CLEAR])
        if before is None:
            self.fields["attribution"] = forms.ChoiceField(
                label=gettext_lazy("Who is shown as the source"),
                choices=Attribution,
                widget=Choices(hints={each.value: each.sentence for each in Attribution}),
            )
        if about:
            self.fields["beside"].label = about[1]
        else:
            del self.fields["beside"]
        if self.is_bound:
            self._ask_about(same(self.data.get("text", "")))
        order = ["title", "text", "words_stay", "beside", "label", "attribution", "is_read"]
        self.order_fields(order)

    def _ask_about(self, same: list[str]) -> None:
        """Whoever takes passages over from the check says that they mean to."""
        if same:
            said = "”, “".join(same)
            self.fields["words_stay"] = forms.BooleanField(
                label=_("These words stand in the check, too, and may stay: “%(words)s”")
                % {"words": said},
                error_messages={"required": _("Were these words meant for others? Say so.")},
            )

    @property
    def telling(self) -> Telling:
        said = self.cleaned_data
        kept = self.before.attribution if self.before else Attribution.CHATHAM
        return Telling(
            title=said["title"],
            text=said["text"],
            label=said["label"],
            attribution=said.get("attribution") or kept,
            about=self.about[0] if self.about and said.get("beside") else None,
        )
