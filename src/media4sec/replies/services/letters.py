"""Letters to guests: named here, worded when they leave. No letter's row holds an address."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from media4sec.kit import mail
from media4sec.kit.marking import Door
from media4sec.kit.models import Letter
from media4sec.kit.rooms import kind_of
from media4sec.replies.addresses import own_token
from media4sec.replies.models import Guest, Remark

CONFIRM, ANSWERED, DECIDED = "replies.confirm", "replies.answered", "replies.decided"


def announce() -> None:
    """Say who words these letters."""
    mail.composer(CONFIRM, _confirm)
    mail.composer(ANSWERED, _answered)
    mail.composer(DECIDED, _decided)


def ask_to_confirm(guest: Guest) -> None:
    mail.post(CONFIRM, key=f"{CONFIRM}:{guest.pk}", content={"guest": guest.pk})


def tell_of(remark: Remark) -> None:
    """The guests of its thread who wanted to hear that somebody answered."""
    if remark.thread_id is None:
        return
    waiting = Guest.objects.filter(
        wants_letters=True, remark__confirmed_at__isnull=False, remark__deleted_at__isnull=True
    ).exclude(email="")
    thread = waiting.filter(remark__in=_of_thread(remark)).exclude(remark=remark)
    for guest in thread.order_by("pk"):
        key = f"{ANSWERED}:{remark.pk}:{guest.pk}"
        mail.post(ANSWERED, key=key, content={"guest": guest.pk, "remark": remark.pk})


def _of_thread(remark: Remark) -> list[int]:
    answers = Remark.objects.filter(thread=remark.thread_id).values_list("pk", flat=True)
    return [remark.root_id, *answers]


def write(remark: Remark, template: str, context: dict[str, Any]) -> None:
    """Moderators tell the guest what they decided, and why."""
    guest = Guest.objects.filter(remark=remark).exclude(email="").first()
    if guest:
        key = f"{DECIDED}:{remark.pk}:{remark.decision_id}"
        content = {"guest": guest.pk, "template": template, "context": context}
        mail.post(DECIDED, key=key, content=content)


def _confirm(letter: Letter) -> mail.Words | None:
    guest = _reachable(letter)
    if guest is None or guest.remark.confirmed_at:
        return None
    # None of the writer's words: they may have typed a stranger's address.
    return mail.worded(
        "replies/mail/confirm", to=guest.email, context={"url": own_url(guest.remark)}
    )


def _answered(letter: Letter) -> mail.Words | None:
    guest = _reachable(letter)
    answer = Remark.objects.there().filter(pk=letter.content["remark"]).first()
    if guest is None or not guest.wants_letters or answer is None or answer.is_withheld:
        return None
    kind = kind_of(answer.ref)
    found = next(iter(kind.fetch([answer.thing_id])), None)
    entry = kind.entry(found).through(Door.PUBLIC) if found else None
    if entry is None:
        return None
    own = own_url(guest.remark)
    return mail.worded(
        "replies/mail/answered",
        to=guest.email,
        context={"title": entry.title, "answer_url": answer.get_absolute_url(), "url": own},
        headers={
            "List-Unsubscribe": f"<{own}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _decided(letter: Letter) -> mail.Words | None:
    guest = _reachable(letter)
    if guest is None:
        return None
    context = {**letter.content["context"], "own_url": own_url(guest.remark)}
    return mail.worded(letter.content["template"], to=guest.email, context=context)


def _reachable(letter: Letter) -> Guest | None:
    guests = Guest.objects.exclude(email="").select_related("remark")
    return guests.filter(pk=letter.content["guest"], remark__deleted_at__isnull=True).first()


def own_url(remark: Remark) -> str:
    return f"{settings.SITE_URL}/replies/own/{own_token(remark.pk, remark.ref)}/"
