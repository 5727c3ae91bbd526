"""Asking who told an experience, through the house."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.kit.watching import opened
from media4sec.members.desk import Desk
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.forms.telling import InquiryForm
from media4sec.patterns.models import Inquiry


@at_most(20)
@survives_sign_in
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """A question to whoever told this; they answer if they like."""
    experience = queries.experience_at(request.user, pk)
    if experience is None:
        raise Http404
    require(request.user, "patterns.inquire", experience)
    desk = Desk(request, f"inquiry:{pk}", request.path, lists=())
    desk.lay_out()
    desk.form = InquiryForm(request.POST or None, initial=desk.initial)

    def make() -> Inquiry:
        text = desk.form.cleaned_data["text"]
        return services.inquire(experience, by=request.user, text=text)

    if request.method == "POST":
        answer = desk.work(make)
        if answer:
            return answer
    context = {"desk": desk, "experience": experience, "post_text": _("Send the question")}
    return render(request, "patterns/inquiry_ask.html", context, status=desk.status)


@at_most(60)
@login_required
def inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and its answer, for the two of them; one of them answers here."""
    found = queries.inquiry_at(request.user, pk)
    if found is None:
        raise Http404
    page = queries.inquiry_page(request.user, found)
    desk = Desk(request, f"answer:{pk}", request.path, lists=())
    desk.lay_out()
    desk.form = InquiryForm(request.POST or None, initial=desk.initial, label=_("Your answer"))

    def make() -> Inquiry:
        return services.answer_inquiry(found, by=request.user, text=desk.form.cleaned_data["text"])

    if request.method == "POST":
        require(request.user, "patterns.answer_inquiry", found)
        answer = desk.work(make)
        if answer:
            if not desk.then:
                messages.success(request, _("Your answer is on its way."))
            return answer
    opened(page.ref, by=request.user)
    context = {"page": page, "desk": desk, "post_text": _("Send the answer")}
    return render(request, "patterns/inquiry.html", context, status=desk.status)
