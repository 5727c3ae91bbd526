"""Letters about circles, sent when what they tell of is settled."""

from functools import partial
from typing import Any

from django.db import transaction

from media4sec.kit import mail
from media4sec.members.models import Circle


def write(letter: str, *, to: str, circle: Circle, **context: Any) -> None:
    """Send ``mail/circle_<letter>.txt`` after the commit; what is done stays done if mail fails."""
    send = partial(
        mail.send,
        f"members/mail/circle_{letter}",
        to=to,
        context={"circle": circle, **context},
    )
    transaction.on_commit(send, robust=True)
