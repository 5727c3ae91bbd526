"""Mail: text first, HTML second. In development it lands as readable .eml files."""

import re
import secrets
from collections.abc import Sequence
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

from media4sec.kit.clock import now
from media4sec.kit.markdown import clean_line


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
    message = EmailMultiAlternatives(
        clean_line(subject),
        body.strip() + "\n",
        to=[to],
        headers={
            # Answering machines leave such mail alone.
            "Auto-Submitted": "auto-generated",
            # Django would put the name of our machine here.
            "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        },
    )
    html = _html(template, {**full, "subject": message.subject, "body": body.strip()})
    message.attach_alternative(html, "text/html")
    message.send()


def _plain_text(template: str, context: dict[str, Any]) -> str:
    # Text is no HTML: an apostrophe stays an apostrophe.
    found: Any = get_template(f"{template}.txt")
    return str(found.template.render(Context(context, autoescape=False)))


def _html(template: str, context: dict[str, Any]) -> str:
    """A letter's own HTML, or its text with paragraphs and links."""
    return str(select_template([f"{template}.html", "kit/mail.html"]).render(context))
