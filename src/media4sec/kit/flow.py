"""States and steps as a table."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from django.utils.translation import gettext as _

from media4sec.kit.errors import Refused


class Flow:
    """Which state may follow which."""

    def __init__(self, steps: Mapping[str, AbstractSet[str]]) -> None:
        self.steps = {
            str(state): {str(following) for following in after} for state, after in steps.items()
        }

    def allows(self, old: str, new: str) -> bool:
        return str(new) in self.steps.get(str(old), set())

    def check(self, old: str, new: str) -> None:
        """Raise Refused unless ``new`` may follow ``old``."""
        if not self.allows(old, new):
            raise Refused(_("Somebody else has decided this in the meantime."))
