"""What the house does by itself."""

from media4sec.assessments import services
from media4sec.kit.permissions import THE_HOUSE


def keep_house() -> None:
    """Once an hour."""
    services.forget_of_closed(by=THE_HOUSE)
    services.seal_records(by=THE_HOUSE)


def keep_decisions() -> None:
    """Once an hour: what ends, lapses, was not confirmed, and what has to be done."""
    services.renew_due(by=THE_HOUSE)
    services.remind_of_conditions(by=THE_HOUSE)


def follow_urgent() -> None:
    """Once a minute, for a day ends at its minute."""
    services.follow_urgent(by=THE_HOUSE)


def follow_rules() -> None:
    """Once a minute. What came into force is noted; a minute later every process goes by it, and
    live checks are asked again."""
    if not services.note_releases(by=THE_HOUSE):
        services.ask_again(by=THE_HOUSE)
