"""Reading: the lists, a topic, a reply's stable address, the history."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from media4sec.discussions import queries, services
from media4sec.discussions.views.desk import reply_desk
from media4sec.kit.links import related
from media4sec.kit.views import shareable


def index(request: HttpRequest) -> HttpResponse:
    page = queries.list_page(request.user, request.GET.dict())
    response = render(request, "discussions/index.html", {"list": page})
    return response if request.user.is_authenticated else shareable(response)


@login_required
def red(request: HttpRequest) -> HttpResponse:
    """What is for named readers only: no title, only where it is."""
    rows = queries.red_rows(request.user)
    return render(request, "discussions/red.html", {"rows": rows})


def topic(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """A page of a topic. A stranger can only be here when all of it is TLP:CLEAR."""
    found = queries.topic_at(request.user, pk)
    if found is None:
        raise Http404
    if slug != found.slug:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{found.get_absolute_url()}{query}")
    page = queries.topic_page(request.user, found, request.GET.get("page", ""))
    if page.read_up_to is not None:
        mark = services.mark_opened if page.is_first_visit else services.mark_read
        mark(found, by=request.user, number=page.read_up_to)
    desk = reply_desk(request, found, page.draft) if "reply" in page.may else None
    response = render(request, "discussions/topic.html", {"page": page, "desk": desk})
    return response if request.user.is_authenticated else shareable(response)


def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a reply that never changes, whatever page it stands on."""
    return redirect(get_object_or_404(queries.reply_at(request.user, pk)))


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.readable_topics(request.user), pk=pk)
    page = queries.history_page(request.user, found, request.GET.dict())
    return render(request, "discussions/history.html", {"history": page})


@login_required
def linked(request: HttpRequest, pk: int) -> HttpResponse:
    """What is linked to a topic: into its page by htmx, or as a page of its own."""
    found = get_object_or_404(queries.readable_topics(request.user), pk=pk)
    template = "_linked.html" if request.htmx else "linked.html"
    context = {"title": found.title, "url": found.get_absolute_url()}
    context["related"] = related(found, visitor=request.user)
    return render(request, f"discussions/{template}", context)
