"""Mail: text first, HTML second. In development it lands as readable .eml files."""

import re
from collections.abc import Sequence
from email.message import Message
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.template.loader import render_to_string

from media4sec.kit.clock import now


class EmlFiles(BaseEmailBackend):
    """Each message one file in ``var/mail``, named by time and subject."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            subject = re.sub(r"[^a-z0-9]+", "-", str(message.subject).lower()).strip("-")[:60]
            path = folder / f"{now():%Y%m%d-%H%M%S-%f}-{subject}.eml"
            path.write_bytes(_readable(message.message()))
        return len(email_messages)


def _readable(message: Message) -> bytes:
    for part in message.walk():
        if part.get_content_maintype() == "text" and part["Content-Transfer-Encoding"] == "base64":
            text = part.get_payload(decode=True)
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = "8bit"
            part.set_payload(text.decode() if isinstance(text, bytes) else text)
    return message.as_bytes()


def send(template: str, *, to: str, context: dict[str, Any]) -> None:
    """Send ``<template>.txt``; its first line is the subject. Never more than the Entry allows."""
    full = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    subject, _, body = render_to_string(f"{template}.txt", full).strip().partition("\n")
    EmailMultiAlternatives(subject.strip(), body.strip() + "\n", to=[to]).send()
