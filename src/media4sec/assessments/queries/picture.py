"""The risks of a check as one picture: both matrices, and what the numbers mean."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from django.utils.translation import gettext as _

from media4sec.assessments.queries.findings import LEVELS, Matrix, ResultPage

#: A cell is so wide and so high; rows have their names to the left, in so much space.
_WIDE, _HIGH, _NAMES, _GAP, _EDGE = 120, 60, 110, 40, 24
_LINE, _LETTERS = 22, 130
#: By the look of a cell on the page.
_PALE = {"": "#e0f1ea", "mid": "#fdf1d0", "max": "#fbe3e1"}


@dataclass(frozen=True)
class Box:
    """A cell: where, in which colour, its word, and the numbers of its risks."""

    x: int
    y: int
    fill: str
    word: str
    numbers: str

    @property
    def middle(self) -> int:
        return self.x + _WIDE // 2


@dataclass(frozen=True)
class Text:
    x: int
    y: int
    words: str
    at: str = "start"  # where x is: "start", "middle" or "end" of the words
    is_head: bool = False


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    boxes: list[Box]
    texts: list[Text]
    wide: int = _WIDE - 4
    high: int = _HIGH - 4


def picture_of(page: ResultPage) -> Picture:
    """Before and after stand side by side; nothing is told by colour alone."""
    width = 2 * (_EDGE + _NAMES + 4 * _WIDE) + _GAP
    top = 110
    boxes: list[Box] = []
    texts: list[Text] = []
    for title, matrix, x in (
        (_("Before safeguards"), page.matrix_before, _EDGE),
        (_("With all safeguards in place"), page.matrix_after, width // 2 + _GAP // 2),
    ):
        texts.append(Text(x + _NAMES, top, title, is_head=True))
        _draw(boxes, texts, matrix, x + _NAMES, top + 40)
    y = top + 40 + 4 * _HIGH + 50
    for risk in page.risks:
        for part in wrap(f"{risk.number}  {risk.title}", _LETTERS):
            texts.append(Text(_EDGE, y, part))
            y += _LINE
    return Picture(width, y + 2 * _LINE, boxes, texts)


def _draw(boxes: list[Box], texts: list[Text], matrix: Matrix, x: int, y: int) -> None:
    for column, level in enumerate(LEVELS):
        texts.append(Text(x + column * _WIDE + _WIDE // 2, y - 10, str(level), "middle"))
    for row, (name, cells) in enumerate(matrix):
        texts.append(Text(x - 10, y + row * _HIGH + _HIGH // 2, name, "end"))
        for column, cell in enumerate(cells):
            numbers = "  ".join(str(risk.number) for risk in cell.risks)
            at = (x + column * _WIDE, y + row * _HIGH)
            boxes.append(Box(*at, _PALE[cell.look], cell.words, numbers))
