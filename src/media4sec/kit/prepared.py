"""Questions that are put into SQL once and asked many times.

Django words a query anew each time, and for the long ones that takes longer than the
database needs to answer. A ``Prepared`` keeps the wording: the queryset is built once with
stand-ins for its values, and afterwards only the values change. What it may return is
still decided where it is always decided, in the queryset that ``build`` makes.
"""

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Value = int | str | datetime | Sequence[int] | None
Place = tuple[str, int | None]
#: Stand-ins are numbers that every integer column takes, and no table has yet.
_FIRST = 2_000_000_000


class Prepared(Generic[Row]):
    """A query by its values: numbers, texts, moments, lists of numbers, or None.

    Each set of values that is None or not, and each length of list up to the next power of
    two, is a wording of its own.
    """

    def __init__(self, build: "Callable[..., models.QuerySet[Any, Row]]") -> None:
        self.build = build
        self._wordings: dict[tuple[Any, ...], _Wording] = {}

    def __call__(self, **values: Value) -> list[Row]:
        filled = {name: _filled(value) for name, value in values.items()}
        shape = tuple(_shape(value) for value in filled.values())
        wording = self._wordings.get((*filled, *shape))
        if wording is None:
            wording = self._wordings[(*filled, *shape)] = _Wording(self.build, filled)
        return wording.ask(filled)


def _filled(value: Value) -> Value:
    """A list is made longer by its last number: the answer is the same, the wordings are few."""
    if value is None or isinstance(value, int | str | datetime):
        return value
    if not value:
        return []
    size = 1 << (len(value) - 1).bit_length()
    return [*value, *[value[-1]] * (size - len(value))]


def _shape(value: Value) -> Any:
    return len(value) if isinstance(value, list) else type(value)


class _Wording:
    """The SQL of one shape of values, and where each value stands in it."""

    def __init__(self, build: Callable[..., Any], values: dict[str, Value]) -> None:
        stand_ins, places = _stand_ins(values)
        queryset = build(**stand_ins)
        self.iterable, self.db = queryset._iterable_class, queryset.db
        places = {_sent(each, self.db): place for each, place in places.items()}
        self.compiler: SQLCompiler = queryset.query.get_compiler(self.db)
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:  # such as: among none of these
            self.sql = ""
            return
        self.params = [places.get(each, each) for each in params]
        _check_nothing_is_spelt_out(self.sql, self.params, places)

    def ask(self, values: dict[str, Value]) -> list[Any]:
        if not self.sql:
            return []
        params = tuple(
            _sent(_value(values, *each), self.db) if isinstance(each, tuple) else each
            for each in self.params
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.db]
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)  # type: ignore[method-assign]
        # What Django's own iteration asks of a queryset.
        asked: Any = SimpleNamespace(
            db=self.db,
            query=SimpleNamespace(get_compiler=lambda using: compiler),
            _known_related_objects={},
        )
        return list(self.iterable(asked))


def _check_nothing_is_spelt_out(sql: str, params: list[Any], places: dict[Any, Place]) -> None:
    """A stand-in inside a text, such as the path of a JSON key, would stay there for good."""
    words = " ".join([sql, *(str(each) for each in params if not isinstance(each, tuple))])
    spelt = {place[0] for each, place in places.items() if str(each) in words}
    if spelt:
        raise ValueError(f"these values become part of the question itself: {spelt}")


def _stand_ins(values: dict[str, Value]) -> tuple[dict[str, Any], dict[Any, Place]]:
    numbers = count(_FIRST)
    stand_ins: dict[str, Any] = {}
    places: dict[Any, Place] = {}
    for name, value in values.items():
        if isinstance(value, list):
            stand_ins[name] = [next(numbers) for _ in value]
            places |= {each: (name, index) for index, each in enumerate(stand_ins[name])}
        else:
            stand_in = stand_ins[name] = _stand_in(name, value, next(numbers))
            if value is not None:
                places[stand_in] = name, None
    return stand_ins, places


def _stand_in(name: str, value: Value, number: int) -> Any:
    """Something of that type that means nothing yet, unlike anything else in the question."""
    if isinstance(value, datetime):
        return datetime.fromtimestamp(number, UTC)
    if isinstance(value, str):
        return f"{name} {number}"
    return None if value is None else number


def _sent(value: Any, db: str) -> Any:
    """A value as the database is given it."""
    if isinstance(value, datetime):
        return connections[db].ops.adapt_datetimefield_value(value)
    return value


def _value(values: dict[str, Value], name: str, index: int | None) -> Any:
    value: Any = values[name]
    return value if index is None else value[index]
