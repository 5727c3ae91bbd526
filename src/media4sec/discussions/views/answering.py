"""Small steps of readers: accepting, reacting, following, and the names after an @."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.discussions import mentions, services
from media4sec.discussions.models import Reaction, Reply, Topic
from media4sec.discussions.queries.posts import REACTION_ICONS, Tally
from media4sec.discussions.views.writing import circle_at, reply_of, topic_of
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import may
from media4sec.kit.ratelimit import at_most


@at_most(30)
@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    reply = reply_of(request, pk)
    services.accept(reply, by=request.user)
    messages.success(request, _("This answer is marked as accepted."))
    return redirect(reply)


@at_most(30)
@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_of(request, pk)
    services.take_back_acceptance(topic, by=request.user)
    messages.success(request, _("The question is open again."))
    return redirect(topic)


@at_most(60)
@require_POST
@login_required
def react_topic(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    return _react(request, topic_of(request, pk), word, base=f"/t/{pk}/")


@at_most(60)
@require_POST
@login_required
def react_reply(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    return _react(request, reply_of(request, pk), word, base=f"/r/{pk}/")


def _react(request: HttpRequest, post: Topic | Reply, word: str, *, base: str) -> HttpResponse:
    """The button says what it wants, not "the other way round": a double click changes nothing."""
    if word not in Reaction.Word.values:
        raise Http404
    is_mine = request.POST.get("on") == "yes"
    service = services.react if is_mine else services.take_back_reaction
    service(post, by=request.user, word=word)
    if not request.htmx:
        return redirect(post)
    tally = _tally(post, word, is_mine=is_mine)
    return render(request, "discussions/_reaction.html", {"tally": tally, "base": base})


def _tally(post: Topic | Reply, word: str, *, is_mine: bool) -> Tally:
    known = Reaction.Word(word)
    return Tally(
        word=word,
        title=str(known.label),
        icon=REACTION_ICONS[known],
        count=post.reactions.get(word, 0),
        is_mine=is_mine,
    )


@at_most(60)
@require_POST
@login_required
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_of(request, pk)
    levels: dict[str, tuple[Callable[..., Any], str]] = {
        "following": (services.follow, _("You follow this discussion.")),
        "muted": (services.mute, _("This discussion is muted.")),
        "normal": (services.unfollow, _("You no longer follow this discussion.")),
    }
    level = request.POST.get("level", "")
    if level not in levels:
        raise Http404
    service, said = levels[level]
    service(topic, by=request.user)
    messages.success(request, said)
    return redirect(topic)


# Names after an @


@at_most(120, methods=("GET",))
@require_safe
def mentions_in(request: HttpRequest, pk: int) -> JsonResponse:
    """Readers of this topic whose names begin so: at most eight, and nobody else."""
    topic = topic_of(request, pk)
    if not may(request.user, "discussions.reply", topic):
        return JsonResponse([], safe=False)
    label = request.GET.get("label", "")
    among = mentions.mentionable_in(
        topic,
        by=request.user,
        label=label if label in Label.values else "",
        attribution=Attribution.CHATHAM if "sealed" in request.GET else "",
    )
    return _names(request, among)


@at_most(120, methods=("GET",))
@require_safe
@login_required
def mentions_new(request: HttpRequest) -> JsonResponse:
    """The same while a topic is being written: who could read it there."""
    circle = circle_at(request)
    if not may(request.user, "discussions.start", circle):
        return JsonResponse([], safe=False)
    usual = circle.label if circle else Label.GREEN
    label = request.GET.get("label", usual)
    attribution = circle.attribution if circle else Attribution.NAMED
    among = mentions.mentionable_in_new(
        by=request.user,
        circle=circle,
        label=label if label in Label.values else usual,
        attribution=request.GET.get("attribution", attribution),
    )
    return _names(request, among)


def _names(request: HttpRequest, among: Any) -> JsonResponse:
    found = mentions.complete(request.GET.get("q", ""), among)
    return JsonResponse([{"name": name} for name in found], safe=False)
