"""Passwords are judged by how hard they are to guess, not by which letters they contain."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

SHORTEST, LONGEST, WEAKEST_SCORE = 10, 256, 3


class StrengthValidator:
    """At least 10 characters, and about 10^8 guesses or more by zxcvbn (score 3 of 4)."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                _("Use at least %(count)d characters.") % {"count": SHORTEST}, code="short"
            )
        if len(password) > LONGEST:
            raise ValidationError(
                _("Use at most %(count)d characters.") % {"count": LONGEST}, code="long"
            )
        known = [part for part in (getattr(user, "email", ""), getattr(user, "name", "")) if part]
        # zxcvbn slows down on long input; the first 72 characters decide.
        if zxcvbn(password[:72], user_inputs=known)["score"] < WEAKEST_SCORE:
            raise ValidationError(
                _("This password is easy to guess. Add words that do not belong together."),
                code="weak",
            )

    def get_help_text(self) -> str:
        return _("At least 10 characters. Four words that do not belong together work well.")
