"""Reading: the journal's front, an article, a series, a preview."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from media4sec.journal import queries
from media4sec.journal.services.previews import hash_of
from media4sec.kit import io_views
from media4sec.kit.models import Upload
from media4sec.kit.ratelimit import at_most
from media4sec.kit.refs import Ref
from media4sec.kit.views import shareable


def public(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of public things: strangers' copies may be shared."""
    response = render(request, template, context)
    return response if request.user.is_authenticated else shareable(response)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = queries.index_page(request.user, request.GET.dict())
    return public(request, "journal/index.html", {"index": page})


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article at its address; an address it had leads there for good."""
    found = queries.article_at(request.user, slug)
    if found is None:
        raise Http404
    if found.slug != slug:
        return redirect(found, permanent=True)
    page = queries.article_page(request.user, found)
    context = {"page": page, "article": found}
    if found.is_public:
        return public(request, "journal/article.html", context)
    return render(request, "journal/article.html", context)


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.series_at(request.user, slug)
    if found is None:
        raise Http404
    rows = queries.series_page(request.user, found)
    return public(request, "journal/series.html", {"series": found, "rows": rows})


# Previews: for whoever has the link, and for no machine


@require_safe
@at_most(60, methods=("GET", "HEAD"))
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """An article before it appears. Once it has, the link leads to its address."""
    found = queries.preview_page(hash_of(token))
    if found is None:
        raise Http404
    if found.article.is_published:
        return redirect(found.article)
    page = queries.article_page(request.user, found.article)
    # Its pictures are nobody's yet: the link opens them as well.
    body = page.article.body_html.replace('src="/files/', 'src="files/')
    context = {"page": page, "article": page.article, "body": body, "preview": found}
    return _secret(render(request, "journal/preview.html", context))


@require_safe
@at_most(240, methods=("GET", "HEAD"))
def preview_file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    found = queries.preview_page(hash_of(token))
    if found is None:
        raise Http404
    here = Ref.to(found.article)
    upload = get_object_or_404(Upload, pk=pk, thing_kind=here.kind, thing_id=here.pk)
    return _secret(io_views.send(upload))


def _secret(response: HttpResponse) -> HttpResponse:
    """Nobody keeps it, no search engine lists it, no other site learns the address."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
