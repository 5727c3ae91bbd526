"""Where each name stands on the map of the language, and how lines run between them.

Pure: no database, no page. Names stand on a grid, in columns under the head of their group.
Lines run in the alleys between columns and rows, so that none crosses a name. The same names
make the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

COLUMNS = 5
WIDE, HIGH = 144, 46
ALLEY, GAP = 18, 14
#: Between the root, its groups, and the groups beside it.
BAND = 22
WIDTH = COLUMNS * WIDE + (COLUMNS + 1) * ALLEY
_EDGE = 12
_PAD = 6
_CORNER = 6
#: So many letters of middling width stand on a line of a name; so many lines a box holds.
LETTERS, LINES = 15.0, 3
_NARROW, _BROAD = set("fijlrt .,’'-I"), set("mwMW&@")
_LEADING, _NOTE_LEADING = 14, 12

Cell = tuple[int, int]  # column, row
Point = tuple[float, float]


@dataclass(frozen=True)
class Name:
    """What stands in a box. Without a key it is a caption, and no box is drawn."""

    key: str
    title: str
    is_head: bool = False
    note: str = ""


@dataclass(frozen=True)
class Cluster:
    """Names that belong together, the head first."""

    names: tuple[Name, ...]


@dataclass(frozen=True)
class Line:
    text: str
    x: float
    y: float
    is_note: bool = False


@dataclass(frozen=True)
class Box:
    name: Name
    cell: Cell
    x: float
    y: float
    lines: list[Line]
    width: int = WIDE
    height: int = HIGH

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Frame:
    """The ground a cluster stands on."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Drawing:
    width: int = WIDTH
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def box(self, key: str) -> Box | None:
        return next((box for box in self.boxes if box.name.key == key), None)


def draw(root: Name | None, bands: Sequence[Sequence[Cluster]]) -> Drawing:
    """The root in the middle of the top, below it the bands of clusters, one under the other."""
    drawing = Drawing()
    row, below = 0, 0
    if root:
        drawing.boxes.append(_box(root, (COLUMNS // 2, 0), below))
        row, below = 1, BAND
    for band in bands:
        if not band:
            continue
        height = _fill(drawing, band, row, below)
        row, below = row + height, below + BAND
    drawing.height = max((round(box.y) + HIGH for box in drawing.boxes), default=0) + _EDGE
    return drawing


def _fill(drawing: Drawing, band: Sequence[Cluster], row: int, below: int) -> int:
    """Set the clusters of a band; how many rows they need."""
    placed = _placed(band)
    high = 0
    for cluster, cells in zip(band, placed, strict=True):
        boxes = [
            _box(name, (column, row + down), below)
            for name, (column, down) in zip(cluster.names, cells, strict=True)
        ]
        drawing.boxes += boxes
        drawing.frames.append(_frame(boxes))
        high = max(high, *(down + 1 for _column, down in cells))
    return high


def _placed(band: Sequence[Cluster]) -> list[list[Cell]]:
    """The cells of each cluster, in as few rows as fit into the columns."""
    rows = 2
    while True:
        cells, used = _try(band, rows)
        if used <= COLUMNS:
            shift = (COLUMNS - used) // 2
            return [[(column + shift, row) for column, row in each] for each in cells]
        rows += 1


def _try(band: Sequence[Cluster], rows: int) -> tuple[list[list[Cell]], int]:
    """Clusters side by side; a short one goes under another, with a free row between."""
    filled: list[int] = []  # rows taken in each column; a full one takes no more
    cells = []
    for cluster in band:
        count = len(cluster.names)
        wide = -(-count // rows)
        under = next((c for c, high in enumerate(filled) if high + 1 + count <= rows), None)
        if wide == 1 and under is not None:
            first, top = under, filled[under] + 1
        else:
            first, top = len(filled), 0
            filled += [rows] * wide
        per = -(-count // wide)
        cells.append([(first + n // per, top + n % per) for n in range(count)])
        if wide == 1:
            filled[first] = top + count
    return cells, len(filled)


def _box(name: Name, cell: Cell, below: int) -> Box:
    column, row = cell
    x, y = ALLEY + column * (WIDE + ALLEY), _EDGE + row * (HIGH + GAP) + below
    return Box(name, cell, x, y, _lines(name, x, y))


def _frame(boxes: Sequence[Box]) -> Frame:
    left, top = min(box.x for box in boxes) - _PAD, min(box.y for box in boxes) - _PAD
    right, bottom = max(box.x for box in boxes) + WIDE, max(box.y for box in boxes) + HIGH
    return Frame(left, top, right + _PAD - left, bottom + _PAD - top)


def _lines(name: Name, x: float, y: float) -> list[Line]:
    """The name in lines, in the middle of its box; the note below it takes the place of one."""
    words = wrap(name.title, LINES - 1 if name.note else LINES)
    leading = _LEADING if len(words) < LINES else _LEADING - 1
    high = len(words) * leading + (_NOTE_LEADING if name.note else 0)
    start = y + (HIGH - high) / 2 + leading - 3.5
    lines = [Line(text, x + 8, start + n * leading) for n, text in enumerate(words)]
    if name.note:
        lines.append(Line(name.note, x + 8, start + len(words) * leading - 1, is_note=True))
    return lines


def wrap(title: str, most: int = LINES) -> list[str]:
    """A name in lines that fit; what is too long for all of them ends in three dots."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if length(longer) <= LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return [_cut(line) for line in lines]


def length(text: str) -> float:
    """About how wide it is in small capitals, in letters of middling width."""
    return sum(
        0.65 if each in _NARROW else 1.4 if each in _BROAD else 1.25 if each.isupper() else 1
        for each in text
    )


def _cut(line: str) -> str:
    if length(line) <= LETTERS:
        return line
    while length(line) > LETTERS - 1:
        line = line[:-1]
    return f"{line}…"


# Lines between names


def corners(start: Box, end: Box) -> list[Point]:
    """The way from one box to another through the alleys."""
    (column, row), (column_2, row_2) = start.cell, end.cell
    if column == column_2:
        side = 1 if column < COLUMNS - 1 else 0
        alleys = (column + side, column + side)
    elif column < column_2:
        alleys = (column + 1, column_2)
    else:
        alleys = (column, column_2 + 1)
    first, last = (alley * (WIDE + ALLEY) + ALLEY / 2 for alley in alleys)
    way = [(_edge(start, first), start.middle), (first, start.middle)]
    if first != last:
        # The alley above or below the last row, whichever comes first.
        y = end.y - GAP / 2 if row <= row_2 else end.y + HIGH + GAP / 2
        way += [(first, y), (last, y)]
    return [*way, (last, end.middle), (_edge(end, last), end.middle)]


def falling(start: Box, end: Box) -> list[Point]:
    """The way down from a box to one below: to its top, or past what stands above it."""
    x, y = start.x + WIDE / 2, start.y + HIGH + GAP + BAND - _PAD - 2
    way = [(x, start.y + HIGH), (x, y)]
    if end.cell[1] == start.cell[1] + 1:
        return [*way, (end.x + WIDE / 2, y), (end.x + WIDE / 2, end.y)]
    alley = end.x - ALLEY / 2
    return [*way, (alley, y), (alley, end.middle), (end.x, end.middle)]


def _edge(box: Box, alley: float) -> float:
    return box.x if alley < box.x else box.x + box.width


def path(points: Iterable[Point]) -> str:
    """A way with round corners, as SVG writes it."""
    way = list(_turns(points))
    said = [f"M{_n(way[0][0])} {_n(way[0][1])}"]
    for before, here, after in zip(way, way[1:], way[2:], strict=False):
        near, far = _towards(here, before), _towards(here, after)
        said.append(
            f"L{_n(near[0])} {_n(near[1])}Q{_n(here[0])} {_n(here[1])} {_n(far[0])} {_n(far[1])}"
        )
    said.append(f"L{_n(way[-1][0])} {_n(way[-1][1])}")
    return "".join(said)


def _turns(points: Iterable[Point]) -> Iterator[Point]:
    """The points at which the way turns: without those that lie on each other or between."""
    way = [point for point, after in pairwise([*points, (-1.0, -1.0)]) if point != after]
    for number, here in enumerate(way):
        if 0 < number < len(way) - 1:
            before, after = way[number - 1], way[number + 1]
            if before[0] == here[0] == after[0] or before[1] == here[1] == after[1]:
                continue
        yield here


def _towards(here: Point, there: Point) -> Point:
    """A little way from a corner; from a short side only half of it."""
    (x, y), (x_2, y_2) = here, there
    length = abs(x_2 - x) + abs(y_2 - y)
    part = min(_CORNER, length / 2) / length
    return x + (x_2 - x) * part, y + (y_2 - y) * part


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
