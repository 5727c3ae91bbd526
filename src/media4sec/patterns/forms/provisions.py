"""Choosing provisions of law by their names: a text field each, with a list to choose from."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from media4sec.kit import law

_KEY = re.compile(r"\[([A-Za-z0-9./-]+)\]")


def shown_provision(key: str) -> str:
    """As its field shows it: the name to read, the key to know it by."""
    found = law.provision(key)
    return f"{found.name} [{key}]" if found else key


class Provisions(forms.Widget):
    """Some text fields with a list of names to choose from."""

    template_name = "patterns/_provisions.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, ())
        return [each for each in found if each.strip()]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        values = value if isinstance(value, list) else _KEY.split(value or "")[1::2]
        shown = [each if "[" in each else shown_provision(each) for each in values]
        context = super().get_context(name, None, attrs)
        first, *others = [*shown, *[""] * max(1, 2 - len(shown))]
        return {**context, "one": first, "others": others}

    def id_for_label(self, id_: str) -> str:
        return id_


class ProvisionsField(forms.Field):
    """Names of provisions, as keys."""

    widget = Provisions

    def to_python(self, value: Any) -> list[str]:
        keys = []
        for said in value or ():
            key = match[1] if (match := _KEY.search(said)) else _key_called(said.strip())
            if law.provision(key) is None:
                raise forms.ValidationError(
                    _("We do not know “%(name)s”. Choose a provision from the list.")
                    % {"name": said.strip()}
                )
            keys.append(key)
        return list(dict.fromkeys(keys))


def _key_called(name: str) -> str:
    wanted = name.casefold()
    found = (key for key, each in law.provisions().items() if each.name.casefold() == wanted)
    return next(found, name)
