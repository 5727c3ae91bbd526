"""The shape of a reply: a member's text, and a guest's text, name and address."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import typed
from media4sec.kit.errors import Refused
from media4sec.replies.addresses import clean_address
from media4sec.replies.services import words

_OPENED = signing.TimestampSigner(salt="replies.form")
#: Nobody reads a page and writes a reply within this.
FASTEST = 3
#: A page may have been kept for an hour, and lain open for the rest of the day.
SLOWEST = 24 * 3600


class _Words(forms.CharField):
    """Text as it was typed: what is wrong with it, the services say in a sentence."""

    default_validators = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = []


class RemarkForm(forms.Form):
    body = _Words(
        label=gettext_lazy("Reply *"), widget=forms.Textarea(attrs={"rows": 5}), strip=False
    )
    answers = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_body(self) -> str:
        text = words.clean_body(self.cleaned_data["body"])
        words.check_links(text)
        return text

    @property
    def answered(self) -> int | None:
        """The number of the remark this one answers."""
        return typed.number(str(self.cleaned_data.get("answers", "")))


class GuestForm(RemarkForm):
    name = _Words(
        label=gettext_lazy("Name *"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter a name to be called by.")},
    )
    email = _Words(
        label=gettext_lazy("Email *"),
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": gettext_lazy("Enter your email address.")},
    )
    wants_letters = forms.BooleanField(
        label=gettext_lazy("Email me when someone answers. I can stop this with one click."),
        required=False,
    )
    #: No person sees this field; machines fill in whatever there is.
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.initial.setdefault("opened", _OPENED.sign("reply"))

    def clean_name(self) -> str:
        return words.clean_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        return clean_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("website"):
            raise Refused(_("We could not tell this from a machine's message. Send it once more."))
        self._check_time()
        return self.cleaned_data

    def _check_time(self) -> None:
        opened = self.cleaned_data.get("opened", "")
        try:
            _OPENED.unsign(opened, max_age=SLOWEST)
        except signing.BadSignature as error:
            raise Refused(
                _("This form was open for more than a day. Look at your reply and send it again.")
            ) from error
        try:
            _OPENED.unsign(opened, max_age=FASTEST)
        except signing.SignatureExpired:
            return
        raise Refused(_("This was sent within a moment. Look at your reply and send it once more."))

    @property
    def all_wait(self) -> bool:
        """Whether a moderator reads every guest's reply first, or only what is in doubt."""
        return bool(settings.GUEST_REPLIES == "all")

    def anew(self) -> "GuestForm":
        """The same words in a form that was opened just now, with what is wrong beside them."""
        data = self.data.copy()
        data["opened"], data["website"] = _OPENED.sign("reply"), ""
        again = GuestForm(data)
        again._errors = self.errors
        again.cleaned_data = {}
        return again
