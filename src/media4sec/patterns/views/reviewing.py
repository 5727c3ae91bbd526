"""Reviewing and deciding: taking a review, signing it, asking, publishing, archiving."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from media4sec.kit.permissions import require
from media4sec.members.desk import Desk, carry_out
from media4sec.members.models import Member
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.forms.reviewing import (
    ArchiveForm,
    AskForm,
    OfferForm,
    ReviewForm,
    UntilForm,
)
from media4sec.patterns.models import Pattern, Proposal
from media4sec.patterns.views.proposals import proposal_of


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for whom, for editors."""
    require(request.user, "patterns.publish")
    return render(request, "patterns/desk.html", {"desk": queries.desk_page(request.user)})


@survives_sign_in
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a review; once it is offered or asked for, write and sign it."""
    proposal = proposal_of(request, pk)
    require(request.user, "patterns.review", proposal)
    page = queries.proposal_page(request.user, proposal)
    if page.mine is None:
        return _offer(request, proposal)
    return _sign(request, proposal, page)


def _offer(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    form = OfferForm(request.POST or None)
    words = {
        "title": _("Review “%(title)s”") % {"title": proposal.title},
        "sentence": _("Both reviews are needed: you take one of them, another member the other."),
        "button": _("I review it"),
        "back": proposal.get_absolute_url(),
    }
    return _step(
        request,
        form,
        lambda: services.offer(proposal, by=request.user, **form.cleaned_data),
        words,
        done=_("Thank you. Take your time, and sign when you are sure."),
        to=f"{proposal.get_absolute_url()}review/",
    )


def _sign(request: HttpRequest, proposal: Proposal, page: Any) -> HttpResponse:
    # A draft belongs to the version it is about.
    desk = Desk(
        request, place=f"review:{proposal.pk}:{proposal.version}", action=request.path, lists=()
    )
    desk.lay_out()
    initial = {**desk.initial, "version": proposal.version}
    desk.form = ReviewForm(request.POST or None, initial=initial)
    if page.mine.declared_at:
        del desk.form.fields["declares"]

    def make() -> Proposal:
        clean = desk.form.cleaned_data
        services.sign(
            proposal, by=request.user, **{**clean, "points": clean["points"].splitlines()}
        )
        return proposal

    if request.method == "POST":
        answer = desk.work(make)
        if answer:
            return answer
    context = {"proposal": proposal, "page": page, "desk": desk, "post_text": _("Sign the review")}
    return render(request, "patterns/review.html", context, status=desk.status)


@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = proposal_of(request, pk)
    require(request.user, "patterns.ask_reviewers", proposal)
    page = queries.proposal_page(request.user, proposal)
    form = AskForm(request.POST or None, members=page.candidate_choices)

    def act() -> None:
        member = get_object_or_404(Member.objects.reading(), pk=form.cleaned_data["member"])
        services.ask(proposal, by=request.user, member=member, kind=form.cleaned_data["kind"])

    words = {
        "title": _("Ask for a review"),
        "sentence": _(
            "These members are in the directory and show that they follow the theme. They can "
            "say no."
        ),
        "button": _("Ask them"),
        "back": proposal.get_absolute_url(),
    }
    return _step(request, form, act, words, done=_("They get a notice."))


#: step → (service, permission, title, sentence, button, what is said when it is done)
STEPS: dict[str, Any] = {
    "take-back": (
        services.take_back_proposal,
        "patterns.edit_proposal",
        lambda: _("Take it back into your drafts"),
        lambda: _("Only those who work on it see it then. What reviewers signed is kept."),
        lambda: _("Take it back"),
    ),
    "withdraw": (
        services.withdraw_proposal,
        "patterns.edit_proposal",
        lambda: _("Withdraw this proposal"),
        lambda: _("Nobody is asked to read it any more. This cannot be undone."),
        lambda: _("Withdraw it"),
    ),
    "leave": (
        services.leave_review,
        "patterns.view_proposal",
        lambda: _("Give the review back"),
        lambda: _("Somebody else is found. What you wrote here is not kept."),
        lambda: _("Give it back"),
    ),
    "publish": (
        services.publish_reviewed,
        "patterns.publish_proposal",
        lambda: _("Publish it as reviewed"),
        lambda: _(
            "Everybody can read it at once, and this version stays at its own address for good. "
            "It says that both reviews accepted it."
        ),
        lambda: _("Publish it"),
    ),
    "share": (
        services.publish_shared,
        "patterns.publish_proposal",
        lambda: _("Publish it without reviews"),
        lambda: _(
            "Everybody can read it at once, and this version stays at its own address for good. "
            "It says clearly: shared, not reviewed."
        ),
        lambda: _("Share it, not reviewed"),
    ),
}


@login_required
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A step that is asked about once more before it is done."""
    proposal = proposal_of(request, pk)
    if step not in STEPS:
        raise Http404
    service, permission, title, sentence, button = STEPS[step]
    require(request.user, permission, proposal)
    form = forms.Form(_sent(request))
    words = {
        "title": title(),
        "sentence": sentence(),
        "button": button(),
        "back": proposal.get_absolute_url(),
    }
    to = "/patterns/proposals/" if step in {"leave", "withdraw"} else ""
    act = lambda: service(proposal, by=request.user)  # noqa: E731 - one line of one form
    return _step(request, form, act, words, done=_("Done."), to=to)


def _sent(request: HttpRequest) -> Any:
    """What a form without fields of its own was sent with, if it was."""
    return request.POST if request.method == "POST" else None


def _step(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    words: dict[str, str],
    *,
    done: str,
    to: str = "",
) -> HttpResponse:
    if request.method == "POST" and carry_out(form, act):
        messages.success(request, done)
        return redirect(to or words["back"])
    status = 422 if request.method == "POST" else 200
    return render(request, "patterns/desk_step.html", {"form": form, **words}, status=status)


# What becomes of a published pattern


def _pattern_for_editors(request: HttpRequest, slug: str) -> Pattern:
    found = queries.pattern_at(slug)
    if found is None:
        raise Http404
    require(request.user, "patterns.publish", found)
    return found


@login_required
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    pattern = _pattern_for_editors(request, slug)
    others = Pattern.objects.current().exclude(pk=pattern.pk).only("pk", "slug", "title", "state")
    form = ArchiveForm(request.POST or None, patterns=list(others))
    words = {
        "title": _("Archive “%(title)s”") % {"title": pattern.title},
        "sentence": _(
            "It leaves the catalogue and search. Its page and its versions stay for those who "
            "cite them, with your reason. You can bring it back."
        ),
        "button": _("Archive it"),
        "back": pattern.get_absolute_url(),
    }

    def act() -> None:
        services.archive(
            pattern,
            by=request.user,
            reason=form.cleaned_data["reason"],
            superseded_by=form.cleaned_data["instead"],
        )

    return _step(request, form, act, words, done=_("It is archived."))


@login_required
def bring_back(request: HttpRequest, slug: str) -> HttpResponse:
    pattern = _pattern_for_editors(request, slug)
    words = {
        "title": _("Bring “%(title)s” back") % {"title": pattern.title},
        "sentence": _("It stands in the catalogue again, and search finds it."),
        "button": _("Bring it back"),
        "back": pattern.get_absolute_url(),
    }
    form = forms.Form(_sent(request))
    act = lambda: services.bring_back(pattern, by=request.user)  # noqa: E731 - as above
    return _step(request, form, act, words, done=_("It is back."))


@login_required
def keep_until(request: HttpRequest, slug: str) -> HttpResponse:
    pattern = _pattern_for_editors(request, slug)
    form = UntilForm(request.POST or None, initial={"day": pattern.review_by})
    words = {
        "title": _("“%(title)s” is right as it is") % {"title": pattern.title},
        "sentence": _("You have read it and know of nothing newer. Say when to look again."),
        "button": _("Save"),
        "back": pattern.get_absolute_url(),
    }
    act = lambda: services.keep_until(  # noqa: E731 - as above
        pattern, by=request.user, day=form.cleaned_data["day"]
    )
    return _step(request, form, act, words, done=_("Saved."))
