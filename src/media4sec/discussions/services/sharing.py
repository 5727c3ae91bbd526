"""Sharing with fewer people: always the author's right. With more: never with others' words."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from media4sec.discussions import mentions
from media4sec.discussions.models import Reply, Topic, WideningProposal
from media4sec.discussions.services import common
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label, within_ceiling
from media4sec.members import sharing
from media4sec.members.audience import CIRCLE_LABELS, readers_of
from media4sec.members.models import Member


@transaction.atomic
def narrow(
    post: Topic | Reply, *, by: Member, label: str, readers: Iterable[Member | int] = ()
) -> Topic | Reply:
    """Share one's own words with fewer people from now on; what was read stays read."""
    label = Label(label)
    if isinstance(post, Topic):
        common.enter(post, by=by, permission="discussions.narrow")
        common.refuse_deleted(post)
        _narrow_topic(post, by, label, readers)
    else:
        common.enter_reply(post, by=by, permission="discussions.narrow")
        common.refuse_deleted(post)
        _narrow_reply(post, by, label, readers)
    return post


def _narrow_topic(topic: Topic, by: Member, label: Label, readers: Iterable[Member | int]) -> None:
    was = topic.label
    _check_narrower(was, label, has_circle=topic.circle_id is not None)
    named: list[int] = []
    if label == Label.RED:
        among = readers_of(topic) if was == Label.RED else sharing.possible_readers(topic.circle)
        named = sharing.named_readers(readers, among, by=by)
    topic.label = label
    topic.readers.set(named)
    _renarrow_replies(topic, named)
    _after_label(topic)
    record(by, "narrowed", topic, within=topic.circle, was=was, label=label)


def _narrow_reply(reply: Reply, by: Member, label: Label, readers: Iterable[Member | int]) -> None:
    was = reply.own_label
    _check_narrower(was, label, has_circle=reply.topic.circle_id is not None)
    named: list[int] = []
    if label == Label.RED:
        among = possible_readers_again(reply)
        named = sharing.named_readers(readers, among, by=by)
    reply.label = label
    reply.save(update_fields=["label"])
    reply.readers.set(named)
    _after_label(reply.topic)
    record(by, "narrowed", reply, within=reply.topic, was=was, label=label)


def possible_readers_again(reply: Reply) -> QuerySet[Member]:
    """Of whom the author may choose: fewer of the readers it has, or some of its topic's."""
    topic = reply.topic
    if reply.own_label != Label.RED:
        return mentions.possible_readers_under(topic)
    if topic.is_chatham or reply.answers_to_id:
        # Among its readers are sealed speakers: a list of them would tell who they are.
        raise Refused(_("Its readers cannot be chosen again. You can delete this reply."))
    return reply.readers.all() if reply.label else readers_of(topic)


def _check_narrower(was: str, label: Label, *, has_circle: bool) -> None:
    if label in CIRCLE_LABELS and not has_circle:
        raise Refused(_("AMBER is for the members of a circle, and this discussion is in none."))
    # RED again means: fewer readers than before.
    if label != Label.RED and not Label(was).is_wider_than(label):
        raise Refused(_("Choose a label that shares it with fewer people."))


def _renarrow_replies(topic: Topic, named: list[int]) -> None:
    """No reply may be wider than its topic, and none has readers its topic has not."""
    wider = [each for each in Label if not Label(topic.label).is_wider_than(each)]
    held = Reply.objects.filter(topic=topic, label__in=wider).exclude(label=Label.RED)
    held.update(label="")
    if topic.label != Label.RED:
        return
    for reply in Reply.objects.filter(topic=topic, label=Label.RED):
        reply.readers.remove(*reply.readers.exclude(pk__in=[*named, topic.author_id]))


@transaction.atomic
def widen(topic: Topic, *, by: Member, label: str) -> Topic:
    """The author shares it with more people, as far as the circle goes."""
    common.enter(topic, by=by, permission="discussions.widen")
    common.refuse_deleted(topic)
    sharing.refuse_archived(topic.circle)
    sharing.check_label(Label(label), topic.circle)
    _widen(topic, Label(label), by=by)
    return topic


def _widen(topic: Topic, label: Label, *, by: Member, **facts: int) -> None:
    was = Label(topic.label)
    if not label.is_wider_than(was):
        raise Refused(_("Choose a label that shares it with more people."))
    _keep_others_words_narrow(topic, was)
    topic.label = label
    topic.readers.clear()
    if label == Label.CLEAR:
        _unname(topic)
    _after_label(topic)
    record(by, "widened", topic, within=topic.circle, was=was, label=label, **facts)


def _keep_others_words_narrow(topic: Topic, was: Label) -> None:
    """What others wrote for fewer readers stays with these readers."""
    others = Reply.objects.filter(topic=topic, label="").exclude(author_id=topic.author_id)
    if was == Label.RED:
        readers = [*topic.readers.values_list("pk", flat=True), topic.author_id]
        for reply in others:
            reply.readers.set([pk for pk in readers if pk != reply.author_id])
    others.update(label=was)


def _unname(topic: Topic) -> None:
    """In public, only those who speak there themselves are linked by name."""
    topic.body_html, _people = common.rendered(
        topic.body, partial(mentions.mentionable_in, topic, by=topic.author)
    )
    topic.save(update_fields=["body_html"])
    for reply in Reply.objects.filter(topic=topic, label="", body__contains="@["):
        reply.topic = topic
        among = partial(
            mentions.mentionable_in, topic, by=reply.author, attribution=reply.attribution
        )
        reply.body_html, _people = common.rendered(reply.body, among)
        reply.save(update_fields=["body_html"])


def _after_label(topic: Topic) -> None:
    """Counts, and the accepted answer, tell only of what every reader of the topic can read."""
    if topic.accepted_id and Reply.objects.filter(pk=topic.accepted_id).exclude(label="").exists():
        topic.accepted = None
    common.recount(topic)
    topic.save(update_fields=["label", "accepted", "reply_count", "voices"])


# Further than the circle allows


@transaction.atomic
def propose_widening(topic: Topic, *, by: Member, label: str, reason: str) -> WideningProposal:
    """A host asks the author whether it may travel further than the circle's things do."""
    common.enter(topic, by=by, permission="discussions.propose_widening")
    common.refuse_deleted(topic)
    reason = common.clean_reason(reason)
    wanted = Label(label)
    if not wanted.is_wider_than(Label(topic.label)) or wanted in CIRCLE_LABELS:
        raise Refused(_("Choose a label that shares it with more people."))
    if topic.circle is None or within_ceiling(wanted, topic.circle.ceiling):
        raise Refused(_("The author can do this without you: the circle allows it."))
    if WideningProposal.objects.filter(topic=topic, answered_at__isnull=True).exists():
        raise Refused(_("The author has been asked already."))
    proposal = WideningProposal.objects.create(
        topic=topic, label=wanted, reason=reason, proposed_by=by, at=now()
    )
    record(by, "proposed_widening", topic, within=topic.circle, label=wanted, reason=reason)
    return proposal


@transaction.atomic
def agree_to_widening(proposal: WideningProposal, *, by: Member) -> Topic:
    """The author agrees; replies that others wrote stay with those who read them now."""
    topic = _answer(proposal, by, agreed=True)
    _widen(topic, Label(proposal.label), by=by, proposal=proposal.pk)
    return topic


@transaction.atomic
def decline_widening(proposal: WideningProposal, *, by: Member) -> Topic:
    topic = _answer(proposal, by, agreed=False)
    record(by, "declined_widening", topic, within=topic.circle, label=proposal.label)
    return topic


def _answer(proposal: WideningProposal, by: Member, *, agreed: bool) -> Topic:
    topic = proposal.topic
    common.enter(topic, by=by, permission="discussions.widen")
    common.refuse_deleted(topic)
    proposal.refresh_from_db(from_queryset=WideningProposal.objects.select_for_update())
    if proposal.answered_at:
        raise Refused(_("You have answered this already."))
    proposal.answered_at, proposal.agreed = now(), agreed
    proposal.save(update_fields=["answered_at", "agreed"])
    return topic
