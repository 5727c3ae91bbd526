"""Mail: text first, HTML second. In development it lands as readable .eml files."""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from email.message import Message
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.template import Context
from django.template.loader import get_template, select_template
from django_tasks import task

from media4sec.kit.clock import now
from media4sec.kit.markdown import clean_line

#: How long a letter waits for a mail server that was away.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 10, 60, 300, 1080)]


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


def send(template: str, *, to: str, context: dict[str, Any]) -> None:
    """Send ``<template>.txt``, its first line as subject, and the same as HTML.

    Never put more into the context than the Entry let through this door.
    """
    full = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact": settings.CONTACT,
        **context,
    }
    subject, _, body = _plain_text(template, full).strip().partition("\n")
    subject, body = clean_line(subject), body.strip()
    letter = {
        "to": to,
        "subject": subject,
        "body": f"{body}\n",
        "html": _html(template, {**full, "subject": subject, "body": body}),
        # Django would put the name of our machine here.
        "id": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    }
    # What cannot be written down fails here, not later in the worker.
    _message(letter).message()
    deliver.enqueue(letter)


def _message(letter: dict[str, str]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        letter["subject"],
        letter["body"],
        to=[letter["to"]],
        # Answering machines leave such mail alone.
        headers={"Auto-Submitted": "auto-generated", "Message-ID": letter["id"]},
    )
    message.attach_alternative(letter["html"], "text/html")
    return message


@task()
def deliver(letter: dict[str, str], tried: int = 0) -> None:
    """Hand a letter to the mail server. The worker does it: no page waits for a slow server.

    When the server is away it is tried again, five times within a day.
    """
    try:
        _message(letter).send()
    except OSError:  # smtplib's own errors are among them
        if tried == len(PAUSES) or not deliver.get_backend().supports_defer:
            raise
        deliver.using(run_after=now() + PAUSES[tried]).enqueue(letter, tried + 1)


def _plain_text(template: str, context: dict[str, Any]) -> str:
    # Text is no HTML: an apostrophe stays an apostrophe.
    found: Any = get_template(f"{template}.txt")
    return str(found.template.render(Context(context, autoescape=False)))


def _html(template: str, context: dict[str, Any]) -> str:
    """A letter's own HTML, or its text with paragraphs and links."""
    return str(select_template([f"{template}.html", "kit/mail.html"]).render(context))
