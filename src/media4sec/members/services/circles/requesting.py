"""Asking to come into a closed circle, and the hosts' answer."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.flow import Flow
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.members.models import Circle, EntryRequest, Member
from media4sec.members.queries.circles import obstacle_to_requesting
from media4sec.members.services.circles import letters
from media4sec.members.services.circles.membership import let_in, lock

State = EntryRequest.State
flow = Flow({State.WAITING: {State.ACCEPTED, State.DECLINED, State.WITHDRAWN}})


@transaction.atomic
def request_entry(circle: Circle, *, by: Member, words: str) -> EntryRequest:
    """Ask the hosts to be let in; one request waits at a time."""
    require(by, "members.enter_circle", circle)
    circle = lock(circle)
    if obstacle := obstacle_to_requesting(by, circle):
        raise Refused(obstacle)
    try:
        with transaction.atomic():
            request = EntryRequest.objects.create(
                circle=circle, member=by, words=markdown.clean_text(words), asked_at=now()
            )
    except IntegrityError as error:
        raise Refused(_("You have asked already. The hosts will answer.")) from error
    record(by, "asked_to_enter", request, within=circle)
    return request


@transaction.atomic
def withdraw_request(request: EntryRequest, *, by: Member) -> EntryRequest:
    """Whoever asked takes it back."""
    if request.member_id != by.pk:
        raise Refused(_("Only who asked can take a request back."))
    return _settle(request, State.WITHDRAWN, by=by)


@transaction.atomic
def accept_request(request: EntryRequest, *, by: Member, answer: str = "") -> EntryRequest:
    """Let somebody in who asked."""
    require(by, "members.host_circle", request.circle)
    circle = lock(request.circle)
    # Settled before the place is given: two hosts may answer at the same time.
    request = _settle(request, State.ACCEPTED, by=by, answer=answer)
    let_in(request.member, circle)
    letters.write("accepted", to=request.member.email, circle=circle, answer=answer)
    return request


@transaction.atomic
def decline_request(request: EntryRequest, *, by: Member, answer: str) -> EntryRequest:
    """Not this time, with a sentence that says why."""
    require(by, "members.host_circle", request.circle)
    if not answer.strip():
        raise Refused(_("Say why, in a sentence. The member will read it."))
    return _decline(request, by=by, answer=answer)


def decline_all(circle: Circle, *, by: Any, answer: str) -> None:
    """The circle takes no requests any more."""
    for request in circle.requests.filter(state=State.WAITING).select_related("member", "circle"):
        _decline(request, by=by, answer=answer)


def _decline(request: EntryRequest, *, by: Any, answer: str) -> EntryRequest:
    request = _settle(request, State.DECLINED, by=by, answer=answer)
    letters.write("declined", to=request.member.email, circle=request.circle, answer=answer)
    return request


def _settle(
    request: EntryRequest, state: EntryRequest.State, *, by: Any, answer: str = ""
) -> EntryRequest:
    request = (
        EntryRequest.objects.select_for_update(of=("self",))
        .select_related("circle", "member")
        .get(pk=request.pk)
    )
    flow.check(request.state, state)
    request.state, request.answer = state, answer
    request.answered_by = None if by is THE_HOUSE else by
    request.answered_at = now()
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(by, f"request_{state.value}", request, within=request.circle, member=request.member_id)
    return request
