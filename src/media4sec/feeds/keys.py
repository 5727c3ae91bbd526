"""Signing and checking with RSA; our private key is sealed with the site's secret."""

from __future__ import annotations

import base64
import hashlib

from django.conf import settings
from django.db import IntegrityError, transaction

from media4sec.feeds.models import SigningKey
from media4sec.kit.clock import now

_NAME = "federation"
_BITS = 2048
#: Shorter keys are no proof, longer ones only cost us time.
_LEAST, _MOST = 1024, 8192


def own_key() -> SigningKey:
    """The key of this site, made when it is first needed."""
    known = SigningKey.objects.filter(name=_NAME).first()
    return known if known and _opened(known) else _make()


def _make() -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    made = {"sealed": _seal(private), "public_pem": public.decode(), "made_at": now()}
    try:
        with transaction.atomic():
            # A new secret cannot open the old key; others read our new one when they next ask.
            return SigningKey.objects.update_or_create(name=_NAME, defaults=made)[0]
    except IntegrityError:
        # Two processes made one at the same moment: the first holds.
        return SigningKey.objects.get(name=_NAME)


def sign(key: SigningKey, words: str) -> str:
    """RSA-SHA256, in base64."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    private = load_pem_private_key(_opened(key) or b"", None)
    signature = private.sign(words.encode(), padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg,arg-type]
    return base64.b64encode(signature).decode()


def is_signed(words: str, signature: str, *, public_pem: str) -> bool:
    """Whether these words carry that signature; False for every kind of nonsense."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        public = load_pem_public_key(public_pem.encode())
        if not isinstance(public, rsa.RSAPublicKey) or not _LEAST <= public.key_size <= _MOST:
            return False
        signed = base64.b64decode(signature, validate=True)
        public.verify(signed, words.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _lock() -> bytes:
    return base64.urlsafe_b64encode(
        hashlib.sha256(b"federation:" + settings.SECRET_KEY.encode()).digest()
    )


def _seal(private: bytes) -> str:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - slow to import

    return Fernet(_lock()).encrypt(private).decode()


def _opened(key: SigningKey) -> bytes | None:
    from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - slow to import

    try:
        return Fernet(_lock()).decrypt(key.sealed.encode())
    except InvalidToken:
        return None
