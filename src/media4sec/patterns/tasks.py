"""What the worker does for this room."""

from media4sec.patterns import services


def follow_changes() -> None:
    """Once a minute: what harvesters will hear of. Looks before it locks."""
    services.keep_up()


def keep_house() -> None:
    """Once an hour."""
    services.sweep_batches()
    services.sweep_searches()
