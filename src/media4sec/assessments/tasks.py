"""What the house does by itself."""

from media4sec.assessments import services
from media4sec.kit.permissions import THE_HOUSE


def keep_house() -> None:
    services.forget_of_closed(by=THE_HOUSE)
