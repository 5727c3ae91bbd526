"""Reviewing and deciding: taking a review, signing it, asking, publishing, archiving."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.kit.forms import sent
from media4sec.kit.permissions import require
from media4sec.members.desk import Desk, carry_out
from media4sec.members.models import Member
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.forms.reviewing import (
    ArchiveForm,
    AskByNameForm,
    AskForm,
    OfferForm,
    ReviewForm,
    UntilForm,
)
from media4sec.patterns.models import Pattern
from media4sec.patterns.views.experiences import experience_of
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
    context = {"proposal": proposal, "page": page, "mine": page.mine, "since": page.since}
    return _sign(request, proposal, f"review:{pk}:{proposal.version}", context)


@survives_sign_in
def review_experience(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of an experience. A review goes as far as that does, and is under its seal."""
    experience = experience_of(request, pk)
    require(request.user, "patterns.review", experience)
    page = queries.experience_page(request.user, experience)
    if page.review.mine is None:
        return _offer(request, experience, label=experience.label)
    since = queries.experience_since(request.user, experience)
    context = {"experience": experience, "page": page, "mine": page.review.mine, "since": since}
    return _sign(request, experience, f"review:experience:{pk}:{experience.version}", context)


def _offer(request: HttpRequest, subject: Any, *, label: str = "") -> HttpResponse:
    form = OfferForm(request.POST or None)
    words = {
        "title": _("Review “%(title)s”") % {"title": subject.title},
        "sentence": _("Both reviews are needed: you take one of them, another member the other."),
        "button": _("I review it"),
        "back": subject.get_absolute_url(),
        "label": label,
    }
    return _step(
        request,
        form,
        lambda: services.offer(subject, by=request.user, **form.cleaned_data),
        words,
        done=_("Thank you. Take your time, and sign when you are sure."),
        to=subject.review_url,
    )


def _sign(request: HttpRequest, subject: Any, place: str, context: dict[str, Any]) -> HttpResponse:
    # A draft belongs to the version it is about.
    desk = Desk(request, place=place, action=request.path, lists=())
    desk.lay_out()
    initial = {**desk.initial, "version": subject.version}
    desk.form = ReviewForm(request.POST or None, initial=initial, subject=subject)
    if context["mine"].declared_at:
        del desk.form.fields["declares"]

    def make() -> Any:
        clean = desk.form.cleaned_data
        points = clean["points"].splitlines()
        services.sign(subject, by=request.user, **{**clean, "points": points})
        return subject

    if request.method == "POST":
        answer = desk.work(make)
        if answer:
            return answer
    context = {**context, "text": subject, "desk": desk, "post_text": _("Sign the review")}
    return render(request, "patterns/review.html", context, status=desk.status)


@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = proposal_of(request, pk)
    require(request.user, "patterns.ask_reviewers", proposal)
    page = queries.proposal_page(request.user, proposal)
    form = AskForm(request.POST or None, members=page.candidates)
    return _ask(request, proposal, form)


@login_required
def ask_about(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a member to review an experience; on the page of something sealed no names stand."""
    experience = experience_of(request, pk)
    require(request.user, "patterns.ask_reviewers", experience)
    people = queries.candidates_for(request.user, experience)
    if experience.is_chatham:
        form: Any = AskByNameForm(request.POST or None, people=people)
    else:
        form = AskForm(request.POST or None, members=queries.as_choices(request.user, people))
    return _ask(request, experience, form, label=experience.label)


def _ask(request: HttpRequest, subject: Any, form: Any, *, label: str = "") -> HttpResponse:
    def act() -> None:
        member = get_object_or_404(Member.objects.reading(), pk=form.cleaned_data["member"])
        kind = form.cleaned_data["kind"]
        services.ask(subject, by=request.user, member=member, kind=kind)

    words = {
        "title": _("Ask for a review"),
        "sentence": _(
            "Those you can ask are in the directory, show that they follow the theme, and may "
            "read the text. They can say no."
        ),
        "button": _("Ask them"),
        "back": subject.get_absolute_url(),
        "label": label,
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
        "patterns.leave_review",
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


#: The same for experiences, whose authors published them themselves.
STEPS_OF_EXPERIENCES: dict[str, Any] = {
    "leave": STEPS["leave"],
    "want": (
        services.want_review,
        "patterns.want_review",
        lambda: _("Ask for a review of your experience"),
        lambda: _(
            "Two members who follow its theme and declare no conflict of interest read it: one its "
            "practice, the other its ethics and law. Who may read it stays as it is, and under "
            "the Chatham House Rule nobody learns your name. You can go on changing it; then it "
            "is read anew. When both accept it, it is called reviewed: no editor has to decide."
        ),
        lambda: _("Ask for a review"),
    ),
    "withdraw": (
        services.want_no_review,
        "patterns.want_review",
        lambda: _("No review after all"),
        lambda: _("Nobody reads on. What was signed is kept, and you can ask again later."),
        lambda: _("No review after all"),
    ),
}


@login_required
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A step that is asked about once more before it is done."""
    proposal = proposal_of(request, pk)
    to = reverse("patterns:proposals") if step in {"leave", "withdraw"} else ""
    return _steps(request, STEPS, step, proposal, to=to)


@login_required
def review_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """The same of an experience."""
    experience = experience_of(request, pk)
    return _steps(request, STEPS_OF_EXPERIENCES, step, experience, label=experience.label)


def _steps(
    request: HttpRequest,
    steps: dict[str, Any],
    step: str,
    subject: Any,
    *,
    label: str = "",
    to: str = "",
) -> HttpResponse:
    if step not in steps:
        raise Http404
    service, permission, title, sentence, button = steps[step]
    require(request.user, permission, subject)
    form = forms.Form(sent(request))
    words = {
        "title": title(),
        "sentence": sentence(),
        "button": button(),
        "back": subject.get_absolute_url(),
        "label": label,
    }
    act = lambda: service(subject, by=request.user)  # noqa: E731 - one line of one form
    return _step(request, form, act, words, done=_("Done."), to=to)


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
    form = forms.Form(sent(request))
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
