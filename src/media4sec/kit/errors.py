"""A refusal is a sentence."""

from django.core.exceptions import ValidationError


class Refused(ValidationError):  # noqa: N818 - reads as what happened: "Refused: all seats taken"
    """Not now, and why. Forms show it; other doors answer 422 with it."""

    @property
    def sentence(self) -> str:
        return str(self.messages[0])
