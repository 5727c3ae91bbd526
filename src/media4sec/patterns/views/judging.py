"""Good, bad or ugly; and how it was for the people a practice touches."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.kit.permissions import require
from media4sec.members.desk import Desk, carry_out
from media4sec.members.models import Audience, Group
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.forms.reviewing import JudgementForm, VoiceForm
from media4sec.patterns.models import Experience, Pattern


def _pattern_at(slug: str) -> Pattern:
    found = queries.pattern_at(slug)
    if found is None:
        raise Http404
    return found


@survives_sign_in
def judge(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how it looks from where one stands, change it, or take it back."""
    pattern = _pattern_at(slug)
    member = request.user
    require(member, "patterns.judge", pattern)
    mine = queries.judgement_of(member, pattern)
    if request.method == "POST" and request.POST.get("then") == "remove":
        services.take_back_judgement(pattern, by=member)
        messages.success(request, _("Your judgement is gone."))
        return redirect(f"{pattern.get_absolute_url()}#balance")
    form = JudgementForm(request.POST or None, initial=mine, group=_group_sentence(member))

    def act() -> None:
        clean = {"says_group": False, **form.cleaned_data}
        services.judge(pattern, by=member, **clean)

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("Your judgement is on the page."))
        return redirect(f"{pattern.get_absolute_url()}#balance")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "pattern": pattern, "is_there": bool(mine), "mine": mine}
    return render(request, "patterns/review_judge.html", context, status=status)


def _group_sentence(member: Any) -> str:
    """Whose group is shown to everybody is not asked."""
    if not member.group or member.audience_of("group") == Audience.EVERYONE:
        return ""
    return _("Show beside it that I belong to: %(group)s") % {"group": Group(member.group).label}


@survives_sign_in
def speak_of_pattern(request: HttpRequest, slug: str) -> HttpResponse:
    return _speak(request, _pattern_at(slug))


@survives_sign_in
def speak_of_experience(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.experience_at(request.user, pk)
    if found is None:
        raise Http404
    return _speak(request, found)


def _speak(request: HttpRequest, thing: Pattern | Experience) -> HttpResponse:
    require(request.user, "patterns.speak", thing)
    desk = Desk(request, f"voice:{thing._meta.model_name}-{thing.pk}", request.path, lists=())
    desk.lay_out()
    desk.form = VoiceForm(request.POST or None, initial=desk.initial)

    def make() -> Any:
        return services.speak(thing, by=request.user, text=desk.form.cleaned_data["text"])

    if request.method == "POST":
        answer = desk.work(make)
        if answer:
            return answer
    context = {
        "desk": desk,
        "thing": thing,
        "is_sealed": isinstance(thing, Experience) and thing.seals_voices,
        "label": thing.label if isinstance(thing, Experience) else "TLP:CLEAR",
        "post_text": _("Tell it"),
    }
    return render(request, "patterns/review_speak.html", context, status=desk.status)


@require_safe
def judgement(request: HttpRequest, pk: int) -> HttpResponse:
    """Its address leads to its place on the page of its pattern."""
    found = queries.judgement_at(request.user, pk)
    if found is None:
        raise Http404
    return redirect(f"{found.pattern.get_absolute_url()}#judgement-{pk}")


@require_safe
def voice(request: HttpRequest, pk: int) -> HttpResponse:
    """Its address leads to its place beside its thing."""
    found = queries.voice_at(request.user, pk)
    if found is None:
        raise Http404
    return redirect(f"{found.thing.get_absolute_url()}#voice-{pk}")


@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.voice_at(request.user, pk)
    if found is None:
        raise Http404
    require(request.user, "patterns.take_back_voice", found)
    back = found.thing.get_absolute_url()
    if request.method == "POST":
        services.take_back_voice(found, by=request.user)
        messages.success(request, _("Your text is gone."))
        return redirect(back)
    words = {
        "title": _("Take your text back"),
        "sentence": _("Your words go for good, and nothing stays in their place."),
        "button": _("Take it back"),
        "back": back,
    }
    return render(request, "patterns/desk_step.html", words)
