"""Proposals: writing one, reading it, sending it in; what one writes and reviews."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from media4sec.kit import attempts
from media4sec.kit.errors import EditedMeanwhile
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.members.desk import Desk, carry_out
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.forms.proposals import LISTS, ROWS, ProposalForm, initial_of
from media4sec.patterns.forms.reviewing import LicenceForm
from media4sec.patterns.models import Pattern, Proposal


def proposal_of(request: HttpRequest, pk: int) -> Proposal:
    found = queries.proposal_at(request.user, pk)
    if found is None:
        raise Http404
    return found


def _desk(request: HttpRequest, place: str) -> Desk:
    """Where one writes; a button for more rows is taken before the form is made."""
    rows = request.POST.get("then", "").removeprefix("more-")
    if rows in ROWS:
        said = request.POST.get(f"{rows}_rows", "")
        request.POST = request.POST.copy()
        more = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0
        request.POST[f"{rows}_rows"] = str(more + 1)
    desk = Desk(request, place=place, action=request.path, lists=LISTS)
    desk.lay_out()
    return desk


def _form(**more: Any) -> ProposalForm:
    themes = list(Theme.objects.only("pk", "slug", "title"))
    patterns = list(Pattern.objects.current().only("pk", "slug", "title", "is_group"))
    return ProposalForm(themes=themes, patterns=patterns, **more)


@survives_sign_in
def new(request: HttpRequest) -> HttpResponse:
    require(request.user, "patterns.propose")
    return _propose(request, "proposal:new", {"language": "en", "evidence": 0}, None)


@survives_sign_in
def improve(request: HttpRequest, slug: str) -> HttpResponse:
    pattern = queries.pattern_at(slug)
    if pattern is None:
        raise Http404
    require(request.user, "patterns.propose", pattern)
    place = f"proposal:of-{pattern.pk}:{pattern.version}"
    return _propose(request, place, initial_of(pattern), pattern)


def _propose(
    request: HttpRequest, place: str, initial: dict[str, Any], pattern: Pattern | None
) -> HttpResponse:
    desk = _desk(request, place)
    desk.form = _form(data=request.POST or None, initial={**initial, **desk.initial})

    def make() -> Proposal:
        words = desk.form.words(by=request.user)
        return services.propose(words, by=request.user, pattern=pattern)

    if request.method == "POST":
        answer = desk.work(make)
        if answer:
            return answer
    context = {"desk": desk, "pattern": pattern, "post_text": _("Save the proposal")}
    return render(request, "patterns/proposal_write.html", context, status=desk.status)


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = proposal_of(request, pk)
    require(request.user, "patterns.edit_proposal", proposal)
    # A draft belongs to the version it changes: it never lands on a newer one.
    base = request.POST.get("version") or str(proposal.version)
    desk = _desk(request, f"proposal:{pk}:{base if base.isdigit() else 0}")
    initial = {**initial_of(proposal), **desk.initial}
    desk.form = _form(data=request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            answer = desk.work(lambda: _edit(request, proposal, desk.form))
        except EditedMeanwhile:
            return _conflict(request, proposal, desk)
        if answer:
            return answer
    compared = queries.compare_words(proposal.pattern, proposal) if proposal.pattern else None
    context = {
        "desk": desk,
        "proposal": proposal,
        "pattern": proposal.pattern,
        "compared": compared,
        "post_text": _("Save"),
    }
    return render(request, "patterns/proposal_write.html", context, status=desk.status)


def _edit(request: HttpRequest, proposal: Proposal, form: ProposalForm) -> Proposal:
    return services.edit_proposal(
        proposal,
        form.words(by=request.user, proposal=proposal),
        by=request.user,
        base_version=form.cleaned_data["version"] or 0,
        pattern_version=form.cleaned_data["pattern_version"] or 0,
    )


def _conflict(request: HttpRequest, proposal: Proposal, desk: Desk) -> HttpResponse:
    """Both texts side by side; what is sent from here is based on the newer one."""
    desk.keep_draft()
    proposal = proposal_of(request, proposal.pk)
    mine = {name: desk.form[name].value() for name in desk.form.fields}
    words = services.tried(proposal, desk.form.words(by=request.user, proposal=proposal))
    compared = queries.compare_words(proposal, words)
    desk.form = _form(initial={**mine, "version": proposal.version})
    desk.attempt = attempts.token()
    context = {
        "desk": desk,
        "proposal": proposal,
        "pattern": proposal.pattern,
        "compared": compared,
        "is_conflict": True,
        "post_text": _("Save this text"),
    }
    return render(request, "patterns/proposal_write.html", context, status=409)


@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """A text in the making: its words, its reviews, and what one may do with it."""
    proposal = proposal_of(request, pk)
    page = queries.proposal_page(request.user, proposal)
    licence = LicenceForm(initial={"version": proposal.version})
    context = {"proposal": proposal, "page": page, "licence": licence}
    return render(request, "patterns/proposal.html", context)


@login_required
def work(request: HttpRequest) -> HttpResponse:
    """What one writes and reviews, and what waits for a reviewer."""
    require(request.user, "patterns.propose")
    return render(request, "patterns/proposals.html", {"work": queries.work_page(request.user)})


@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it in, with the licence chosen knowingly."""
    proposal = proposal_of(request, pk)
    require(request.user, "patterns.edit_proposal", proposal)
    form = LicenceForm(request.POST or None, initial={"version": proposal.version})

    def act() -> None:
        services.submit(
            proposal,
            by=request.user,
            base_version=form.cleaned_data["version"],
            has_licensed=form.cleaned_data["has_licensed"],
        )

    if carry_out(form, act):
        messages.success(request, _("It is in review. You will hear of every review."))
        return redirect(proposal)
    words = {
        "title": _("Send it in for review"),
        "sentence": _(
            "From now on every member can read it. Members who follow its theme review it, and an "
            "editor publishes it. You can go on changing it; then it is read anew."
        ),
        "button": _("Send it in"),
        "back": proposal.get_absolute_url(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patterns/desk_step.html", {"form": form, **words}, status=status)
