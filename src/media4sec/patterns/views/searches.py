"""The searches a member keeps."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.kit.errors import Refused
from media4sec.kit.ratelimit import at_most
from media4sec.patterns import services
from media4sec.patterns.forms.exchange import SearchForm
from media4sec.patterns.models import SavedSearch
from media4sec.patterns.queries import searches as queries


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All of them, with how much is new."""
    return render(request, "patterns/searches.html", {"found": queries.my_searches(request.user)})


@login_required
@at_most(30)
def keep(request: HttpRequest) -> HttpResponse:
    """Give the choice of a catalogue a name."""
    said = request.POST if request.method == "POST" else request.GET
    of = said.get("of", SavedSearch.Of.PATTERNS)
    if of not in SavedSearch.Of:
        raise Http404
    asked = QueryDict(said.get("params", "")[:2000]) if "params" in said else request.GET
    params = queries.params_of(of, asked)
    form = SearchForm(request.POST or None)
    if form.is_valid():
        try:
            services.keep_search(by=request.user, of=of, params=params, **form.cleaned_data)
        except Refused as reason:
            form.add_error(None, reason)
        else:
            messages.success(request, _("The search is kept."))
            return redirect("patterns:searches")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "of": of, "params": params}
    return render(request, "patterns/search_keep.html", context, status=status)


def _mine(request: HttpRequest, pk: int) -> SavedSearch:
    found = queries.search_of(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_POST
@login_required
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what it finds; from now on that is not new."""
    search = services.look_at_search(_mine(request, pk), by=request.user)
    return redirect(queries.url_of(search))


@require_POST
@login_required
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear of what is new in it, or not; nothing happens when the form does not say which."""
    said = request.POST.get("watch", "")
    search = _mine(request, pk)
    if said in {"yes", "no"}:
        services.watch_search(search, by=request.user, is_watched=said == "yes")
    return redirect("patterns:searches")


@require_POST
@login_required
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    services.forget_search(_mine(request, pk), by=request.user)
    messages.success(request, _("The search is not kept any more."))
    return redirect("patterns:searches")
