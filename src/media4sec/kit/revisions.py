"""How a thing read before each edit, and what an edit changed."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby

from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from media4sec.kit.models import Revision
from media4sec.kit.refs import Ref

#: Longer passages are compared as a whole: finding the words would take seconds.
_MOST_PIECES = 1500
Change = tuple[str, str]  # ("same" | "del" | "ins", text)


def keep(thing: models.Model, *, title: str, body: str, version: int, at: datetime) -> Revision:
    """Keep a version that an edit is about to replace; ``at`` is when it was written."""
    here = Ref.to(thing)
    return Revision.objects.create(
        thing_kind=here.kind,
        thing_id=here.pk,
        version=version,
        title=title,
        body=body,
        written_at=at,
    )


def kept(thing: models.Model) -> list[Revision]:
    """All earlier versions, the first one first."""
    here = Ref.to(thing)
    return list(Revision.objects.filter(thing_kind=here.kind, thing_id=here.pk))


def wipe(thing: models.Model) -> None:
    """The thing is deleted, and with it how it once read."""
    here = Ref.to(thing)
    Revision.objects.filter(thing_kind=here.kind, thing_id=here.pk).delete()


def compare(old: str, new: str) -> list[Change]:
    """What was left, taken away and added, word by word: for ``<del>`` and ``<ins>``.

    Joining what is not "ins" gives ``old``, joining what is not "del" gives ``new``.
    """
    changes = [
        change
        for operation, was, became in _steps(_lines(old), _lines(new))
        for change in (_words(was, became) if operation == "replace" else _whole(was, became))
    ]
    return [
        (operation, "".join(text for _, text in group))
        for operation, group in groupby(changes, key=lambda change: change[0])
    ]


def marked(pieces: Iterable[Change], tag: str) -> SafeString:
    """One side of a comparison as HTML: what stayed, and what went or came."""
    shown = [(kind, linebreaksbr(text)) for kind, text in pieces if kind in {"same", tag}]
    return format_html_join(
        "", "{}", ((_tagged(tag, text) if kind == tag else text,) for kind, text in shown)
    )


def _tagged(tag: str, text: SafeString) -> SafeString:
    return format_html("<ins>{}</ins>" if tag == "ins" else "<del>{}</del>", text)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _words(old: str, new: str) -> Iterator[Change]:
    pattern = re.compile(r"\s+|\w+|[^\w\s]")
    for _, was, became in _steps(pattern.findall(old), pattern.findall(new)):
        yield from _whole(was, became)


def _steps(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """The pieces in order, each as (operation, as it was, as it became)."""
    if max(len(old), len(new)) > _MOST_PIECES:
        yield from _ends(old, new)
        return
    for operation, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        yield operation, "".join(old[i:j]), "".join(new[k:m])


def _ends(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """The same in long: equal beginning and end, and everything between as one change."""
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    most -= head
    tail = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    yield "equal", "".join(old[:head]), "".join(new[:head])
    was, became = old[head : len(old) - tail], new[head : len(new) - tail]
    yield "delete", "".join(was), ""
    yield "insert", "", "".join(became)
    yield "equal", "".join(old[len(old) - tail :]), "".join(new[len(new) - tail :])


def _whole(was: str, became: str) -> Iterator[Change]:
    if was == became:
        if was:
            yield "same", was
        return
    if was:
        yield "del", was
    if became:
        yield "ins", became
