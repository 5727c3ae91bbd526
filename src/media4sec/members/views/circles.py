"""Circles: finding, founding, coming in, hosting."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit import attempts
from media4sec.kit.forms import sent
from media4sec.kit.permissions import may, require
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.members.forms.circles import (
    AnswerForm,
    CloseFurtherForm,
    FoundForm,
    ReasonForm,
    RequestForm,
    ReviseForm,
)
from media4sec.members.models import Circle, EntryRequest, Membership
from media4sec.members.queries import circles as queries
from media4sec.members.services import circles as services


def page_of(request: HttpRequest, slug: str) -> queries.CirclePage:
    """The circle at this address, unless it does not exist for this visitor."""
    try:
        return queries.circle_page(request.user, slug)
    except Circle.DoesNotExist as error:
        raise Http404 from error


def carry_out(form: forms.Form, service: Callable[..., Any]) -> bool:
    """Do what a valid form asks for; a refusal becomes a sentence in the form."""
    if not form.is_valid():
        return False
    try:
        service(**form.cleaned_data)
    except ValidationError as reason:
        form.add_error(None, reason)
        return False
    return True


def circles(request: HttpRequest) -> HttpResponse:
    page = queries.circles_page(request.user, query=request.GET.get("q", ""))
    response = render(request, "members/circles.html", {"page": page})
    # Strangers are shown open circles only, and those are for everyone.
    return response if request.user.is_authenticated else shareable(response)


@login_required
@at_most(10, seconds=3600)
def found(request: HttpRequest) -> HttpResponse:
    require(request.user, "members.found_circle")
    with_open = may(request.user, "members.found_open_circle")
    form = FoundForm(request.POST or None, with_open=with_open)
    if form.is_valid():
        try:
            make = partial(services.found, by=request.user, **form.cleaned_data)
            return attempts.once(request, make)
        except ValidationError as reason:
            form.add_error(None, reason)
    context = {"form": form, "attempt": request.POST.get("attempt") or attempts.token()}
    return render(request, "members/circle_found.html", context)


def circle(request: HttpRequest, slug: str) -> HttpResponse:
    page = queries.with_hosts(page_of(request, slug), visitor=request.user)
    template = "members/circle.html" if page.shows_topics else "members/circle_about.html"
    response = render(request, template, {"page": page, "circle": page.circle})
    # Open circles only: their text is for everyone, their topics here are TLP:CLEAR.
    return response if request.user.is_authenticated else shareable(response)


def circle_about(request: HttpRequest, slug: str) -> HttpResponse:
    page = queries.with_hosts(page_of(request, slug), visitor=request.user)
    context = {"page": page, "circle": page.circle}
    response = render(request, "members/circle_about.html", context)
    return response if request.user.is_authenticated else shareable(response)


@login_required
def circle_members(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    if not page.is_inside:
        raise PermissionDenied(_("Only members of this circle see who is in it."))
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    places = queries.members_page(request.user, page.circle, **marks)
    context = {"page": page, "circle": page.circle, "places": places}
    return render(request, "members/circle_members.html", context)


@login_required
def circle_desk(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    desk = queries.hosts_desk(request.user, page.circle)
    context = {"page": page, "circle": page.circle, "desk": desk}
    return render(request, "members/circle_desk.html", context)


# A step is a page of its own: it says what will happen, and happens on POST.


def _step(
    request: HttpRequest, page: queries.CirclePage, form: forms.Form | None, **words: Any
) -> HttpResponse:
    context = {"page": page, "circle": page.circle, "form": form, **words}
    return render(request, "members/circle_step.html", context)


@login_required
@require_POST
@at_most(30)
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    services.enter(page.circle, by=request.user)
    messages.success(request, _("You are in. Welcome to %(circle)s.") % {"circle": page.circle})
    # The welcome offers several circles on one page: one comes back to it.
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else page.circle)


@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    form = forms.Form(sent(request))
    if carry_out(form, partial(services.leave, page.circle, by=request.user)):
        messages.success(request, _("You have left %(circle)s.") % {"circle": page.circle})
        return redirect("members:circles")
    return _step(
        request,
        page,
        form,
        heading=_("Leave this circle?"),
        sentence=_("You no longer read what is shared in it. What you wrote stays there."),
        button=_("Leave the circle"),
    )


@login_required
@at_most(20)
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    form = RequestForm(request.POST or None)
    if carry_out(form, partial(services.request_entry, page.circle, by=request.user)):
        messages.success(request, _("The hosts will answer. You get a mail."))
        return redirect(page.circle)
    return _step(
        request,
        page,
        form,
        heading=_("Ask to join"),
        sentence=_("The hosts let people in one by one."),
        button=_("Send to the hosts"),
    )


@login_required
@require_POST
def withdraw_request(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    page = page_of(request, slug)
    mine = get_object_or_404(EntryRequest, pk=pk, circle=page.circle, member=request.user)
    services.withdraw_request(mine, by=request.user)
    messages.success(request, _("You have taken your request back."))
    return redirect(page.circle)


@login_required
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    asked = get_object_or_404(page.circle.requests.select_related("member"), pk=pk)
    form = AnswerForm(request.POST or None)
    verb = services.accept_request if "accept" in request.POST else services.decline_request
    if carry_out(form, partial(verb, asked, by=request.user)):
        messages.success(request, _("They get your answer by mail."))
        return redirect("members:circle_desk", page.circle.slug)
    byline = queries.named(request.user, asked.member)
    context = {"page": page, "circle": page.circle, "form": form, "asked": asked, "who": byline}
    return render(request, "members/circle_answer.html", context)


@login_required
def step_down(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    form = forms.Form(sent(request))
    if carry_out(form, partial(services.step_down, page.circle, by=request.user)):
        messages.success(request, _("You are a member of this circle, and host no longer."))
        return redirect(page.circle)
    return _step(
        request,
        page,
        form,
        heading=_("Stop hosting?"),
        sentence=_("You stay a member. Another host can make you a host again."),
        button=_("Stop hosting"),
    )


@login_required
@require_POST
def take_over(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    mine = get_object_or_404(Membership, circle=page.circle, member=request.user)
    services.make_host(mine, by=request.user)
    messages.success(request, _("You host this circle now."))
    return redirect("members:circle_desk", page.circle.slug)


def _on_a_member(
    request: HttpRequest,
    slug: str,
    pk: int,
    form_class: type[forms.Form],
    service: Callable[..., Any],
    **words: Any,
) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    place = get_object_or_404(page.circle.memberships.select_related("member", "circle"), pk=pk)
    form = form_class(sent(request))
    if carry_out(form, partial(service, place, by=request.user)):
        messages.success(request, words["done"])
        return redirect("members:circle_members", page.circle.slug)
    who = queries.named(request.user, place.member)
    return _step(request, page, form, who=who, cancel_tab="members", **words)


@login_required
def make_host(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _on_a_member(
        request,
        slug,
        pk,
        forms.Form,
        services.make_host,
        heading=_("Make this member a host?"),
        sentence=_("Hosts let people in and out and change what the circle says about itself."),
        button=_("Make host"),
        done=_("This member hosts the circle now."),
    )


@login_required
def hand_over(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _on_a_member(
        request,
        slug,
        pk,
        forms.Form,
        services.hand_over,
        heading=_("Hand the circle over?"),
        sentence=_("This member hosts in your place. You stay a member."),
        button=_("Hand over"),
        done=_("You have handed the circle over."),
    )


@login_required
def remove_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _on_a_member(
        request,
        slug,
        pk,
        ReasonForm,
        services.remove_member,
        heading=_("Remove this member?"),
        sentence=_("They read your reason in a mail. What they wrote stays in the circle."),
        button=_("Remove from the circle"),
        done=_("The member has been removed."),
        is_danger=True,
    )


@login_required
def revise(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    form = ReviseForm(request.POST or None, circle=page.circle)
    if carry_out(form, partial(services.revise, page.circle, by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("members:circle_about", page.circle.slug)
    context = {"page": page, "circle": page.circle, "form": form}
    return render(request, "members/circle_revise.html", context)


@login_required
def close_further(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    form = CloseFurtherForm(request.POST or None, circle=page.circle)
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        changed = services.close_further(page.circle, by=request.user, kind=kind)
        messages.success(request, _("The circle is more closed from now on."))
        return redirect(changed)
    context = {"page": page, "circle": page.circle, "form": form}
    return render(request, "members/circle_close_further.html", context)


@login_required
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.archive_circle", page.circle)
    form = ReasonForm(request.POST or None)
    if carry_out(form, partial(services.archive, page.circle, by=request.user)):
        messages.success(request, _("The circle is archived."))
        return redirect(page.circle)
    return _step(
        request,
        page,
        form,
        heading=_("Archive this circle?"),
        sentence=_(
            "Its members can go on reading. Nobody can write or come in, and open requests "
            "and invitations end. Hosts and administrators can open it again."
        ),
        button=_("Archive the circle"),
        is_danger=True,
    )


@login_required
@require_POST
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    services.reopen(page.circle, by=request.user)
    messages.success(request, _("The circle is open again."))
    return redirect(page.circle)
