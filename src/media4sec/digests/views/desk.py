"""The editors' desk of the newsletter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from media4sec.digests.forms_newsletter import IssueForm
from media4sec.digests.models import Issue
from media4sec.digests.queries import newsletter as queries
from media4sec.digests.services import newsletter as services
from media4sec.kit.permissions import may, require
from media4sec.kit.ratelimit import at_most


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    require(request.user, "digests.edit_issue")
    return render(request, "digests/desk.html", {"desk": queries.desk_page()})


@login_required
@at_most(60)
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new issue or a draft: saved, tried out, or on to the last question before it is sent."""
    require(request.user, "digests.edit_issue")
    issue = get_object_or_404(Issue, pk=pk) if pk else None
    form = IssueForm(request.POST or None, issue=issue)
    if form.is_valid():
        try:
            saved = services.save_issue(issue, by=request.user, **form.cleaned_data)
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            return _go_on(request, saved)
    is_draft = issue is None or issue.state == Issue.State.DRAFT
    if not is_draft:
        return redirect(issue)
    return render(request, "digests/write.html", {"form": form, "issue": issue})


def _go_on(request: HttpRequest, issue: Issue) -> HttpResponse:
    if "send" in request.POST:
        return redirect("digests:send", issue.pk)
    if "try" in request.POST:
        services.try_out(issue, by=request.user)
        messages.success(request, _("Saved, and on its way to your own mailbox."))
    else:
        messages.success(request, _("Saved."))
    return redirect("digests:write", issue.pk)


@login_required
@at_most(30)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The last question: to how many, and what they will read."""
    require(request.user, "digests.edit_issue")
    issue = get_object_or_404(Issue, pk=pk, state=Issue.State.DRAFT)
    if request.method == "POST":
        if "throw_away" in request.POST:
            services.throw_away(issue, by=request.user)
            return redirect("digests:desk")
        services.send(issue, by=request.user)
        messages.success(request, _("The newsletter is on its way."))
        return redirect(issue)
    readers = queries.readers_of(issue).count()
    context = {"issue": issue, "items": queries.items_of(issue), "readers": readers}
    return render(request, "digests/send.html", context)


def desk_line(request: HttpRequest, **_about: object) -> str:
    """On the writing desk of the journal: the way to the newsletter."""
    if not may(request.user, "digests.edit_issue"):
        return ""
    return render_to_string("digests/_desk_line.html", {}, request)
