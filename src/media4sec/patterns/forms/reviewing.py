"""The shape of reviews, judgements, voices and of what editors decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.forms import Choices, Segment
from media4sec.kit.models import Face
from media4sec.members.models import Member
from media4sec.patterns.models import Experience, Pattern, Review, UnderReview

_NO_CONFLICT = gettext_lazy(
    "I have no conflict of interest: I did not work on this text, I gain nothing from it, and "
    "nobody close to me does."
)


class OfferForm(forms.Form):
    """Taking a review."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Which review"),
        choices=Review.Kind.choices,
        widget=Choices(
            hints={
                Review.Kind.PEER: gettext_lazy("Is it clear, does it fit practice, is it known?"),
                Review.Kind.ETHICS: gettext_lazy("Whom can it harm, and does it keep to the law?"),
            }
        ),
    )
    declares = forms.BooleanField(label=_NO_CONFLICT, required=False)


class AskForm(forms.Form):
    """An editor asks a member."""

    member = forms.TypedChoiceField(label=gettext_lazy("Member"), coerce=int)
    kind = forms.ChoiceField(
        label=gettext_lazy("Which review"), choices=Review.Kind.choices, widget=Segment
    )

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = members  # type: ignore[attr-defined]


class AskByNameForm(forms.Form):
    """The same, for what is sealed: nobody's name stands on its page, one types it."""

    member = forms.CharField(
        label=gettext_lazy("Member"),
        help_text=gettext_lazy("Their shown name, exactly as it is written."),
        max_length=100,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Which review"), choices=Review.Kind.choices, widget=Segment
    )

    def __init__(self, *args: Any, people: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = people

    def clean_member(self) -> int:
        name = self.cleaned_data["member"]
        found = [each.pk for each in self._people if each.name == name]
        if len(found) != 1:
            raise forms.ValidationError(
                _("We find nobody of this name who follows the theme and may read it.")
            )
        return found[0]


class ReviewForm(forms.Form):
    """What a reviewer says."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your review"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("What is right, what is not, and how you know."),
        error_messages={"required": gettext_lazy("Say in a sentence or two why.")},
    )
    points = forms.CharField(
        label=gettext_lazy("What should change"),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One point on each line."),
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("What you recommend"),
        choices=Review.Verdict.choices,
        widget=Choices(
            hints={
                Review.Verdict.ACCEPT: gettext_lazy("It can be called reviewed, as it is."),
                Review.Verdict.REVISE: gettext_lazy("It can, once the points above are met."),
                Review.Verdict.REJECT: gettext_lazy("It should not carry the word reviewed."),
            }
        ),
        error_messages={"required": gettext_lazy("Choose what you recommend.")},
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Once it is published, everybody may read this review with my name."),
        required=False,
    )
    declares = forms.BooleanField(label=_NO_CONFLICT, required=False)

    def __init__(self, *args: Any, subject: UnderReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(subject, Experience):
            sealed = _(
                "Once it is reviewed, whoever may read the experience may read this review, too. "
                "Nobody learns my name."
            )
            named = _(
                "Once it is reviewed, whoever may read the experience may read this review with "
                "my name."
            )
            self.fields["is_public"].label = sealed if subject.seals_voices else named


class JudgementForm(forms.Form):
    face = forms.ChoiceField(
        label=gettext_lazy("From where you stand it is"),
        choices=Face.choices,
        widget=Segment,
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )
    because = forms.CharField(
        label=gettext_lazy("Because"),
        strip=False,
        help_text=gettext_lazy("One sentence. Everybody can read it, your name is not shown."),
        error_messages={"required": gettext_lazy("Say why, in one sentence.")},
    )
    says_group = forms.BooleanField(required=False)

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:
        """``group``: the sentence of the box; "" leaves it out."""
        super().__init__(*args, **kwargs)
        if group:
            self.fields["says_group"].label = group
        else:
            del self.fields["says_group"]


class VoiceForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("How it was for you"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Leave out names and whatever points at other people."),
        error_messages={"required": gettext_lazy("Tell it in a sentence or two.")},
    )


class LicenceForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    has_licensed = forms.BooleanField(
        label=gettext_lazy(
            "I publish these words under CC BY 4.0: anybody may copy, change and sell them as "
            "long as they name the authors. This cannot be taken back. All who wrote them agree."
        ),
        required=False,
    )


class ArchiveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        strip=False,
        help_text=gettext_lazy("It stands on the page, for everybody to read."),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )
    instead = forms.ChoiceField(label=gettext_lazy("Read instead"), required=False)

    def __init__(self, *args: Any, patterns: Sequence[Pattern], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patterns = {each.slug: each for each in patterns}
        choices = [("", "—"), *((each.slug, each.title) for each in patterns)]
        self.fields["instead"].choices = choices  # type: ignore[attr-defined]

    def clean_instead(self) -> Pattern | None:
        return self._patterns.get(self.cleaned_data["instead"])


class UntilForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Look at it again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
