"""Proposals: writing one, reading it, sending it in; what one writes and reviews."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from media4sec.kit import attempts, typed
from media4sec.kit.errors import EditedMeanwhile
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.members.desk import PictureDesk, carry_out
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.forms.begun import initial_from, initial_of
from media4sec.patterns.forms.proposals import (
    LISTS,
    MOST_RELATIONS,
    ROWS,
    ProposalForm,
)
from media4sec.patterns.forms.reviewing import LicenceForm
from media4sec.patterns.models import Experience, Pattern, Proposal


def proposal_of(request: HttpRequest, pk: int) -> Proposal:
    found = queries.proposal_at(request.user, pk)
    if found is None:
        raise Http404
    return found


def _desk(request: HttpRequest, place: str, *, shelf: str = "") -> PictureDesk:
    """Where one writes; a button for more rows is taken before the form is made."""
    rows = request.POST.get("then", "").removeprefix("more-")
    if rows in ROWS:
        request.POST = request.POST.copy()
        more = typed.number(request.POST.get(f"{rows}_rows", ""), most=MOST_RELATIONS)
        request.POST[f"{rows}_rows"] = str((more or 0) + 1)
    action = request.get_full_path()
    desk = PictureDesk(request, place=place, action=action, shelf=shelf, lists=LISTS)
    desk.lay_out()
    return desk


def _form(pattern: Pattern | None, **more: Any) -> ProposalForm:
    themes = list(Theme.objects.only("pk", "slug", "title"))
    patterns = queries.patterns_to_relate(pattern)
    return ProposalForm(themes=themes, patterns=patterns, **more)


@survives_sign_in
def new(request: HttpRequest) -> HttpResponse:
    require(request.user, "patterns.propose")
    if told := typed.number(request.GET.get("from", "")):
        return _new_from(request, told)
    return _propose(request, "proposal:new", {"language": "en", "evidence": 0})


def _new_from(request: HttpRequest, pk: int) -> HttpResponse:
    """What one tried oneself, as the beginning of a pattern."""
    experience = queries.experience_at(request.user, pk)
    if experience is None:
        raise Http404
    require(request.user, "patterns.make_pattern", experience)
    return _propose(request, f"proposal:from-{pk}", initial_from(experience), told=experience)


@survives_sign_in
def improve(request: HttpRequest, slug: str) -> HttpResponse:
    pattern = queries.pattern_at(slug)
    if pattern is None:
        raise Http404
    require(request.user, "patterns.propose", pattern)
    place = f"proposal:of-{pattern.pk}:{pattern.version}"
    return _propose(request, place, initial_of(pattern), pattern=pattern)


def _propose(
    request: HttpRequest,
    place: str,
    initial: dict[str, Any],
    *,
    pattern: Pattern | None = None,
    told: Experience | None = None,
) -> HttpResponse:
    desk = _desk(request, place)
    desk.form = _form(pattern, data=request.POST or None, initial={**initial, **desk.initial})

    def make() -> Proposal:
        words = desk.form.words(by=request.user, picture=desk.picture)
        return services.propose(words, by=request.user, pattern=pattern)

    if request.method == "POST":
        answer = desk.work(make)
        if answer:
            return answer
    context = {
        "desk": desk,
        "pattern": pattern,
        "told": told,
        "picture": pattern.picture if pattern else {},
        "post_text": _("Save the proposal"),
    }
    return render(request, "patterns/proposal_write.html", context, status=desk.status)


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = proposal_of(request, pk)
    require(request.user, "patterns.edit_proposal", proposal)
    # A draft belongs to the version it changes: it never lands on a newer one.
    base = request.POST.get("version") or str(proposal.version)
    place = f"proposal:{pk}:{typed.number(base) or 0}"
    desk = _desk(request, place, shelf=f"proposal:{pk}")
    initial = {**initial_of(proposal), **desk.initial}
    desk.form = _form(proposal.pattern, data=request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            answer = desk.work(lambda: _edit(request, proposal, desk))
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
        "meanwhile": queries.meanwhile(proposal),
        "picture": queries.newest_picture(proposal),
        "post_text": _("Save"),
    }
    return render(request, "patterns/proposal_write.html", context, status=desk.status)


def _edit(request: HttpRequest, proposal: Proposal, desk: PictureDesk) -> Proposal:
    seen = desk.form.cleaned_data
    return services.edit_proposal(
        proposal,
        desk.form.words(by=request.user, proposal=proposal, picture=desk.picture),
        by=request.user,
        base_version=seen["version"] or 0,
        pattern_version=seen["pattern_version"] or 0,
    )


def _conflict(request: HttpRequest, proposal: Proposal, desk: PictureDesk) -> HttpResponse:
    """Both texts side by side; what is sent from here is based on the newer one."""
    desk.keep_draft()
    proposal = proposal_of(request, proposal.pk)
    mine = {name: desk.form[name].value() for name in desk.form.fields}
    said = desk.form.words(by=request.user, proposal=proposal, picture=desk.picture)
    words = services.tried(proposal, said)
    compared = queries.compare_words(proposal, words)
    desk.form = _form(proposal.pattern, initial={**mine, "version": proposal.version})
    desk.attempt = attempts.token()
    context = {
        "desk": desk,
        "proposal": proposal,
        "pattern": proposal.pattern,
        "compared": compared,
        "related": queries.between(proposal, words),
        "picture": queries.newest_picture(proposal),
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
