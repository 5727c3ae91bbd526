"""Starting a topic, replying, changing and deleting one's own words."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.discussions import mentions, queries, services
from media4sec.discussions.forms import EditForm, ReplyForm, TopicForm
from media4sec.discussions.models import Reply, Topic
from media4sec.kit import attempts, revisions, typed
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.members import sharing
from media4sec.members.desk import Desk
from media4sec.members.forms.sharing import chosen_readers, to_tick
from media4sec.members.models import Circle, Member, is_reader
from media4sec.members.returning import survives_sign_in

_LONGEST_QUOTE = 2000


# A new topic


@survives_sign_in
def start(request: HttpRequest) -> HttpResponse:
    """Where to write, when that is not said yet; then the form."""
    circles = [each.circle for each in request.user.my_memberships if not each.circle.is_archived]
    if "circle" not in request.GET and circles:
        return render(request, "discussions/compose_where.html", {"circles": circles})
    circle = circle_at(request)
    if request.method != "POST":
        require(request.user, "discussions.start", circle)
    desk = _topic_desk(request, circle)
    if request.method == "POST":
        answer = desk.work(lambda: _start(request, circle, desk))
        if answer:
            return answer
    return _written(request, "discussions/compose.html", desk, circle=circle)


def circle_at(request: HttpRequest) -> Circle | None:
    slug = request.GET.get("circle", "")
    if not slug:
        return None
    for membership in request.user.my_memberships:
        if membership.circle.slug == slug:
            return membership.circle
    return get_object_or_404(Circle.objects.visible_to(request.user), slug=slug)


def _topic_desk(request: HttpRequest, circle: Circle | None) -> Desk:
    slug = circle.slug if circle else ""
    desk = Desk(
        request,
        place=f"topic:{slug}",
        action=f"{reverse('discussions:start')}?circle={slug}",
        mentions_url=f"{reverse('discussions:mentions_new')}?circle={slug}",
    )
    desk.lay_out()
    desk.form = TopicForm(
        request.POST or None,
        initial={"language": "en", **desk.initial},
        circle=circle,
        themes=list(Theme.objects.only("pk", "slug", "title")),
        people=_to_tick_in(request.user, circle),
    )
    return desk


def _to_tick_in(member: Member, circle: Circle | None) -> list[Member] | None:
    if circle is None:
        return None
    if circle.pk not in member.memberships_by_circle:
        return []
    return to_tick(sharing.known_to(member, sharing.possible_readers(circle)))


def _start(request: HttpRequest, circle: Circle | None, desk: Desk) -> Topic:

    def among() -> QuerySet[Member]:
        return sharing.known_to(request.user, sharing.possible_readers(circle))

    return services.start_topic(
        by=request.user,
        circle=circle,
        readers=chosen_readers(desk.form, among),
        uploads=desk.files,
        **desk.form.facts,
    )


def _written(request: HttpRequest, template: str, desk: Desk, **context: Any) -> HttpResponse:
    response = render(request, template, {"desk": desk, **context}, status=desk.status)
    if desk.retry_after:
        response["Retry-After"] = str(desk.retry_after)
    return response


# A reply


@survives_sign_in
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """A reply on a page of its own: without script, with errors, or coming back to a draft."""
    topic = topic_of(request, pk)
    answered = _answered(request, topic)
    desk = _reply_desk(request, topic, answered)
    if request.method == "POST":
        answer = desk.work(lambda: _reply(request, topic, desk))
        if answer:
            return answer
    return _written(
        request,
        "discussions/compose_reply.html",
        desk,
        topic=topic,
        answered=answered,
        closed=_why_closed(request.user, topic),
        label_sentence=Label(topic.label).sentence,
    )


def _answered(request: HttpRequest, topic: Topic) -> Reply | None:
    """The reply this one answers, as the address or the form says."""
    asked = request.POST.get("answers_to") or request.GET.get("answers", "")
    if not asked.isascii() or not asked.isdigit():
        return None
    replies = Reply.objects.visible_to(request.user).standing().filter(topic=topic)
    found = replies.filter(pk=int(asked[:18])).first()
    if found is None and request.method != "POST":
        raise Http404
    return found


def _reply_desk(request: HttpRequest, topic: Topic, answered: Reply | None) -> Desk:
    here = reverse("discussions:reply", args=[topic.pk])
    desk = Desk(
        request,
        place=f"reply:{topic.pk}",
        action=here,
        mentions_url="" if topic.is_chatham else reverse("discussions:mentions", args=[topic.pk]),
    )
    desk.lay_out()
    initial = desk.initial
    if answered:
        initial["answers_to"] = answered.pk
    if "quote" in request.GET and not initial.get("body"):
        initial["body"] = _quote((answered or topic).body)
    desk.form = ReplyForm(
        request.POST or None,
        topic=topic,
        initial=initial,
        people=_to_tick_under(request, topic),
    )
    return desk


def _to_tick_under(request: HttpRequest, topic: Topic) -> list[Member] | None:
    if topic.label == Label.RED or not is_reader(request.user):
        return []
    if topic.is_chatham:
        return None  # no list of names stands on the page of a sealed discussion
    if request.method == "POST" and request.POST.get("label") != Label.RED:
        return None  # nobody was ticked: who is asked for now would only cost time
    return to_tick(sharing.known_to(request.user, mentions.possible_readers_under(topic)))


def _quote(text: str) -> str:
    words = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]} …"
    return "".join(f"> {line}\n" for line in words.splitlines()) + "\n"


def _why_closed(member: Member, topic: Topic) -> str:
    """Why a reply would be refused at the moment, whatever it says; "" when it would not."""
    try:
        require(member, "discussions.reply", topic)
        services.refuse_replies(topic)
    except Refused as reason:
        return reason.sentence
    except PermissionDenied as reason:
        return str(reason)
    return ""


def _reply(request: HttpRequest, topic: Topic, desk: Desk) -> Reply:
    form = desk.form
    asked = form.cleaned_data["answers_to"]
    answered = _answered(request, topic) if asked else None
    if asked and not answered:
        raise Refused(_("The reply you answer is not here any more."))

    def among() -> QuerySet[Member]:
        return sharing.known_to(request.user, mentions.possible_readers_under(topic))

    return services.reply(
        topic,
        by=request.user,
        answers_to=answered,
        readers=chosen_readers(form, among),
        uploads=desk.files,
        **form.facts,
    )


# Changing and deleting


def topic_of(request: HttpRequest, pk: int) -> Topic:
    found = queries.readable_topic(request.user, pk)
    if found is None:
        raise Http404
    return found


def reply_of(request: HttpRequest, pk: int) -> Reply:
    replies = Reply.objects.visible_to(request.user).select_related("topic__circle")
    return get_object_or_404(replies, pk=pk)


@survives_sign_in
def edit_topic(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, topic_of(request, pk), services.edit_topic)


@survives_sign_in
def edit_reply(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, reply_of(request, pk), services.edit_reply)


def _edit(request: HttpRequest, post: Topic | Reply, service: Any) -> HttpResponse:
    require(request.user, "discussions.edit", post)
    desk = _edit_desk(request, post)
    if request.method == "POST":
        try:
            answer = desk.work(lambda: service(post, by=request.user, **desk.form.facts))
        except services.EditedMeanwhile:
            return _conflict(request, post, desk)
        if answer:
            return answer
    return _written(request, "discussions/edit.html", desk, post=post, topic=_topic(post))


def _edit_desk(request: HttpRequest, post: Topic | Reply) -> Desk:
    has_title = isinstance(post, Topic)
    # A draft belongs to the version it changes: it never lands on a newer one.
    base = request.POST.get("version") or str(post.version)
    topic = _topic(post)
    desk = Desk(
        request,
        place=f"edit:{post._meta.model_name}:{post.pk}:{typed.number(base) or 0}",
        action=request.path,
        mentions_url="" if post.is_chatham else reverse("discussions:mentions", args=[topic.pk]),
    )
    desk.lay_out()
    initial = {"body": post.body, "title": topic.title, "version": post.version, **desk.initial}
    desk.form = EditForm(request.POST or None, initial=initial, has_title=has_title)
    return desk


def _topic(post: Topic | Reply) -> Topic:
    return post if isinstance(post, Topic) else post.topic


def _conflict(request: HttpRequest, post: Topic | Reply, desk: Desk) -> HttpResponse:
    """Both texts side by side; what is sent from here is based on the newer one."""
    post.refresh_from_db()
    mine = desk.form.facts
    desk.form = EditForm(
        initial={**mine, "version": post.version}, has_title=isinstance(post, Topic)
    )
    desk.attempt = attempts.token()
    changes = revisions.compare(post.body, mine["body"])
    context = {"desk": desk, "post": post, "topic": _topic(post), "changes": changes}
    return render(request, "discussions/edit_conflict.html", context, status=409)


@login_required
def delete_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_of(request, pk)
    require(request.user, "discussions.delete", topic)
    if request.method != "POST":
        return render(request, "discussions/delete.html", {"topic": topic})
    services.delete_topic(topic, by=request.user)
    messages.success(request, _("Your text is deleted."))
    if topic.last_number:
        return redirect(topic)
    return redirect(topic.circle or reverse("discussions:index"))


@login_required
def delete_reply(request: HttpRequest, pk: int) -> HttpResponse:
    reply = reply_of(request, pk)
    require(request.user, "discussions.delete", reply)
    if request.method != "POST":
        return render(request, "discussions/delete.html", {"topic": reply.topic, "reply": reply})
    services.delete_reply(reply, by=request.user)
    messages.success(request, _("Your reply is deleted."))
    return redirect(reply)
