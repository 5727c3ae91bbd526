"""Notices become letters: put together when they are due, worded when they leave.

Which notices a letter holds and the letter itself are one transaction for some hundred members;
after a kill the next worker goes on with those who have none yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import BigIntegerField, CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import ngettext

from media4sec.digests.models import Mailbox, Notice
from media4sec.digests.queries.lines import Line, Lines
from media4sec.kit import mail
from media4sec.kit.clock import now
from media4sec.kit.marking import narrower
from media4sec.kit.models import Letter
from media4sec.members.models import Member

DIGEST = "digests.digest"
#: Members whose letters are written in one transaction.
AT_A_TIME = 500
#: Notices that one letter reads, and lines that it says; the page of notices has the rest.
MOST_READ, MOST_SAID = 300, 20
_STOP = signing.Signer(salt="digests.stop")


def write_letters() -> int:
    """A letter for everybody with something due; how many."""
    return sum(write_some())


def write_some() -> Iterator[int]:
    """The same, a few hundred members at a time: yields how many letters each time."""
    moment, last = now(), 0
    due = Notice.objects.due(moment).order_by("member_id")
    while True:
        found = due.filter(member_id__gt=last).values_list("member_id", flat=True)
        members = list(found.distinct()[:AT_A_TIME])
        if not members:
            return
        yield _write(members)
        last = members[-1]


@transaction.atomic
def _write(members: list[int]) -> int:
    run = secrets.token_hex(6)
    written = mail.post_many(
        DIGEST, {f"digest:{run}:{member}": {"member": member} for member in members}
    )
    key = Concat(Value(f"digest:{run}:"), Cast(OuterRef("member_id"), CharField()))
    number = Letter.objects.filter(key=key).values("pk")
    Notice.objects.due(now()).filter(member__in=members).update(
        letter=Cast(Subquery(number), BigIntegerField())
    )
    return written


def digest(letter: Letter) -> mail.Words | None:
    """The letter of one member: what is still unread and still theirs to read."""
    member = Member.objects.reading().filter(pk=letter.content["member"]).first()
    if member is None or Mailbox.objects.filter(member=member, stopped_at__isnull=False).exists():
        return None
    notices = Notice.objects.unread().filter(letter=letter.pk).select_related("activity")
    lines = Lines(member, notices.order_by("-at")[:MOST_READ]).lines()
    if not lines:
        return None
    stop = stop_url(member)
    addressed = [line for line in lines if line.is_addressed][:MOST_SAID]
    followed = [line for line in lines if not line.is_addressed][: MOST_SAID - len(addressed)]
    return mail.worded(
        "digests/mail/digest",
        to=member.email,
        context={
            "subject_line": _subject(lines),
            "member": member,
            "addressed": addressed,
            "followed": followed,
            "more": len(lines) - len(addressed) - len(followed),
            "stop": stop,
        },
        headers=unsubscribe_headers(stop),
    )


def _subject(lines: list[Line]) -> str:
    """The first line in few words, and how much more there is; with the narrowest label."""
    first = next((line for line in lines if line.is_addressed), lines[0])
    others = len(lines) - 1
    words = first.sentence
    if others:
        words = ngettext("%(first)s, and %(count)d more", "%(first)s, and %(count)d more", others)
        words %= {"first": first.sentence, "count": others}
    labels = [line.label for line in lines if line.label]
    return f"[{narrower(*labels)}] {words}" if labels else words


def stop_url(member: Member) -> str:
    return settings.SITE_URL + reverse("digests:stop", args=[_STOP.sign(str(member.pk))])


def member_of(token: str) -> int | None:
    """Whose letters a link stops; None when we never wrote it."""
    try:
        return int(_STOP.unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def unsubscribe_headers(url: str) -> dict[str, str]:
    """What lets a mail program show a button that stops the letters with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }
