"""What hosts do to keep order, each time with a reason that readers can see."""

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.services import common
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label, within_ceiling
from media4sec.kit.permissions import require
from media4sec.members import sharing
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle, Member


@transaction.atomic
def pin(topic: Topic, *, by: Member, reason: str) -> Topic:
    """Keep it on top of its circle."""
    reason = _enter(topic, by, "discussions.pin", reason)
    if topic.pinned_at is None:
        topic.pinned_at = now()
        topic.save(update_fields=["pinned_at"])
        record(by, "pinned", topic, within=topic.circle, reason=reason)
    return topic


@transaction.atomic
def unpin(topic: Topic, *, by: Member, reason: str) -> Topic:
    reason = _enter(topic, by, "discussions.pin", reason)
    if topic.pinned_at:
        topic.pinned_at = None
        topic.save(update_fields=["pinned_at"])
        record(by, "unpinned", topic, within=topic.circle, reason=reason)
    return topic


@transaction.atomic
def lock(topic: Topic, *, by: Member, reason: str) -> Topic:
    """Take no more replies. Everything stays readable."""
    reason = _enter(topic, by, "discussions.lock", reason)
    if topic.locked_at is None:
        topic.locked_at, topic.lock_reason = now(), reason
        topic.save(update_fields=["locked_at", "lock_reason"])
        record(by, "locked", topic, within=topic.circle, reason=reason)
    return topic


@transaction.atomic
def unlock(topic: Topic, *, by: Member, reason: str) -> Topic:
    reason = _enter(topic, by, "discussions.lock", reason)
    if topic.locked_at:
        topic.locked_at, topic.lock_reason = None, ""
        topic.save(update_fields=["locked_at", "lock_reason"])
        record(by, "unlocked", topic, within=topic.circle, reason=reason)
    return topic


@transaction.atomic
def move(topic: Topic, *, by: Member, to: Circle | None, reason: str) -> Topic:
    """Put it where it belongs. Its readers stay the same people: that is checked here."""
    reason = _enter(topic, by, "discussions.move", reason)
    require(by, "discussions.start", to)
    sharing.refuse_archived(to)
    left = topic.circle
    if left == to:
        raise Refused(_("The discussion is there already."))
    _check_readers_stay(topic, to)
    topic.circle = to
    topic.pinned_at = None
    topic.save(update_fields=["circle", "pinned_at"])
    record(
        by,
        "moved",
        topic,
        within=to,
        reason=reason,
        left=left.pk if left else None,
    )
    return topic


def _check_readers_stay(topic: Topic, to: Circle | None) -> None:
    if topic.label not in {Label.CLEAR, Label.GREEN}:
        raise Refused(
            _(
                "Only TLP:CLEAR and TLP:GREEN discussions can be moved: in another circle, "
                "other people would read this one."
            )
        )
    if to and not within_ceiling(topic.label, to.ceiling):
        raise Refused(
            _("Nothing in that circle is shared further than %(ceiling)s, and this is %(label)s.")
            % {"ceiling": to.ceiling, "label": topic.label}
        )
    replies = Reply.objects.filter(topic=topic, label__in=CIRCLE_LABELS, deleted_at__isnull=True)
    if replies.exists():
        raise Refused(
            _("It has TLP:AMBER replies. In another circle, other people would read them.")
        )


def _enter(topic: Topic, by: Member, permission: str, reason: str) -> str:
    common.enter(topic, by=by, permission=permission)
    common.refuse_deleted(topic)
    return common.clean_reason(reason)
