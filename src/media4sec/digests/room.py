"""What the room announces."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from media4sec.digests import demo, reading, rules, tasks, writing  # noqa: F401 - rules come along
from media4sec.digests.queries import own
from media4sec.digests.services import mark_seen, newsletter, returns
from media4sec.digests.views import desk, notices
from media4sec.kit import mail, outbox, watching
from media4sec.kit.rooms import Room, open_room


def open() -> None:
    mail.composer(writing.DIGEST, writing.digest)
    mail.composer(newsletter.ISSUE, newsletter.letter_of)
    outbox.hear_of_refusals(returns.refused)
    watching.when_opened(mark_seen)
    open_room(
        Room(
            name="digests",
            title=_("Kept in touch"),
            slots={
                "bell": notices.bell,
                "watch": notices.watch_panel,
                "desk": desk.desk_line,
                "export": export,
            },
            furnish=demo.furnish,
            load_content=first_day,
            minutely=(tasks.keep_in_touch,),
            hourly=(tasks.forget_old,),
        )
    )


def first_day() -> list[str]:
    """When the site is set up or brought up to date: what happened before is no news."""
    reading.begin_here()
    return []


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """A member's own choices and watches, for the file they take along."""
    return json.dumps(own.everything_of(member), cls=DjangoJSONEncoder, indent=1)
