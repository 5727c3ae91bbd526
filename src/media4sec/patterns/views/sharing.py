"""What becomes of an experience that was told: who reads it, who is named, taking it back."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from media4sec.kit.marking import Label, within_ceiling
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.members import sharing
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.desk import carry_out
from media4sec.members.forms.sharing import chosen_readers, to_tick
from media4sec.members.models import Member
from media4sec.patterns import queries, services
from media4sec.patterns.forms.telling import ShareForm
from media4sec.patterns.models import Experience
from media4sec.patterns.views.telling import mine_or_404


@at_most(30)
@login_required
def share(request: HttpRequest, pk: int) -> HttpResponse:
    experience = mine_or_404(request, pk)
    require(request.user, "patterns.share_experience", experience)
    among = _possible(request.user, experience)
    # No list of names stands on the page of something sealed.
    people = None if experience.is_chatham else to_tick(among)
    form = ShareForm(request.POST or None, labels=_labels(experience), people=people)

    def change() -> Experience:
        readers = chosen_readers(form, lambda: among)
        label = form.cleaned_data["label"]
        return services.share_experience(experience, by=request.user, label=label, readers=readers)

    if carry_out(form, change):
        messages.success(request, _("It is shared as %(label)s now.") % {"label": experience.label})
        return redirect(experience)
    context = {"experience": experience, "form": form}
    status = 422 if form.errors else 200
    return render(request, "patterns/tell_share.html", context, status=status)


def _possible(member: Member, experience: Experience) -> QuerySet[Member]:
    if experience.label == Label.RED:
        return experience.readers.all()
    return sharing.known_to(member, sharing.possible_readers(experience.circle))


def _labels(experience: Experience) -> list[Label]:
    """Every narrower one, and wider ones as far as its circle and its source go."""
    circle, widest = experience.circle, experience.widest or Label.CLEAR

    def may_be(label: Label) -> bool:
        if label in CIRCLE_LABELS and circle is None:
            return False
        if not label.is_wider_than(Label(experience.label)):
            return label != experience.label or label == Label.RED
        return within_ceiling(label, circle.ceiling if circle else Label.CLEAR) and (
            within_ceiling(label, widest)
        )

    return [label for label in Label if may_be(label)]


@at_most(30)
@login_required
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """How one is named with it. The form says what is wanted: sent twice, it changes once."""
    experience = mine_or_404(request, pk)
    require(request.user, "patterns.name_experience", experience)
    if request.method != "POST":
        if experience.is_chatham:
            services.refuse_reveal(experience, by=request.user)
        return _ask_name(request, experience, forms.Form())
    is_shown = request.POST.get("to") == "named"
    change = services.reveal_experience if is_shown else services.seal_experience
    form = forms.Form(request.POST)
    if not carry_out(form, lambda: change(experience, by=request.user)):
        return _ask_name(request, experience, form)
    done = _("Your name is shown with it.") if is_shown else _("Your name is off it, everywhere.")
    messages.success(request, done)
    return redirect(experience)


def _ask_name(request: HttpRequest, experience: Experience, form: forms.Form) -> HttpResponse:
    patterns = queries.patterns_from(experience)
    context = {"experience": experience, "form": form, "patterns": patterns}
    status = 422 if form.is_bound else 200
    return render(request, "patterns/tell_name.html", context, status=status)


@at_most(30)
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    experience = mine_or_404(request, pk)
    require(request.user, "patterns.take_back_experience", experience)
    if request.method != "POST":
        return render(request, "patterns/tell_take_back.html", {"experience": experience})
    services.take_back(experience, by=request.user)
    messages.success(request, _("Your experience is taken back."))
    return redirect(experience)
