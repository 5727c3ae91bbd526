"""What the worker does for this room."""

from media4sec.feeds import services


def speak() -> None:
    """Once a minute: tell what is untold, hand over what is due. Looks before it locks."""
    services.tell()
    services.deliver_due()


def keep_house() -> None:
    services.catch_up()
    services.forget_old()
