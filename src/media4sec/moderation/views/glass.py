"""The glass: the second key, and reading what is sealed."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from media4sec.kit.permissions import require
from media4sec.moderation import queries, services
from media4sec.moderation.forms import AnswerForm
from media4sec.moderation.models import Opening


@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The second key: consent or refuse."""
    opening = get_object_or_404(Opening.objects.select_related("report"), pk=pk)
    require(request.user, "moderation.answer_opening", opening)
    require(request.user, "moderation.handle", opening.report)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        verb = services.consent if "consent" in request.POST else services.refuse
        try:
            verb(opening, by=request.user, **form.cleaned_data)
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            return redirect(opening.report)
    ref = opening.report.ref
    thing = queries.seen([ref], moderator=request.user).get(ref) or queries.gone(ref)
    context = {"opening": opening, "form": form, "thing": thing}
    return render(request, "moderation/answer.html", context)


@login_required
@require_POST
def read_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    """Every look is a POST, because every look is written down."""
    opening = get_object_or_404(Opening.objects.select_related("report"), pk=pk)
    sealed = services.read_sealed(opening, by=request.user)
    return render(request, "moderation/sealed.html", {"sealed": sealed, "opening": opening})
