"""Reading: the lists, a topic, a reply's stable address, the history."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from media4sec.discussions import queries, services
from media4sec.discussions.views.desk import reply_desk
from media4sec.kit.markdown import trusted
from media4sec.kit.refs import Ref
from media4sec.kit.views import shareable
from media4sec.kit.watching import opened


def index(request: HttpRequest) -> HttpResponse:
    page = queries.list_page(request.user, request.GET.dict())
    response = render(request, "discussions/index.html", {"list": page})
    return response if request.user.is_authenticated else shareable(response)


@login_required
def red(request: HttpRequest) -> HttpResponse:
    """What is for named readers only: no title, only where it is."""
    page = queries.red_page(request.user, request.GET.get("page", ""))
    return render(request, "discussions/red.html", {"page": page})


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
    if page.is_member:
        opened(Ref.to(found), by=request.user)
    desk = reply_desk(request, found, page.draft) if "reply" in page.may else None
    context = {"page": page, "desk": desk, "topic": found}
    response = render(request, "discussions/topic.html", context)
    return response if request.user.is_authenticated else shareable(response)


def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a reply that never changes, whatever page it stands on.

    Who wrote it reads it even when its discussion is not open to them any more.
    """
    found = queries.reply_at(request.user, pk).first()
    if found is not None:
        return redirect(found)
    mine = get_object_or_404(queries.left_behind(request.user), pk=pk)
    context = {"at": mine.posted_at, "html": trusted(mine.body_html)}
    return render(request, "discussions/left_behind.html", context)


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.readable_topics(request.user), pk=pk)
    page = queries.history_page(request.user, found, request.GET.dict())
    return render(request, "discussions/history.html", {"history": page})
