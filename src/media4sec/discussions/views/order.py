"""What hosts do, each on a page that asks for the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.discussions import services
from media4sec.discussions.forms import MoveForm, ReasonForm
from media4sec.discussions.models import Topic
from media4sec.discussions.views.writing import topic_of
from media4sec.kit.marking import within_ceiling
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.members.desk import carry_out
from media4sec.members.models import Circle, Member


@dataclass(frozen=True)
class _Step:
    service: Callable[..., Any]
    permission: str
    heading: Any
    sentence: Any
    button: Any
    done: Any


_STEPS = {
    "pin": _Step(
        services.pin,
        "discussions.pin",
        gettext_lazy("Pin this discussion"),
        gettext_lazy("It stays on top of the list of its circle until somebody unpins it."),
        gettext_lazy("Pin it"),
        gettext_lazy("The discussion is pinned."),
    ),
    "unpin": _Step(
        services.unpin,
        "discussions.pin",
        gettext_lazy("Unpin this discussion"),
        gettext_lazy("It takes its ordinary place in the list."),
        gettext_lazy("Unpin it"),
        gettext_lazy("The discussion is no longer pinned."),
    ),
    "lock": _Step(
        services.lock,
        "discussions.lock",
        gettext_lazy("Lock this discussion"),
        gettext_lazy("Everybody can still read it. Nobody can reply."),
        gettext_lazy("Lock it"),
        gettext_lazy("The discussion is locked."),
    ),
    "unlock": _Step(
        services.unlock,
        "discussions.lock",
        gettext_lazy("Unlock this discussion"),
        gettext_lazy("Members can reply again."),
        gettext_lazy("Unlock it"),
        gettext_lazy("The discussion is open again."),
    ),
}


@at_most(30)
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Pin, unpin, lock or unlock."""
    topic, chosen = topic_of(request, pk), _STEPS[name]
    require(request.user, chosen.permission, topic)
    form = ReasonForm(request.POST or None)
    if carry_out(form, lambda: chosen.service(topic, by=request.user, **form.cleaned_data)):
        messages.success(request, str(chosen.done))
        return redirect(topic)
    context = {"topic": topic, "form": form, "step": chosen}
    return render(request, "discussions/lock.html", context, status=422 if form.errors else 200)


@at_most(30)
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_of(request, pk)
    require(request.user, "discussions.move", topic)
    form = MoveForm(request.POST or None, circles=_within_reach(request.user, topic))
    if carry_out(form, lambda: services.move(topic, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The discussion has moved."))
        return redirect(topic)
    context = {"topic": topic, "form": form, "has_choice": len(form.fields["to"].choices) > 0}
    return render(request, "discussions/move.html", context, status=422 if form.errors else 200)


def _within_reach(member: Member, topic: Topic) -> list[Circle | None]:
    """Where its readers would stay the same people."""
    mine = [each.circle for each in member.my_memberships]
    fitting: list[Circle | None] = [
        circle
        for circle in mine
        if not circle.is_archived
        and circle.pk != topic.circle_id
        and within_ceiling(topic.label, circle.ceiling)
    ]
    return fitting if topic.circle_id is None else [None, *fitting]
