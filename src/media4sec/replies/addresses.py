"""A guest's address: checked, compared and forgotten without ever being shown."""

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.refs import Ref

LONGEST = 254
#: No machine of ours, and no number in brackets: the mail server would knock there.
_is_address = EmailValidator(allowlist=[])
_OWN = signing.Signer(salt="replies.own")
_WAITING = signing.Signer(salt="replies.waiting")


def clean_address(text: str) -> str:
    """An address as it was meant, its domain in small letters; Refused when it is none."""
    address = clean_line(text[: 4 * LONGEST])
    name, at, domain = address.rpartition("@")
    address = f"{name}{at}{domain.lower()}"
    try:
        if len(address) > LONGEST or domain.startswith("["):
            raise ValidationError("")
        _is_address(address)
        domain.encode("idna")
    except (ValidationError, UnicodeError) as error:
        raise Refused(_("Enter your email address, such as name@example.org.")) from error
    return address


def digest_of(address: str) -> str:
    """The same for the same mailbox; without the site's secret it says nothing."""
    name, _at, domain = address.lower().rpartition("@")
    mailbox = f"{name}@{domain.encode('idna').decode()}"
    return salted_hmac("replies.guest", mailbox, algorithm="sha256").hexdigest()


def own_token(pk: int, ref: Ref) -> str:
    """For the letter: whoever has it wrote the remark. It says under what, should that be gone."""
    return _OWN.sign(f"{pk}.{ref}")


def waiting_token(pk: int, ref: Ref) -> str:
    """For the page after the form: it shows the remark to its writer, and can do nothing."""
    return _WAITING.sign(f"{pk}.{ref}")


def read_own(token: str) -> tuple[int, Ref] | None:
    return _read(_OWN, token)


def read_waiting(token: str) -> tuple[int, Ref] | None:
    return _read(_WAITING, token)


def _read(signer: signing.Signer, token: str) -> tuple[int, Ref] | None:
    try:
        pk, _dot, ref = signer.unsign(token).partition(".")
        return int(pk), Ref.parse(ref)
    except (signing.BadSignature, ValueError):
        return None
