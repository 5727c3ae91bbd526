"""What may be written, and what makes us look twice."""

import re
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.kit import typed
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, render
from media4sec.replies.models import Guest, Remark

LONGEST = 10_000
SHORTEST_NAME, LONGEST_NAME = 2, 60
MOST_LINKS = 10
#: More links than this, and a moderator looks first.
USUAL_LINKS = 2
_LINK = re.compile(r"https?://\S*|\bwww\.", re.IGNORECASE)
_MADE = re.compile(r"<a ")
_NO_NAME = re.compile(r"@|//|www\.|[<>\[\]{}|:;]", re.IGNORECASE)
#: So long the same words count as said before.
_REPEATS = timedelta(days=7)


def clean_body(body: str) -> str:
    return typed.clean_words(body, most=LONGEST, least=1, ask=_("Write your reply first."))


def check_links(text: str) -> None:
    found = links_in(text)
    if found > MOST_LINKS:
        said = ngettext(
            "Your reply has %(count)d link. Keep %(most)d or fewer.",
            "Your reply has %(count)d links. Keep %(most)d or fewer.",
            found,
        )
        raise Refused(said % {"count": found, "most": MOST_LINKS})


def links_in(text: str) -> int:
    """Addresses as they are typed, or the links that become of them, whichever are more."""
    return max(len(_LINK.findall(text)), len(_MADE.findall(render(text))))


def clean_name(name: str) -> str:
    """A name to be called by: one line, without an address or markup in it."""
    said = clean_line(name[: 10 * LONGEST_NAME])
    if "\n" in name.strip() or "\r" in name.strip() or _NO_NAME.search(said):
        raise Refused(_("Write only your name, without an address, link or line break."))
    if not SHORTEST_NAME <= len(said) <= LONGEST_NAME:
        raise Refused(_("Write a name of 2 to 60 letters. A first name is enough."))
    return said


def doubt_about(remark: Remark, digest: str, *, all_wait: bool) -> str:
    """Why a moderator should look first; "" when there is no reason."""
    if links_in(remark.body) > USUAL_LINKS:
        return Remark.Doubt.LINKS
    if _was_said_before(remark):
        return Remark.Doubt.REPEAT
    earlier = Remark.objects.filter(guest__digest=digest).exclude(pk=remark.pk)
    if earlier.filter(standing__in=[Remark.Standing.DECLINED, Remark.Standing.HIDDEN]).exists():
        return Remark.Doubt.EARLIER
    if not earlier.there().filter(standing=Remark.Standing.VISIBLE).exists():
        return Remark.Doubt.FIRST
    return Remark.Doubt.ALL if all_wait else ""


def _was_said_before(remark: Remark) -> bool:
    recent = Remark.objects.filter(posted_at__gt=now() - _REPEATS, body=remark.body)
    return recent.exclude(pk=remark.pk).exists()


def sent_already(remark: Remark, digest: str) -> Remark | None:
    """The same reply from the same address in the same place: a double click, or the way back.

    Only while nobody could read it. Otherwise whoever sends a reply that stands on the page
    with a guessed address would learn whether the address is its writer's.
    """
    unread = Remark.objects.under(remark.ref).filter(confirmed_at__isnull=True)
    same = unread.filter(guest__digest=digest, body=remark.body)
    return same.filter(posted_at__gt=now() - _REPEATS).first()


def unconfirmed(digest: str) -> int:
    return Guest.objects.filter(digest=digest, remark__confirmed_at__isnull=True).count()
