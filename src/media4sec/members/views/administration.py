"""What administrators do: confirm groups, suspend and restore, keep the list of organisations."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from media4sec.kit.forms import sent
from media4sec.kit.paging import keyset_page
from media4sec.kit.permissions import require
from media4sec.members.forms.people import GrantForm, OrganisationForm, ReasonForm
from media4sec.members.models import Affiliation, Member, Office, Organisation
from media4sec.members.queries import people as queries
from media4sec.members.services import affiliations, offices, people


def _for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        require(request.user, "members.administer")
        return view(request, **kwargs)

    return guarded


@_for_administrators
def members(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    found = queries.find_members(words)
    context = {
        "words": words,
        "page": keyset_page(found, by="joined_at", **marks),
        "count": found.count(),
        "waiting": queries.waiting_for_administrator()[:50],
    }
    return render(request, "members/administration.html", context)


@_for_administrators
def member(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member, pk=pk, is_active=True)
    context = {
        "member": member,
        "affiliations": queries.my_affiliations(member),
        "offices": [(office, getattr(member, office.field)) for office in Office],
    }
    return render(request, "members/administration_member.html", context)


def _decide(
    request: HttpRequest, form: Any, service: Callable[..., Any], person: Member, **words: Any
) -> HttpResponse:
    """A page that says what will happen, asks why, and does it."""
    if form.is_valid():
        try:
            service(by=request.user, **form.cleaned_data)
        except ValidationError as reason:
            form.add_error(None, reason.messages)
        else:
            messages.success(request, words["done"])
            return redirect("members:administer_member", person.pk)
    context = {"form": form, "member": person, **words}
    return render(request, "members/administration_decide.html", context)


@_for_administrators
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Member, pk=pk, is_active=True)
    require(request.user, "members.suspend", person)
    return _decide(
        request,
        ReasonForm(request.POST or None),
        lambda **said: people.suspend(person, **said),
        person,
        title=_("Suspend this account"),
        sentence=_("They read what a stranger reads, write nothing, and see why on every page."),
        button=_("Suspend the account"),
        done=_("The account is suspended. We have told them by mail."),
    )


@_for_administrators
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Member, pk=pk, is_active=True)
    return _decide(
        request,
        ReasonForm(request.POST or None),
        lambda **said: people.restore(person, **said),
        person,
        title=_("Restore this account"),
        sentence=_("They read and write again as before."),
        button=_("Restore the account"),
        done=_("The account is restored. We have told them by mail."),
    )


@_for_administrators
def appoint(request: HttpRequest, pk: int, office: str) -> HttpResponse:
    person, office = get_object_or_404(Member, pk=pk, is_active=True), _office(office)
    return _decide(
        request,
        Form(sent(request)),
        lambda **said: offices.appoint(person, office, **said),
        person,
        title=_("Appoint: %(office)s") % {"office": office.label},
        sentence=office.sentence,
        button=_("Appoint"),
        done=_("They may do this from now on."),
    )


@_for_administrators
def dismiss(request: HttpRequest, pk: int, office: str) -> HttpResponse:
    person, office = get_object_or_404(Member, pk=pk, is_active=True), _office(office)
    return _decide(
        request,
        Form(sent(request)),
        lambda **said: offices.dismiss(person, office, **said),
        person,
        title=_("End the office: %(office)s") % {"office": office.label},
        sentence=_("They see and do what every member does. What they wrote and decided stays."),
        button=_("End the office"),
        done=_("The office has ended."),
    )


def _office(name: str) -> Office:
    if name not in Office.values:
        raise Http404
    return Office(name)


@_for_administrators
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Member, pk=pk, is_active=True)
    return _decide(
        request,
        GrantForm(request.POST or None, initial={"group": person.group}),
        lambda **said: affiliations.grant(person, **said),
        person,
        title=_("Confirm a group"),
        sentence=_("The badge says: confirmed by an administrator. It lasts a year."),
        button=_("Confirm the group"),
        done=_("The group is confirmed. We have told them by mail."),
    )


@_for_administrators
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    affiliation = get_object_or_404(Affiliation.objects.select_related("member"), pk=pk)
    group = affiliation.get_group_display()
    return _decide(
        request,
        ReasonForm(request.POST or None),
        lambda **said: affiliations.withdraw(affiliation, **said),
        affiliation.member,
        title=_("Withdraw a confirmed group"),
        sentence=_("%(group)s. Circles that ask for this group end for them.") % {"group": group},
        button=_("Withdraw it"),
        done=_("The confirmation is withdrawn. We have told them by mail."),
    )


@_for_administrators
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    affiliation = get_object_or_404(Affiliation.objects.select_related("member"), pk=pk)
    group = affiliation.get_group_display()
    return _decide(
        request,
        ReasonForm(request.POST or None),
        lambda **said: affiliations.decline(affiliation, **said),
        affiliation.member,
        title=_("We cannot confirm this"),
        sentence=_("%(group)s. They can ask again, or be vouched for.") % {"group": group},
        button=_("Tell them"),
        done=_("We have told them by mail."),
    )


@_for_administrators
def organisations(request: HttpRequest) -> HttpResponse:
    rows = Organisation.objects.all()
    return render(request, "members/administration_organisations.html", {"rows": rows})


@_for_administrators
def add(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    return _organisation(request, form, affiliations.add_organisation, None)


@_for_administrators
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Organisation, pk=pk)
    initial = {name: getattr(known, name) for name in ("name", "group", "country")}
    form = OrganisationForm(
        request.POST or None, initial={**initial, "domains": "\n".join(known.domains)}
    )
    return _organisation(
        request, form, lambda **said: affiliations.revise_organisation(known, **said), known
    )


def _organisation(
    request: HttpRequest,
    form: OrganisationForm,
    service: Callable[..., Any],
    known: Organisation | None,
) -> HttpResponse:
    if form.is_valid():
        try:
            service(by=request.user, **form.cleaned_data)
        except ValidationError as reason:
            form.add_error(None, reason.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("members:organisations")
    context = {"form": form, "organisation": known}
    return render(request, "members/administration_organisation.html", context)
