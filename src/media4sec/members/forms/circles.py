"""The shape of what people send about circles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media4sec.kit.forms import Choices
from media4sec.kit.marking import Attribution, Label, within_ceiling
from media4sec.kit.models import Theme
from media4sec.members.models import CEILINGS, Circle, Group
from media4sec.members.queries.circles import KIND_SENTENCES, MORE_CLOSED

Kind = Circle.Kind
_SHORT = forms.Textarea(attrs={"rows": 3})


class _CircleForm(forms.Form):
    """What every circle says about itself."""

    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("Two to four words say what it is about.")
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label=_("Theme"), required=False, empty_label=_("None of the six")
    )
    about = forms.CharField(
        label=_("About"),
        max_length=4000,
        widget=forms.Textarea,
        help_text=_("Who is it for, and what do you talk about?"),
    )
    rules = forms.CharField(
        label=_("Rules"),
        max_length=4000,
        widget=forms.Textarea,
        required=False,
        help_text=_("What holds here beside the house rules. One line each is easiest to read."),
    )


class FoundForm(_CircleForm):
    """A new circle."""

    field_order = ["title", "kind", "required_groups", "theme", "about", "rules", "attribution"]

    kind = forms.ChoiceField(label=_("Who can come in"), widget=Choices)
    required_groups = forms.MultipleChoiceField(
        label=_("Only with a confirmed group"),
        choices=Group,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Leave this empty to let all groups in. Otherwise a confirmed group is needed to "
            "enter, and who loses it leaves. This cannot be changed later."
        ),
    )
    attribution = forms.ChoiceField(
        label=_("Who may be named"),
        choices=Attribution,
        widget=Choices(hints={each: each.sentence for each in Attribution}),
        initial=Attribution.NAMED,
        help_text=_("New topics start with this. Writers can choose differently each time."),
    )

    def __init__(self, *args: Any, with_open: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in Kind if with_open or kind != Kind.OPEN]
        _offer_kinds(self.fields["kind"], kinds)


class ReviseForm(_CircleForm):
    """What a host may change about the circle."""

    label = forms.ChoiceField(
        label=_("Usual sharing label"),
        widget=Choices,
        help_text=_("New topics start with this. Writers can choose a narrower one each time."),
    )
    attribution = forms.ChoiceField(
        label=_("Who may be named"),
        choices=Attribution,
        widget=Choices(hints={each: each.sentence for each in Attribution}),
    )

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        initial = {name: getattr(circle, name) for name in ("title", "theme", "about", "rules")}
        initial |= {"label": circle.label, "attribution": circle.attribution}
        super().__init__(*args, initial=initial, **kwargs)
        labels = [
            each for each in Label if each != Label.RED and within_ceiling(each, circle.ceiling)
        ]
        field: Any = self.fields["label"]
        field.choices = [(each.value, each.label) for each in labels]
        field.widget.hints = {each.value: each.sentence for each in labels}


class CloseFurtherForm(forms.Form):
    """A more closed kind, and that the host knows there is no way back."""

    kind = forms.ChoiceField(label=_("From now on it is"), widget=Choices)
    sure = forms.BooleanField(
        label=_("I know that this cannot be undone."),
        error_messages={"required": _("Tick the box to say that you know this.")},
    )

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_kinds(self.fields["kind"], MORE_CLOSED[Kind(circle.kind)])


def _offer_kinds(field: Any, kinds: Any) -> None:
    field.choices = [(kind.value, kind.label) for kind in kinds]
    field.widget.hints = {
        kind.value: _("%(sentence)s Widest label: %(ceiling)s.")
        % {"sentence": KIND_SENTENCES[kind], "ceiling": CEILINGS[kind].value}
        for kind in kinds
    }


class RequestForm(forms.Form):
    """Why somebody would like to come in."""

    words = forms.CharField(
        label=_("Why would you like to join?"),
        max_length=1000,
        widget=_SHORT,
        help_text=_("One or two sentences. The hosts read them together with your profile."),
    )


class AnswerForm(forms.Form):
    """A host's answer to a request; a sentence is needed for a no."""

    answer = forms.CharField(
        label=_("A sentence for them"),
        max_length=1000,
        widget=_SHORT,
        required=False,
        help_text=_("It goes into the mail. If you do not let them in, say why."),
    )


class InviteForm(forms.Form):
    """Whom to invite, and a few words to go with it."""

    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("Only who confirms this address can use the invitation."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    words = forms.CharField(label=_("A few words"), max_length=500, widget=_SHORT, required=False)


class ReasonForm(forms.Form):
    """Why, for those whom it concerns."""

    reason = forms.CharField(label=_("Why?"), max_length=500, widget=_SHORT)
