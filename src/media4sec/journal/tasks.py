"""What the worker does for the journal: each a line around a service."""

from media4sec.journal import services


def publish_due() -> None:
    """Once a minute: articles appear at their time."""
    services.publish_due()


def keep_house() -> None:
    """Once an hour: files whose reading was lost are read, old links are forgotten."""
    services.read_waiting()
    services.sweep_previews()
