"""My confirmed groups, and vouching for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit.ratelimit import at_most
from media4sec.members.forms.people import AskForm, VouchForm
from media4sec.members.queries import people as queries
from media4sec.members.services import affiliations as services
from media4sec.members.speakers import Names


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    context = {
        "affiliations": queries.my_affiliations(request.user),
        "organisation": services.organisation_to_confirm(request.user),
        "vouching": queries.asks_me(request.user).count(),
    }
    return render(request, "members/affiliations.html", context)


@login_required
@require_POST
@at_most(10)
def by_address(request: HttpRequest) -> HttpResponse:
    affiliation = services.confirm_by_address(by=request.user)
    messages.success(
        request, _("Confirmed: %(group)s.") % {"group": affiliation.get_group_display()}
    )
    return redirect("members:affiliations")


@login_required
@at_most(10)
def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST or None, initial={"group": request.user.group, "way": "vouched"})
    if form.is_valid():
        try:
            services.ask(by=request.user, **form.cleaned_data)
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            messages.success(request, _("We have noted that you ask."))
            return redirect("members:affiliations")
    return render(request, "members/affiliation_ask.html", {"form": form})


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    affiliation = get_object_or_404(request.user.affiliations.waiting(), pk=pk)
    services.take_back(affiliation, by=request.user)
    messages.success(request, _("You no longer ask for this group."))
    return redirect("members:affiliations")


@login_required
def vouching(request: HttpRequest) -> HttpResponse:
    """Who asks members of my group to vouch; nobody else sees that they do."""
    asking = list(queries.asks_me(request.user))
    names = Names(request.user, [each.member for each in asking])
    rows = [(each, names.named(each.member)) for each in asking]
    return render(request, "members/affiliation_vouching.html", {"rows": rows})


@login_required
@at_most(20)
def vouch(request: HttpRequest, pk: int) -> HttpResponse:
    affiliation = get_object_or_404(queries.asks_me(request.user), pk=pk)
    form = VouchForm(request.POST or None)
    if form.is_valid():
        try:
            services.vouch(affiliation, by=request.user)
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            messages.success(request, _("Thank you. Your word counts."))
            return redirect("members:vouching")
    person = Names(request.user, [affiliation.member]).named(affiliation.member)
    context = {"form": form, "affiliation": affiliation, "person": person}
    return render(request, "members/affiliation_vouch.html", context)
