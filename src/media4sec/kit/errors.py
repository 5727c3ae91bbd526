"""A refusal is a sentence."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class Refused(ValidationError):  # noqa: N818 - reads as what happened: "Refused: all seats taken"
    """Not now, and why. Forms show it; other doors answer 422 with it."""

    @property
    def sentence(self) -> str:
        return str(self.messages[0])


class EditedMeanwhile(Refused):
    """Somebody, perhaps oneself in another window, saved first. Nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(_("This text was changed while you were writing. Yours is not saved yet."))
