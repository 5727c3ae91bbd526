"""Administrators look after whom we speak with; and where an echo stands."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.feeds import queries, services
from media4sec.feeds.forms import BlockForm
from media4sec.feeds.models import Echo, Peer
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.kit.views import shareable


@login_required
def peers(request: HttpRequest) -> HttpResponse:
    require(request.user, "feeds.keep_peers")
    form = BlockForm(request.POST or None)
    if form.is_valid():
        host, reason = form.cleaned_data["host"], form.cleaned_data["reason"]
        try:
            services.block(host, by=request.user, reason=reason)
        except ValidationError as refusal:
            form.add_error("host", refusal)
        else:
            messages.success(request, _("We do not speak with this server any more."))
            return redirect("feeds:peers")
    page = queries.peers_page(
        before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    return render(request, "feeds/peers.html", {"peers": page, "form": form})


@login_required
@require_POST
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "feeds.keep_peers")
    services.unblock(get_object_or_404(Peer, pk=pk), by=request.user)
    messages.success(request, _("This server may speak to us again."))
    return redirect("feeds:peers")


@require_safe
def echo(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of an echo: its place under what it answers."""
    found = get_object_or_404(Echo.objects.visible_to(request.user), pk=pk)
    return redirect(f"{reverse('feeds:echoes', args=[found.ref])}#echo-{found.pk}")


@require_safe
def echoes(request: HttpRequest, ref: str) -> HttpResponse:
    """What was said elsewhere about a thing: into its page by htmx, or as a page of its own."""
    try:
        row = queries.publication_at(Ref.parse(ref))
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if row is None:
        raise Http404
    context = {"row": row, "echoes": queries.echoes_of(row.ref)}
    template = "_echoes.html" if request.htmx else "echoes.html"
    response = render(request, f"feeds/{template}", context)
    return response if request.user.is_authenticated or request.htmx else shareable(response)
