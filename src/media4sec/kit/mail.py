"""Mail: text first, HTML second. A letter is a row, and ``kit.outbox`` sends it.

Short letters of the house are worded at once (``send``). Long ones, and those whose words may
change until they leave, are only named here (``post``) and worded by their composer when the
mail server is ready: nobody's letter says what its reader may no longer read.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.template import Context
from django.template.loader import get_template, select_template

from media4sec.kit.clock import now
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Letter

_is_demo: ContextVar[bool] = ContextVar("is_demo", default=False)
_RETURN = signing.Signer(salt="kit.mail.return")


class EmlFiles(BaseEmailBackend):
    """Each message one file in ``var/mail``, named by time and subject."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            subject = re.sub(r"[^a-z0-9]+", "-", str(message.subject).lower()).strip("-")[:60]
            moment = f"{now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
            (folder / f"{moment}-{subject}.eml").write_bytes(_readable(message.message()))
        return len(email_messages)


def _readable(message: Message) -> bytes:
    """The message with its texts as they are: who opens the file reads words, not base64."""
    for part in message.walk():
        coded = part["Content-Transfer-Encoding"] in {"base64", "quoted-printable"}
        if part.get_content_maintype() == "text" and coded:
            text = bytes(part.get_payload(decode=True))
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = "8bit"
            # Bytes that are not ASCII travel inside a string as the email package wants them.
            part.set_payload(text.decode("ascii", "surrogateescape"))
    return message.as_bytes()


@dataclass(frozen=True)
class Words:
    """A letter as it is worded: to whom, and what it says."""

    to: str
    subject: str
    body: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)


Composer = Callable[[Letter], Words | None]
_composers: dict[str, Composer] = {}


def composer(name: str, words: Composer) -> None:
    """Announce who words the letters of this name; None from it: there is nothing left to say."""
    _composers[name] = words


def send(template: str, *, to: str, context: dict[str, Any]) -> None:
    """Send ``<template>.txt``, its first line as subject, and the same as HTML.

    Never put more into the context than the Entry let through this door.
    """
    words = worded(template, to=to, context=context)
    letter = _letter(to=to, content=asdict(words))
    # What cannot be written down fails here, not later in the worker.
    message_of(letter, words).message()
    if _is_demo.get():
        return
    letter.save(force_insert=True)
    if settings.MAIL_AT_ONCE:
        from media4sec.kit import outbox  # noqa: PLC0415 - it reads this module

        outbox.send_due()


def post(name: str, *, key: str, content: Mapping[str, Any], at: datetime | None = None) -> Letter:
    """Put a letter on its way that its composer words later. The same key: the same letter."""
    new = _letter(composer=name, key=key, content=dict(content), next_try=at or now())
    Letter.objects.bulk_create([new], ignore_conflicts=True)
    return Letter.objects.get(key=key)


def post_many(name: str, contents: Mapping[str, Mapping[str, Any]]) -> int:
    """The same for many, by key: one statement."""
    new = [_letter(composer=name, key=key, content=dict(each)) for key, each in contents.items()]
    Letter.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _letter(**facts: Any) -> Letter:
    moment = now()
    return Letter(
        **{"made_at": moment, "next_try": moment, **facts},
        # Django would put the name of our machine here.
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    )


@contextmanager
def thrown_away() -> Iterator[None]:
    """Nobody in the demo has a mailbox: what is written meanwhile goes nowhere."""
    token = _is_demo.set(True)
    try:
        yield
    finally:
        _is_demo.reset(token)


def words_of(letter: Letter) -> Words | None:
    """What this letter says now."""
    if letter.composer:
        return _composers[letter.composer](letter)
    return Words(**letter.content)


def worded(
    template: str, *, to: str, context: dict[str, Any], headers: dict[str, str] | None = None
) -> Words:
    """A template as a letter."""
    full = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact": settings.CONTACT,
        **context,
    }
    subject, _, body = _plain_text(template, full).strip().partition("\n")
    subject, body = clean_line(subject), body.strip()
    html = _html(template, {**full, "subject": subject, "body": body})
    return Words(to, subject, f"{body}\n", html, headers or {})


def message_of(letter: Letter, words: Words) -> EmailMultiAlternatives:
    """The letter as the mail server gets it; it comes back to an address of its own."""
    message = EmailMultiAlternatives(
        words.subject,
        words.body,
        from_email=return_address(letter),
        to=[words.to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            # Answering machines leave such mail alone.
            "Auto-Submitted": "auto-generated",
            "Message-ID": letter.message_id,
            **words.headers,
        },
    )
    message.attach_alternative(words.html, "text/html")
    return message


def return_address(letter: Letter) -> str:
    """Where a mail server sends the letter back: signed, so that nobody else can say it did."""
    if not settings.MAIL_RETURN or letter.pk is None:
        return str(settings.DEFAULT_FROM_EMAIL)
    name, _, domain = settings.MAIL_RETURN.rpartition("@")
    return f"{name}+{_signed(letter.pk)}@{domain}"


def _signed(pk: int) -> str:
    # A mail server may write an address in small letters only.
    signature = _RETURN.signature(str(pk)).lower()
    return f"{pk}-{re.sub('[^a-z0-9]', '', signature)[:20]}"


def letter_returned_to(address: str) -> int | None:
    """The letter an address of ours belongs to; None when we never wrote it."""
    found = re.search(r"\+((\d{1,18})-[a-z0-9]{10,20})@", address.lower())
    if found is None or not secrets.compare_digest(found[1], _signed(int(found[2]))):
        return None
    return int(found[2])


def _plain_text(template: str, context: dict[str, Any]) -> str:
    # Text is no HTML: an apostrophe stays an apostrophe.
    found: Any = get_template(f"{template}.txt")
    return str(found.template.render(Context(context, autoescape=False)))


def _html(template: str, context: dict[str, Any]) -> str:
    """A letter's own HTML, or its text with paragraphs and links."""
    return str(select_template([f"{template}.html", "kit/mail.html"]).render(context))
