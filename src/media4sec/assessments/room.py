"""What the room of checks announces."""

import json
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.assessments import demo, tasks
from media4sec.assessments import rules as rules  # an open room has its rules
from media4sec.assessments.models import Check
from media4sec.assessments.queries import checks, examples, guide, library
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, MenuItem, Room, open_room


def open() -> None:
    open_room(
        Room(
            name="assessments",
            title=_("Ethics checks"),
            kinds=(CHECK,),
            menu=(MenuItem(title=_("Ethics checks"), icon="scale", url="assessments:index"),),
            slots={"check": begin, "export": export},
            furnish=demo.furnish,
            hourly=(tasks.keep_house,),
            pages=pages,
        )
    )


CHECK = Kind(
    model=Check,
    title=_("Ethics check"),
    plural=_("Ethics checks"),
    icon="scale",
    entry=checks.check_entry,
    fetch=checks.fetch_checks,
    searchable=False,
)


def pages() -> list[str]:
    """The guide, the worked examples and the legal library."""
    return [*guide.addresses(), *examples.addresses(), *library.addresses()]


def begin(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """Beside a practice: whether one may do it."""
    return render_to_string("assessments/_panel_check.html", {"ref": Ref.to(thing)}, request)


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """A member's checks and answers, for the file they take along."""
    own = {"checks": checks.own_checks(member)}
    return json.dumps(own, ensure_ascii=False, indent=1)
