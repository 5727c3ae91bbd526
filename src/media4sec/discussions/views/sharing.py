"""With whom one shares one's own words, and under which name."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from media4sec.discussions import services
from media4sec.discussions.forms import NarrowForm, ProposalForm, WidenForm
from media4sec.discussions.models import Reply, Topic, WideningProposal
from media4sec.discussions.views.writing import reply_of, topic_of
from media4sec.kit.marking import Label, within_ceiling
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.members import sharing
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.desk import carry_out
from media4sec.members.forms.sharing import chosen_readers, labels_narrower_than, to_tick
from media4sec.members.models import Member


@at_most(30)
@login_required
def narrow_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_of(request, pk)
    if topic.label == Label.RED:
        among = topic.readers.all()
    else:
        among = sharing.known_to(request.user, sharing.possible_readers(topic.circle))
    return _narrow(request, topic, topic, Label(topic.label), among)


@at_most(30)
@login_required
def narrow_reply(request: HttpRequest, pk: int) -> HttpResponse:
    reply = reply_of(request, pk)
    require(request.user, "discussions.narrow", reply)
    among = services.possible_readers_again(reply)
    if reply.own_label != Label.RED:
        among = sharing.known_to(request.user, among)
    return _narrow(request, reply, reply.topic, reply.own_label, among)


def _narrow(
    request: HttpRequest,
    post: Topic | Reply,
    topic: Topic,
    was: Label,
    among: QuerySet[Member],
) -> HttpResponse:
    require(request.user, "discussions.narrow", post)
    labels = labels_narrower_than(was, has_circle=topic.circle_id is not None) or [Label.RED]
    # No list of names stands on the page of a sealed discussion.
    people = None if topic.is_chatham else to_tick(among)
    form = NarrowForm(
        request.POST or None, labels=labels, people=people, initial={"label": labels[0]}
    )

    def narrow() -> Any:
        readers = chosen_readers(form, lambda: among)
        label = form.cleaned_data["label"]
        return services.narrow(post, by=request.user, label=label, readers=readers)

    if carry_out(form, narrow):
        messages.success(request, _("Fewer people can read it now."))
        return redirect(post)
    context = {"topic": topic, "post": post, "was": was, "form": form}
    return render(request, "discussions/narrow.html", context, status=422 if form.errors else 200)


@at_most(30)
@login_required
def widen(request: HttpRequest, pk: int) -> HttpResponse:
    """The author shares it with more people, as far as the circle goes."""
    topic = topic_of(request, pk)
    require(request.user, "discussions.widen", topic)
    labels = [each for each in _wider(topic) if _is_allowed(topic, each)]
    form = WidenForm(request.POST or None, labels=labels)

    def wider() -> Any:
        return services.widen(topic, by=request.user, label=form.cleaned_data["label"])

    if carry_out(form, wider):
        messages.success(request, _("More people can read it now."))
        return redirect(topic)
    context = {"topic": topic, "form": form, "labels": labels}
    return render(request, "discussions/widen.html", context, status=422 if form.errors else 200)


def _wider(topic: Topic) -> list[Label]:
    own = Label(topic.label)
    return [
        each
        for each in Label
        if each.is_wider_than(own) and (topic.circle_id or each not in CIRCLE_LABELS)
    ]


def _is_allowed(topic: Topic, label: Label) -> bool:
    return topic.circle is None or within_ceiling(label, topic.circle.ceiling)


@at_most(30)
@login_required
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """A host asks the author whether it may travel further than the circle allows."""
    topic = topic_of(request, pk)
    require(request.user, "discussions.propose_widening", topic)
    labels = [each for each in _wider(topic) if not _is_allowed(topic, each)]
    form = ProposalForm(request.POST or None, labels=labels)

    def ask() -> Any:
        return services.propose_widening(topic, by=request.user, **form.cleaned_data)

    if carry_out(form, ask):
        messages.success(request, _("The author sees your question on the discussion's page."))
        return redirect(topic)
    context = {"topic": topic, "form": form, "labels": labels}
    return render(
        request, "discussions/widen_propose.html", context, status=422 if form.errors else 200
    )


@at_most(30)
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The author's answer to a host's proposal."""
    topic = topic_of(request, pk)
    require(request.user, "discussions.widen", topic)
    proposal = get_object_or_404(WideningProposal, topic=topic, answered_at__isnull=True)
    if request.method != "POST":
        context = {"topic": topic, "proposal": proposal, "label": Label(proposal.label)}
        return render(request, "discussions/widen_answer.html", context)
    if request.POST.get("answer") == "agree":
        services.agree_to_widening(proposal, by=request.user)
        messages.success(request, _("More people can read it now."))
    else:
        services.decline_widening(proposal, by=request.user)
        messages.success(request, _("It stays as it is."))
    return redirect(topic)


@at_most(30)
@login_required
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """From "by name" to Chatham House mode, while nobody has read it."""
    topic = topic_of(request, pk)
    require(request.user, "discussions.seal", topic)
    if topic.is_chatham:
        return redirect(topic)
    if request.method != "POST":
        is_too_late = services.has_been_seen(topic)
        context = {"topic": topic, "is_too_late": is_too_late}
        return render(request, "discussions/reveal_seal.html", context)
    services.seal(topic, by=request.user)
    messages.success(request, _("Writers appear here by group and country now."))
    return redirect(topic)


@at_most(30)
@login_required
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """A sealed speaker shows their name; a page that says it cannot be undone."""
    topic = topic_of(request, pk)
    services.refuse_reveal(topic, by=request.user)
    if request.method != "POST":
        return render(request, "discussions/reveal.html", {"topic": topic})
    services.reveal(topic, by=request.user)
    messages.success(request, _("Your name is shown with what you wrote here."))
    return redirect(topic)
