"""Mentions: a name that becomes a link, and the completion that offers it.

Only people who can read the text may be mentioned in it, so that nobody learns
from a mention that it exists. Where everybody may read, only those who already
speak there by name; where the Chatham House Rule holds, nobody.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reply, Topic
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import MENTION
from media4sec.kit.marking import Attribution, Label, narrower
from media4sec.members.audience import CIRCLE_LABELS, readers_of
from media4sec.members.models import Circle, Member, is_reader
from media4sec.members.sharing import inside, known_to

MOST_MENTIONS = 20
MOST_OFFERED = 8


def possible_readers_under(topic: Topic) -> QuerySet[Member]:
    """Who may be named as a reader of a RED reply: of the topic's readers, those in its circle.

    Its author is not added as such: a sealed one who has left would stand out.
    """
    people = readers_of(topic)
    if topic.label in CIRCLE_LABELS:
        people = people.filter(pk__in=inside(topic.circle_id))
    return people


def mentionable_in_new(
    *,
    by: Member,
    circle: Circle | None,
    label: str,
    attribution: str,
    readers: Collection[int] | None = None,
) -> QuerySet[Member]:
    """Whom a topic that is being written may mention; ``readers`` once they are chosen."""
    # Nobody speaks yet in what is not there yet.
    if attribution == Attribution.CHATHAM or label == Label.CLEAR:
        return Member.objects.none()
    people = Member.objects.reading()
    if label in CIRCLE_LABELS or (label == Label.RED and circle):
        people = people.filter(pk__in=inside(circle.pk if circle else None))
    if label == Label.RED and readers is not None:
        people = people.filter(pk__in=readers)
    return known_to(by, people)


def mentionable_in(
    topic: Topic,
    *,
    by: Member,
    label: str = "",
    attribution: str = "",
    readers: Collection[int] | None = None,
) -> QuerySet[Member]:
    """Whom a text in this topic may mention: its own, or a reply with these facts."""
    if topic.is_chatham or attribution == Attribution.CHATHAM:
        return Member.objects.none()
    own = narrower(topic.label, label)
    speaking = _named_speakers(topic)
    if own == Label.CLEAR:
        return Member.objects.reading().filter(speaking).exclude(pk=by.pk)
    people = readers_of(topic)
    if own in CIRCLE_LABELS and own != topic.label:
        people = people.filter(pk__in=inside(topic.circle_id))
    if own == Label.RED and readers is not None:
        people = people.filter(pk__in=readers)
    return known_to(by, people, also=speaking)


def _named_speakers(topic: Topic) -> Q:
    """Who speaks here by name, in words every reader of the topic can read."""
    spoken = Reply.objects.filter(topic=topic, label="", attribution="", deleted_at__isnull=True)
    return Q(pk__in=spoken.order_by().values("author_id")) | Q(pk=topic.author_id)


def names_in(text: str) -> list[str]:
    """The names a text mentions, each once; Refused when there are too many."""
    names = list(dict.fromkeys(found[1] for found in MENTION.finditer(text)))
    if len(names) > MOST_MENTIONS:
        raise Refused(_("Mention at most %(most)d people in one text.") % {"most": MOST_MENTIONS})
    return names


def resolve(text: str, among: Callable[[], QuerySet[Member]]) -> dict[str, Member]:
    """The mentioned people, by shown name. A name that two people share says nobody."""
    names = names_in(text)
    if not names:
        return {}
    found: dict[str, Member] = {}
    shared = set()
    for member in among().filter(name__in=names).order_by("pk"):
        if member.name in found:
            shared.add(member.name)
        found[member.name] = member
    return {name: member for name, member in found.items() if name not in shared}


def addresses(people: dict[str, Member]) -> dict[str, str]:
    """Where the names lead, for ``kit.markdown.render``."""
    return {name: member.get_absolute_url() for name, member in people.items()}


def complete(beginning: str, among: QuerySet[Member]) -> list[str]:
    """A few names that begin so, or have a word that does."""
    beginning = beginning.strip()[:60]
    if not beginning or "\x00" in beginning:
        return []
    fits = Q(name__istartswith=beginning) | Q(name__icontains=f" {beginning}")
    return list(
        among.filter(fits).order_by("name", "pk").values_list("name", flat=True)[:MOST_OFFERED]
    )


def may_complete(visitor: Any) -> bool:
    return is_reader(visitor)
