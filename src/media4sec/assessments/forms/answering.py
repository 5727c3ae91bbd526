"""What people say of a plan, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import LONGEST_DESCRIPTION, Answer
from media4sec.assessments.packs.schema import UNKNOWN, Question
from media4sec.assessments.packs.shelf import countries, rulebook
from media4sec.assessments.queries.guide import groups_of
from media4sec.assessments.services import LONGEST_COMMENT, LONGEST_WORDS, Said
from media4sec.kit.forms import Choices
from media4sec.kit.typed import LONGEST_TITLE
from media4sec.members.models import Circle

BOUNDARY = gettext_lazy(
    "How you work, never whom you watch: no names of people, no case numbers, no account names."
)


class Boxes(forms.CheckboxSelectMultiple):
    """Several answers, in the boxes in which one stands elsewhere."""

    template_name = "kit/forms/choices.html"


# The plan


def _activities() -> list[tuple[str, list[tuple[str, str]]]]:
    """Grouped as in the guide."""
    return [
        (group.title, [(each.key, each.activity.title) for each in group.activities])
        for group in groups_of()
    ]


class BeginForm(forms.Form):
    activity = forms.ChoiceField(label=gettext_lazy("What do you plan to do?"))
    title = forms.CharField(
        label=gettext_lazy("What shall we call it?"), help_text=BOUNDARY, max_length=LONGEST_TITLE
    )
    description = forms.CharField(
        label=gettext_lazy("How will you do it?"),
        help_text=gettext_lazy("Two or three sentences. Again: no names, no case numbers."),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Which law shall be asked?"), required=False)
    circle = forms.ChoiceField(
        label=gettext_lazy("Circle"),
        help_text=gettext_lazy(
            "You can ask its members for their part later. Until then they do not see the check."
        ),
        required=False,
    )

    def __init__(self, *args: Any, circles: Iterable[Circle], **more: Any) -> None:
        super().__init__(*args, **more)
        about = {key: each.about for key, each in rulebook().whole.activities.items()}
        activity, country, circle = (self.fields[n] for n in ("activity", "country", "circle"))
        activity.widget = Choices(hints={key: words for key, words in about.items() if words})
        activity.choices = _activities()
        self.circles = {circle.slug: circle for circle in circles}
        mine = [(slug, each.title) for slug, each in self.circles.items()]
        circle.choices = [("", _("None")), *mine]
        layers = [(each.pack.jurisdiction, each.pack.title) for each in countries()]
        country.choices = [("", _("What all countries of the EU share")), *layers]
        if not mine:
            del self.fields["circle"]
        if not layers:
            del self.fields["country"]

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        said = dict(self.cleaned_data)
        return {**said, "circle": self.circles.get(said.get("circle", ""))}


# Answers


def _offered(question: Question) -> list[tuple[str, str]]:
    chosen = [(key, option.text) for key, option in question.options.items()]
    return [*chosen, (UNKNOWN, _("I don’t know"))]


def answer_field(question: Question) -> forms.Field:
    """The answers a question offers, and "I don't know"."""
    hints = {UNKNOWN: _("That is a fine answer. Until you know, the riskier one counts.")}
    common = {"label": question.text, "required": False}
    if question.type == "many":
        widget = Boxes()
        return forms.MultipleChoiceField(choices=_offered(question), widget=widget, **common)
    return forms.ChoiceField(choices=_offered(question), widget=Choices(hints=hints), **common)


class AnswerForm(forms.Form):
    """One question. Which answer stood there when the page was made goes along."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, question: Question, before: Answer | None = None, **more: Any
    ) -> None:
        initial = initial_of(question, before) if before else {}
        super().__init__(*args, initial={**initial, **more.pop("initial", {})}, **more)
        self.question = question
        if question.type == "text":
            area = forms.Textarea(attrs={"rows": 6})
            self.fields["answer"] = forms.CharField(
                label=_("Your answer"), max_length=LONGEST_WORDS, required=False, widget=area
            )
            self.fields["unknown"] = forms.BooleanField(label=_("I don’t know"), required=False)
        else:
            self.fields["answer"] = answer_field(question)
        if question.free_text:
            self.fields["words"] = forms.CharField(
                label=question.free_text,
                max_length=LONGEST_WORDS,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["comment"] = forms.CharField(
            label=_("Anything reviewers should know?"),
            help_text=_("Do not name people or cases."),
            max_length=LONGEST_COMMENT,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("unknown") and said.get("answer"):
            self.add_error("answer", _("Write an answer, or tick “I don’t know”: not both."))
        return said

    @property
    def said(self) -> Said:
        given = self.cleaned_data
        value = UNKNOWN if given.get("unknown") else given.get("answer") or None
        return Said(
            value=tuple(value) if isinstance(value, list) else value,
            words=given.get("words", ""),
            comment=given["comment"],
            seen=given["seen"] or 0,
        )

    @property
    def says_nothing(self) -> bool:
        said = self.said
        return said.value is None and not said.words.strip() and not said.comment.strip()


def initial_of(question: Question, before: Answer) -> dict[str, Any]:
    """An answer, as its form shows it."""
    is_unknown = question.type == "text" and before.value == UNKNOWN
    return {
        "answer": "" if is_unknown else _as_shown(question, before),
        "unknown": is_unknown,
        "words": before.words,
        "comment": before.comment,
        "seen": before.pk,
    }


class ScreenForm(forms.Form):
    """The short questions on one page; what is left out stays open."""

    def __init__(
        self,
        *args: Any,
        questions: Iterable[Question],
        before: Mapping[str, Answer],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.before = before
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question.id] = answer_field(question)
            old = before.get(question.id)
            if question.free_text:
                self.fields[f"{question.id}-words"] = forms.CharField(
                    label=question.free_text,
                    max_length=LONGEST_WORDS,
                    required=False,
                    initial=old.words if old else "",
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
            self.fields[f"{question.id}-seen"] = forms.IntegerField(
                min_value=0, required=False, widget=forms.HiddenInput
            )
            if old:
                self.initial[question.id] = _as_shown(question, old)
                self.initial[f"{question.id}-seen"] = old.pk

    @property
    def several(self) -> dict[str, Said]:
        """What was answered; a note for reviewers that stood beside an answer stays there."""
        given = {each.id: self._said(each) for each in self.questions}
        is_said = {
            key: said.value or said.words or key in self.before for key, said in given.items()
        }
        return {key: said for key, said in given.items() if is_said[key]}

    def _said(self, question: Question) -> Said:
        value = self.cleaned_data[question.id] or None
        old = self.before.get(question.id)
        return Said(
            value=tuple(value) if isinstance(value, list) else value,
            words=self.cleaned_data.get(f"{question.id}-words", ""),
            comment=old.comment if old else "",
            seen=self.cleaned_data[f"{question.id}-seen"] or 0,
        )


class WhatIfForm(forms.Form):
    """Another answer to one question, only to see."""

    def __init__(self, *args: Any, question: Question, before: Answer | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["answer"] = answer_field(question)
        if before:
            self.initial["answer"] = _as_shown(question, before)

    @property
    def value(self) -> str | tuple[str, ...] | None:
        value = self.cleaned_data["answer"] or None
        return tuple(value) if isinstance(value, list) else value


def _as_shown(question: Question, answer: Answer) -> Any:
    """Its value, as the widget of the question takes it."""
    if question.type == "many" and isinstance(answer.value, str):
        return [answer.value]
    return answer.value
