"""Who is shown as the source: before anybody has read it, and afterwards by oneself alone."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reading, Topic
from media4sec.discussions.services import common
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, Speaker
from media4sec.members.speakers import let_speak


@transaction.atomic
def seal(topic: Topic, *, by: Member) -> Topic:
    """Turn a named topic into Chatham House mode, while nobody has seen the name."""
    common.enter(topic, by=by, permission="discussions.seal")
    common.refuse_deleted(topic)
    if topic.is_chatham:
        return topic
    if has_been_seen(topic):
        raise Refused(_("Others have read this under your name. The seal would come too late."))
    topic.attribution = Attribution.CHATHAM
    let_speak(by, topic)
    common.recount(topic)
    # A mention leads from the text to people, and they from there to the one who knows them.
    topic.body_html, _nobody = common.rendered(topic.body, Member.objects.none)
    topic.save(update_fields=["attribution", "voices", "body_html"])
    record(by, "sealed", topic, within=topic.circle)
    return topic


def has_been_seen(topic: Topic) -> bool:
    """Whether anybody else may know who started it. Strangers leave no trace, so CLEAR counts."""
    others = Reading.objects.filter(topic=topic, read_at__isnull=False).exclude(
        member_id=topic.author_id
    )
    return topic.label == Label.CLEAR or topic.last_number > 0 or others.exists()


@transaction.atomic
def reveal(topic: Topic, *, by: Member) -> Speaker:
    """A sealed speaker shows their name, for all their own words in this topic, for good."""
    common.enter(topic, by=by, permission="discussions.reveal")
    speaker = _speakers(topic, by).select_for_update().first()
    if speaker is None:
        raise Refused(_("You have written nothing here under the Chatham House Rule."))
    if speaker.named_at is None:
        speaker.named_at = now()
        speaker.save(update_fields=["named_at"])
        record(by, "revealed", topic, within=topic.circle)
    return speaker


def refuse_reveal(topic: Topic, *, by: Member) -> None:
    """Before the question is asked: is there anything to reveal?"""
    speaker = _speakers(topic, by).first()
    if speaker is None:
        raise Refused(_("You have written nothing here under the Chatham House Rule."))
    if speaker.named_at:
        raise Refused(_("Your name is shown here already."))


def _speakers(topic: Topic, member: Member) -> QuerySet[Speaker]:
    here = Ref.to(topic)
    return Speaker.objects.filter(thing_kind=here.kind, thing_id=here.pk, member=member)
