"""A letter that came back: which one, and whether for good. Only reads what mail servers write.

Servers answer in the form of RFC 3464. Anything else, such as "I am on holiday", says nothing.
"""

import re
from dataclasses import dataclass
from email.message import Message

from media4sec.kit import mail

#: Where servers note for whom a letter was that came to us.
_FOR_WHOM = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
#: A full mailbox is no address gone wrong, whatever number the server gives it.
_FULL = "5.2.2"
_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^>\s]{3,190}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Returned:
    """What a mail server says of one letter of ours."""

    letter: int | None  # from the address it came back to, which is signed
    message_id: str  # else from the letter itself, which the server sends along
    is_final: bool


def read(message: Message) -> Returned | None:
    """What this message says of a letter of ours; None when it says nothing of that kind."""
    if message.get_content_type() != "multipart/report":
        return None
    statuses = [status for part in message.walk() for status in _statuses(part)]
    failed = [status for action, status in statuses if action == "failed"]
    if not failed:
        return None  # only delayed: the server still tries
    is_final = any(status.startswith("5.") and status != _FULL for status in failed)
    return Returned(_letter_of(message), _message_id_in(message), is_final)


def _statuses(part: Message) -> list[tuple[str, str]]:
    """Action and status of each recipient in a part that holds them."""
    if part.get_content_type() != "message/delivery-status":
        return []
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return []
    return [
        (_word(block["Action"]).lower(), _word(block["Status"]))
        for block in blocks
        if isinstance(block, Message) and block["Action"]
    ]


def _word(value: object) -> str:
    found = re.match(r"[\w.]+", str(value or "").strip())
    return found[0] if found else ""


def _letter_of(message: Message) -> int | None:
    found = (
        mail.letter_returned_to(str(each)) for name in _FOR_WHOM for each in _all(message, name)
    )
    return next((pk for pk in found if pk), None)


def _all(message: Message, name: str) -> list[object]:
    return list(message.get_all(name, []))


def _message_id_in(message: Message) -> str:
    """The Message-ID of the letter that was sent along, whole or only its head."""
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            payload = part.get_payload()
            head = str(payload[0] if isinstance(payload, list) else payload)
            found = re.search(
                r"^Message-ID:\s*(<[^>\s]{3,190}>)", head, re.IGNORECASE | re.MULTILINE
            )
            if found:
                return found[1]
    return ""
