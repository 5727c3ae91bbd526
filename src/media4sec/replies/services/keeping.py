"""What changes when moderators decide, and what is forgotten with time."""

from datetime import datetime

from django.db import transaction

from media4sec.kit.clock import now
from media4sec.replies import queries
from media4sec.replies.models import Guest, Remark
from media4sec.replies.services import letters


def stood_anew(remark: Remark) -> None:
    """Moderators decided: the address is needed a little longer, for the letter that says so."""
    Guest.objects.filter(remark=remark).update(settled_at=now())
    if not remark.is_withheld:
        letters.tell_of(remark)


def _settle_what_nobody_decides(moment: datetime) -> None:
    """Held under something that is gone: no decision comes, so no letter needs the address."""
    waiting = Remark.objects.filter(standing=Remark.Standing.HELD)
    idle = waiting.exclude(pk__in=queries.held().order_by().values("pk"))
    guests = Guest.objects.filter(remark__in=idle, settled_at__isnull=True)
    guests.update(settled_at=moment, wants_letters=False)


@transaction.atomic
def forget_addresses() -> None:
    """House-keeping, once an hour: what nobody confirmed, what is decided, what is a year old."""
    moment = now()
    unconfirmed = Remark.objects.filter(
        author__isnull=True,
        confirmed_at__isnull=True,
        posted_at__lt=moment - Guest.CONFIRM_WITHIN,
    )
    unconfirmed.delete()
    Guest.objects.filter(made_at__lt=moment - Guest.KEPT).delete()
    _settle_what_nobody_decides(moment)
    settled = Guest.objects.filter(settled_at__lt=moment - Guest.SETTLED, wants_letters=False)
    settled.exclude(email="").update(email="")
