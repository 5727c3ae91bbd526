"""Starting topics and replying."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.discussions import mentions
from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.services import common, readings
from media4sec.kit import typed
from media4sec.kit import uploads as files
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label, narrower
from media4sec.kit.models import Face, Theme, Upload
from media4sec.kit.permissions import require
from media4sec.members import sharing
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.countries import LANGUAGE_CODES
from media4sec.members.models import Circle, Member
from media4sec.members.speakers import let_speak


@transaction.atomic
def start_topic(
    *,
    by: Member,
    circle: Circle | None = None,
    kind: str = Topic.Kind.QUESTION,
    title: str,
    body: str,
    label: str | None = None,
    attribution: str | None = None,
    theme: Theme | None = None,
    other_theme: Theme | None = None,
    face: str = "",
    language: str = "en",
    readers: Iterable[Member | int] = (),
    uploads: Iterable[Upload | int] = (),
) -> Topic:
    """Ask or say something, in a circle or the Commons, as far as one wants it to travel."""
    require(by, "discussions.start", circle)
    sharing.refuse_archived(circle)
    marking = sharing.marking_of(by, circle, label=label, attribution=attribution, readers=readers)
    topic = Topic(
        circle=circle,
        label=marking.label,
        attribution=marking.attribution,
        author=by,
        kind=Topic.Kind(kind),
        title=typed.clean_title(title),
        theme=theme or other_theme,
        other_theme=other_theme if theme and other_theme != theme else None,
        face=Face(face) if face else "",
        language=language if language in LANGUAGE_CODES else "en",
    )
    mentioned = _write_first(topic, body, marking)
    topic.attachments = files.attach(uploads, to=topic, by=by) if uploads else []
    topic.save(update_fields=["voices", "attachments"])
    readings.begin(topic, by=by)
    record(by, "started", topic, within=circle, mentioned=mentioned)
    return topic


def _write_first(topic: Topic, body: str, marking: sharing.Marking) -> list[int]:
    """Text, readers and voice of a new topic; whom it mentions."""
    by = topic.author
    among = partial(
        mentions.mentionable_in_new,
        by=by,
        circle=topic.circle,
        label=marking.label,
        attribution=marking.attribution,
        readers=marking.readers,
    )
    topic.body = typed.clean_body(body)
    topic.body_html, mentioned = common.rendered(topic.body, among)
    topic.started_at = topic.last_post_at = now()
    topic.save()
    topic.readers.set(marking.readers)
    speaker = let_speak(by, topic) if topic.is_chatham else None
    topic.voices = {common.shown_group(by, speaker): 1}
    return mentioned


@transaction.atomic
def reply(
    topic: Topic,
    *,
    by: Member,
    body: str,
    answers_to: Reply | None = None,
    label: str = "",
    attribution: str = "",
    readers: Iterable[Member | int] = (),
    uploads: Iterable[Upload | int] = (),
) -> Reply:
    """Answer a topic, or one of its replies; as its topic is shared, or with fewer people."""
    common.enter(topic, by=by, permission="discussions.reply")
    refuse_replies(topic)
    marking = _marking_of_reply(topic, by, answers_to, label, attribution, readers)
    new = Reply(
        topic=topic,
        number=topic.last_number + 1,
        author=by,
        answers_to=answers_to,
        label=marking.label,
        attribution=marking.attribution,
        posted_at=now(),
    )
    mentioned = _write(new, body, marking)
    is_first = _count_voice(topic, new)
    new.save()
    if marking.readers:
        new.readers.set(marking.readers)
    if uploads:
        new.attachments = files.attach(uploads, to=new, by=by)
        new.save(update_fields=["attachments"])
    _move_topic_on(topic, new)
    readings.move_on(topic, by=by, number=new.number, is_first=is_first)
    record(by, "replied", new, within=topic, mentioned=mentioned)
    return new


def _write(new: Reply, body: str, marking: sharing.Marking) -> list[int]:
    """The text of a reply; whom it mentions."""
    among = partial(
        mentions.mentionable_in,
        new.topic,
        by=new.author,
        label=marking.label,
        attribution=marking.attribution,
        readers=marking.readers if marking.label == Label.RED else None,
    )
    new.body = typed.clean_body(body)
    new.body_html, mentioned = common.rendered(new.body, among)
    return mentioned


def refuse_replies(topic: Topic) -> None:
    """Whether the topic takes replies at the moment, whoever writes them."""
    common.refuse_deleted(topic)
    sharing.refuse_archived(topic.circle)
    if topic.is_locked:
        raise Refused(_("This discussion is locked: %(reason)s") % {"reason": topic.lock_reason})


def _marking_of_reply(
    topic: Topic,
    by: Member,
    answered: Reply | None,
    label: str,
    attribution: str,
    readers: Iterable[Member | int],
) -> sharing.Marking:
    """A reply is shared as its topic or narrower; and never further than what it answers."""
    attribution = _attribution_of_reply(topic, attribution)
    if answered:
        _check_answered(topic, by, answered)
        if answered.label == Label.RED and not label:
            # Those who read it already, sealed ones too: nobody is told who they are.
            heard = {*answered.readers.values_list("pk", flat=True), answered.author_id}
            return sharing.Marking(Label.RED, attribution, sorted(heard - {by.pk}))
        label = label or answered.label
    if label and not Label(topic.label).is_wider_than(Label(label)):
        if label != topic.label:
            raise Refused(_("A reply cannot be shared further than its discussion."))
        label = ""
    if answered and answered.label and narrower(label, answered.label) != label:
        raise Refused(_("This answers a reply that fewer people can read. Share it no further."))
    if label in CIRCLE_LABELS and topic.circle_id is None:
        raise Refused(_("AMBER is for the members of a circle, and this discussion is in none."))
    among = mentions.possible_readers_under(topic)
    named = sharing.named_readers(readers, among, by=by) if label == Label.RED else []
    return sharing.Marking(label, attribution, named)


def _check_answered(topic: Topic, by: Member, answered: Reply) -> None:
    if answered.topic_id != topic.pk:
        raise Refused(_("The reply you answer is in another discussion."))
    answered.topic = topic
    require(by, "discussions.view_reply", answered)


def _attribution_of_reply(topic: Topic, attribution: str) -> str:
    if topic.is_chatham:
        if attribution == Attribution.NAMED:
            raise Refused(_("In Chatham House mode nobody replies by name."))
        return ""
    return Attribution.CHATHAM if attribution == Attribution.CHATHAM else ""


def _count_voice(topic: Topic, new: Reply) -> bool:
    """Seal the speaker where Chatham holds, count a new voice; whether it is their first post."""
    speaker = let_speak(new.author, topic) if new.is_chatham else None
    mine = Reply.objects.filter(topic=topic, author=new.author)
    earlier = list(mine.values_list("label", "attribution", "deleted_at"))
    if new.label == "":
        heard = any(
            not label and own == new.attribution and not gone for label, own, gone in earlier
        )
        started = topic.author_id == new.author_id and topic.is_chatham == new.is_chatham
        if not heard and not started:
            group = common.shown_group(new.author, speaker)
            topic.voices[group] = topic.voices.get(group, 0) + 1
    return not earlier and topic.author_id != new.author_id


def _move_topic_on(topic: Topic, new: Reply) -> None:
    """A narrower reply leaves no trace in what every reader of the topic sees."""
    topic.last_number = new.number
    if new.label == "":
        topic.reply_count += 1
        topic.last_post_at = new.posted_at
    topic.save(update_fields=["last_number", "reply_count", "last_post_at", "voices"])
