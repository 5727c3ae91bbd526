"""House-keeping among members, once an hour. Running it twice changes nothing."""

from media4sec.members.services import affiliations, people


def ask_again() -> None:
    """A year later a confirmed group asks again; what was not confirmed ends."""
    affiliations.remind()
    affiliations.expire()


def forget_unconfirmed() -> None:
    people.forget_unconfirmed()
