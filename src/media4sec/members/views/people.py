"""The directory, profiles, the welcome, and one's own settings."""

import io
import json
import zipfile
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit.clock import now
from media4sec.kit.ratelimit import at_most
from media4sec.kit.rooms import rooms
from media4sec.members.forms.people import (
    AudienceForm,
    FindForm,
    InterestsForm,
    ProfileForm,
    UnderstoodForm,
    WhoForm,
)
from media4sec.members.models import PROFILE_FIELDS, Member, is_reader
from media4sec.members.queries import people as queries
from media4sec.members.services import people as services

STEPS = ("who", "interests", "circles")


@login_required
@at_most(60, methods=("GET",))
def directory(request: HttpRequest) -> HttpResponse:
    """For the community: a stranger's and a suspended member's directory is empty of everybody."""
    if not is_reader(request.user):
        raise Http404
    form = FindForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    theme = said.get("theme")
    wish = queries.Wish(
        said.get("q", ""),
        said.get("group", ""),
        said.get("country", ""),
        theme.slug if theme else "",
        said.get("language", ""),
    )
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    found = queries.directory(request.user, wish, **marks)
    is_narrowed = wish != queries.Wish()
    context = {"form": form, "found": found, "is_narrowed": is_narrowed}
    return render(request, "members/directory.html", context)


def profile(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(
        Member.objects.visible_to(request.user).prefetch_related("themes"), pk=pk
    )
    person = queries.profile(member, visitor=request.user)
    is_me = member.pk == request.user.pk
    return render(request, "members/profile.html", {"person": person, "is_me": is_me})


# The welcome


@login_required
def welcome(request: HttpRequest, step: str = "who") -> HttpResponse:
    """Three short steps; each can be skipped, all of them at once too."""
    steps = {"who": _welcome_who, "interests": _welcome_interests, "circles": _welcome_circles}
    if step not in steps:
        raise Http404
    return steps[step](request)


def _welcome_who(request: HttpRequest) -> HttpResponse:
    form = WhoForm(request.POST or None, initial=WhoForm.of(request.user))
    if form.is_valid() and _accepted(form, services.edit_profile, **_by(request, form)):
        return redirect("members:welcome", "interests")
    return _step(request, "who", form=form)


def _welcome_interests(request: HttpRequest) -> HttpResponse:
    form = InterestsForm(request.POST or None, initial=InterestsForm.of(request.user))
    audience = AudienceForm(request.POST or None, initial=AudienceForm.of(request.user))
    if form.is_valid() and audience.is_valid():
        saved = _accepted(form, services.edit_profile, **_by(request, form))
        if saved and _accepted(form, services.choose_audience, by=request.user, **audience.choice):
            return redirect("members:welcome", "circles")
    return _step(request, "interests", form=form, audience=_rows(audience))


def _welcome_circles(request: HttpRequest) -> HttpResponse:
    return _step(request, "circles", circles=queries.circles_that_fit(request.user))


def _step(request: HttpRequest, step: str, **context: Any) -> HttpResponse:
    here = STEPS.index(step)
    titles = (_("Who you are"), _("What interests you"), _("Your circles"))
    steps = [(title, number < here, number == here) for number, title in enumerate(titles)]
    context |= {"steps": steps, "number": here + 1, "back": STEPS[here - 1] if here else ""}
    return render(request, f"members/welcome_{step}.html", context)


@login_required
@require_POST
def welcomed(request: HttpRequest) -> HttpResponse:
    """Done or skipped; who was on the way into a circle goes on there."""
    services.finish_welcome(by=request.user)
    key = request.session.get("invitation")
    return redirect("members:invitation", key) if isinstance(key, str) and key else redirect("/")


# Oneself


@login_required
def me(request: HttpRequest) -> HttpResponse:
    member = request.user
    person = queries.profile(member, visitor=member)
    vouching = queries.asks_me(member).count()
    return render(request, "members/me.html", {"person": person, "vouching": vouching})


@login_required
@at_most(30)
def edit_profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=ProfileForm.of(request.user))
    if form.is_valid() and _accepted(form, services.edit_profile, **_by(request, form)):
        messages.success(request, _("Your profile is saved."))
        return redirect(request.user)
    return render(request, "members/me_profile.html", {"form": form})


@login_required
@at_most(30)
def audience(request: HttpRequest) -> HttpResponse:
    form = AudienceForm(request.POST or None, initial=AudienceForm.of(request.user))
    if form.is_valid() and _accepted(
        form, services.choose_audience, by=request.user, **form.choice
    ):
        messages.success(request, _("Saved. Your profile shows it now."))
        return redirect("members:audience")
    return render(request, "members/me_audience.html", {"form": form, "audience": _rows(form)})


@login_required
def access_log(request: HttpRequest) -> HttpResponse:
    lines = request.user.access_log.all()[:200]
    return render(request, "members/me_access_log.html", {"lines": lines})


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    return render(request, "members/me_data.html")


@login_required
@at_most(5, seconds=600, methods=("GET", "POST"))
@reauthentication_required
def download(request: HttpRequest) -> HttpResponse:
    """One JSON file a room, in a zip: everything we hold about the member who asks."""
    member = request.user
    folder = io.BytesIO()
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("members.json", _json(queries.everything_about(member)))
        for room in rooms():
            if "export" in room.slots:
                archive.writestr(f"{room.name}.json", room.slots["export"](request, member=member))
    response = HttpResponse(folder.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{now():%Y-%m-%d}.zip"'
    return response


def _json(content: Any) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


@login_required
@reauthentication_required
def close(request: HttpRequest) -> HttpResponse:
    """A page of its own, because nothing brings the account back."""
    form = UnderstoodForm(request.POST or None)
    if form.is_valid() and _accepted(form, services.close_account, by=request.user):
        logout(request)
        return render(request, "members/me_closed.html", {"shell": "kit/public.html"})
    alone = services.circles_hosted_alone(request.user)
    return render(request, "members/me_close.html", {"form": form, "alone": alone})


def _by(request: HttpRequest, form: Any) -> dict[str, Any]:
    return {"by": request.user, **form.cleaned_data}


def _rows(form: AudienceForm) -> dict[str, Any]:
    """The fields for a table; whether one is in the directory stands apart."""
    return {"findable": form["is_findable"], "fields": [form[name] for name in PROFILE_FIELDS]}


def _accepted(form: Any, service: Any, **arguments: Any) -> bool:
    """Whether the service did it; its refusal becomes the form's."""
    try:
        service(**arguments)
    except ValidationError as reason:  # Refused is one
        form.add_error(None, reason.messages)
        return False
    return True


def suspension_notice(request: HttpRequest) -> str:
    """For the top of every page: that one is suspended, why, and what is left."""
    visitor = request.user
    if not visitor.is_authenticated or not visitor.is_suspended:
        return ""
    context = {"reason": visitor.suspension_reason, "me": reverse("members:my_data")}
    return render_to_string("members/_suspended.html", context, request)
