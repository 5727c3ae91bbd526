"""How often letters come unless somebody says otherwise."""

from media4sec.digests.models import Rhythm
from media4sec.kit.rooms import Kind, kinds

Pace = Rhythm.Pace


def usual_pace(key: str) -> str:
    """What speaks to me at once, what I follow daily, what is new every week."""
    if key == Rhythm.ADDRESSED:
        return Pace.AT_ONCE
    kind = kinds().get(key)
    return Pace.DAILY if kind and kind.is_part else Pace.WEEKLY


def told_kinds() -> list[Kind]:
    """The kinds of things of which members can hear."""
    return [kind for kind in kinds().values() if kind.begins]
