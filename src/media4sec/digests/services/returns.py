"""Letters that came back stop further ones: at once when for good, else after some weeks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from media4sec.digests.bounces import Returned
from media4sec.digests.models import Mailbox, Subscriber
from media4sec.digests.services.mailbox import stop_for_bounces
from media4sec.kit.clock import now
from media4sec.kit.models import Letter
from media4sec.members.models import Member

#: So many days on which letters came back, and we stop.
MOST = 5
#: A letter that came back so long ago is forgiven.
FORGIVEN = timedelta(days=30)


def take_back(returned: Returned) -> bool:
    """What a server said of a letter is heard; False when it was none of ours."""
    letters = Letter.objects.all()
    if returned.letter:
        letter = letters.filter(pk=returned.letter).first()
    else:
        letter = letters.filter(message_id=returned.message_id or "-").first()
    if letter is None:
        return False
    came_back(letter, is_final=returned.is_final)
    return True


def refused(letter: Letter) -> None:
    """The mail server would not even take it: it knows the address is none."""
    came_back(letter, is_final=True)


@transaction.atomic
def came_back(letter: Letter, *, is_final: bool) -> None:
    if "subscriber" in letter.content:
        found = Subscriber.objects.select_for_update().filter(pk=letter.content["subscriber"])
        for subscriber in found:
            if _has_enough(subscriber, is_final):
                subscriber.delete()
        return
    for member in _members(letter):
        box, _made = Mailbox.objects.select_for_update().get_or_create(member=member)
        if _has_enough(box, is_final) and not box.stopped_at:
            stop_for_bounces(member.pk)


def _members(letter: Letter) -> Any:
    if "member" in letter.content:
        return Member.objects.filter(pk=letter.content["member"])
    return Member.objects.filter(email__iexact=letter.to) if letter.to else Member.objects.none()


def _has_enough(box: Mailbox | Subscriber, is_final: bool) -> bool:
    """Count it; one a day, for a server may say the same of every letter of a morning."""
    moment = now()
    if is_final:
        return True
    if box.bounced_at and moment - box.bounced_at < timedelta(days=1):
        return False
    is_old = box.bounced_at is None or moment - box.bounced_at > FORGIVEN
    box.bounces = 1 if is_old else box.bounces + 1
    box.bounced_at = moment
    box.save(update_fields=["bounces", "bounced_at"])
    return box.bounces >= MOST
