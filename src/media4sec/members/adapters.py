"""What django-allauth asks us, and all we ask of it: joining, confirming, changing an address."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows import email_verification
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from media4sec.kit import mail
from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.kit.ratelimit import address
from media4sec.members.models import Member
from media4sec.members.services import affiliations, people

_CHANGE = "members.change-of-address"
#: The link to the old address is good for so long.
CHANGE_LASTS = 3 * 24 * 3600


def shown_name(member: Any) -> str:
    """What allauth's pages and mails call somebody; never the address."""
    return str(member.name or "")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's policy questions, answered."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The email address or the password is not right."),
        "too_many_login_attempts": _(
            "Too many tries. Wait five minutes and try again, or set a new password."
        ),
        "duplicate_email": _("This is your address already."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Enter the newest one."),
        "rate_limited": _("Too many tries. Wait a moment and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open" or bool(request.session.get("invitation"))

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        welcomed = getattr(request.user, "welcomed_at", None)
        return "/" if welcomed else reverse("members:welcome")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:welcome")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:me")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """All mail of the house has one shape: kit.mail's."""
        mail.send(template_prefix, to=email, context={"email": email, **context})

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A newcomer's address counts now; a changed one waits for the old address to agree."""
        if _current(email_address):
            _ask_old_address(email_address)
            return False
        with transaction.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                people.confirm(email_address.user)
        return confirmed

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        if not email_address.verified and _current(email_address):
            return reverse("members:address_half_confirmed")
        return str(super().get_email_verification_redirect_url(email_address))


class MFAAdapter(DefaultMFAAdapter):
    """What second steps are called, and how their secrets are kept."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": _("Confirm your email address first."),
    }

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = user.authenticator_set.filter(type=type).count()
        return gettext("My key") if not count else gettext("Key %d") % (count + 1)

    def build_totp_svg(self, url: str) -> str:
        """Dark on white whatever the page's colours are: cameras need it so."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        """A copy of the database without our secret opens nobody's second step."""
        return _chest().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _chest().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("this second step was kept with another secret") from error


def _chest() -> Fernet:
    key = hashlib.sha256(b"second-steps:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def pending_code(request: HttpRequest) -> str | None:
    """The picture of the secret an authenticator app is being given, or None."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        return None
    adapter = MFAAdapter()
    return adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))


# A change of address: the new one has confirmed, now the old one is asked.


def _current(new: EmailAddress) -> EmailAddress | None:
    """The confirmed address that ``new`` would replace; None for a newcomer."""
    found: EmailAddress | None = (
        EmailAddress.objects.filter(user_id=new.user_id, verified=True).exclude(pk=new.pk).first()
    )
    return found


def _ask_old_address(new: EmailAddress) -> None:
    old = _current(new)
    if old is None:
        return
    token = signing.dumps([new.pk, new.email, old.email], salt=_CHANGE)
    mail.send(
        "members/mail/change_of_address",
        to=old.email,
        context={
            "new_address": new.email,
            "url": settings.SITE_URL + reverse("members:agree_to_address", args=[token]),
        },
    )


def find_change(token: str) -> EmailAddress | None:
    """The change this link from the old address agrees to: unaltered, in time, not done yet."""
    try:
        pk, new_address, old_address = signing.loads(token, salt=_CHANGE, max_age=CHANGE_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    new = (
        EmailAddress.objects.select_related("user")
        .filter(pk=pk, email=new_address, verified=False, user__is_active=True)
        .first()
    )
    old = _current(new) if new else None
    return new if new and old and old.email == old_address else None


@transaction.atomic
def change_address(new: EmailAddress, request: HttpRequest) -> None:
    """Both addresses have agreed."""
    member = new.user
    _free_from_strangers(new)
    if not email_verification.verify_email(request, new):
        raise Refused(_("This address cannot be used."))
    member.refresh_from_db()
    record(member, "changed_address", member)
    affiliations.address_changed(member)


def _free_from_strangers(new: EmailAddress) -> None:
    """Whoever typed this address at sign-up but never confirmed it does not keep it."""
    others = Member.objects.filter(email__iexact=new.email).exclude(pk=new.user_id)
    others.filter(confirmed_at__isnull=True).delete()
    if others.exists():
        raise Refused(_("This address cannot be used."))
