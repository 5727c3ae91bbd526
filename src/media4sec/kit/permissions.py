"""Who may. Every permission has a rule and a sentence for those it refuses."""

from typing import Any

import rules
from django.core.exceptions import PermissionDenied

_sentences: dict[str, Any] = {}


class _TheHouse:
    """Who acts when no member does: a task, a command, a deadline."""

    is_authenticated = False
    pk = None

    def __repr__(self) -> str:
        return "the house"


THE_HOUSE = _TheHouse()


def permit(name: str, rule: Any, *, otherwise: Any) -> None:
    """Declare a permission, in ``rules.py``: its rule, and what a refusal says."""
    rules.set_perm(name, rule)
    _sentences[name] = otherwise


def may(who: Any, name: str, thing: Any = None) -> bool:
    """Whether ``who`` may do ``name`` (to ``thing``). The house itself always may."""
    if who is THE_HOUSE:
        return True
    return bool(rules.has_perm(name, who, thing))


def require(who: Any, name: str, thing: Any = None) -> None:
    """The first line of every service: PermissionDenied with the sentence, or silence."""
    if name not in _sentences:
        raise LookupError(f"no permission called {name}")
    if not may(who, name, thing):
        raise PermissionDenied(str(_sentences[name]))


def permissions() -> dict[str, Any]:
    """Every permission of the house and its sentence."""
    return dict(_sentences)
