"""The form under a topic."""

from django.http import HttpRequest
from django.urls import reverse

from media4sec.discussions.forms import ReplyForm
from media4sec.discussions.models import Topic
from media4sec.kit import uploads
from media4sec.members.desk import Desk


def reply_desk(request: HttpRequest, topic: Topic, draft: dict[str, str]) -> Desk:
    """The form under a topic. It asks the database nothing, unless a draft has files."""
    desk = Desk(
        request,
        place=f"reply:{topic.pk}",
        action=reverse("discussions:reply", args=[topic.pk]),
        mentions_url="" if topic.is_chatham else reverse("discussions:mentions", args=[topic.pk]),
        draft=draft,
    )
    if draft:
        desk.files = uploads.waiting(request.user, desk.place)
    desk.form = ReplyForm(topic=topic, initial=desk.initial)
    return desk
