"""allauth's forms in our words: labels instead of placeholders, one password field, no markup."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from media4sec.members.passwords import StrengthValidator


class _Plain:
    """Says what each field is in a label and a hint."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The password manager and "show" make typing it twice needless.
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


_EMAIL = (_("Email address"), "")
_CODE = (_("Code"), _("Six digits from your app, or one of your recovery codes."))
_STRENGTH = lazy(StrengthValidator().get_help_text, str)()
_NEW = (_("New password"), _STRENGTH)


class LoginForm(_Plain, account.LoginForm):
    words = {"login": _EMAIL, "password": (_("Password"), "")}


class SignupForm(_Plain, account.SignupForm):
    words = {
        "email": (
            _("Email address"),
            _("Other members never see it. We send a link there to check that it is yours."),
        ),
        "password1": (_("Password"), _STRENGTH),
    }

    def try_save(self, request: HttpRequest) -> Any:
        """Somebody with an account already waits as long as somebody without."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ResetPasswordForm(_Plain, account.ResetPasswordForm):
    words = {"email": _EMAIL}

    def clean_email(self) -> str:
        """An address that is only being changed to, perhaps mistyped, opens nobody's account."""
        email = str(super().clean_email())
        self.users = [user for user in self.users if user.email == email]
        return email


class ResetPasswordKeyForm(_Plain, account.ResetPasswordKeyForm):
    words = {"password1": _NEW}


class ChangePasswordForm(_Plain, account.ChangePasswordForm):
    words = {"oldpassword": (_("Current password"), ""), "password1": _NEW}


class SetPasswordForm(_Plain, account.SetPasswordForm):
    words = {"password1": _NEW}


class AddEmailForm(_Plain, account.AddEmailForm):
    words = {"email": (_("New email address"), "")}


class ReauthenticateForm(_Plain, account.ReauthenticateForm):
    words = {"password": (_("Password"), "")}


class AuthenticateForm(_Plain, mfa.AuthenticateForm):
    words = {"code": _CODE}


class ReauthenticateByCodeForm(_Plain, mfa.ReauthenticateForm):
    words = {"code": _CODE}


class ActivateTOTPForm(_Plain, totp.ActivateTOTPForm):
    words = {"code": (_("Code"), _("Six digits that your app shows now."))}


class AddWebAuthnForm(_Plain, webauthn.AddWebAuthnForm):
    words = {
        "name": (_("Name of this key"), _("So that you can tell your keys apart.")),
        "passwordless": (
            _("Sign in with this key alone"),
            _("A passkey: no email address and password needed. Your device asks who you are."),
        ),
    }


class EditWebAuthnForm(_Plain, webauthn.EditWebAuthnForm):
    words = {"name": (_("Name of this key"), "")}
