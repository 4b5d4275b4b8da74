"""The picture of a matter's workflow for the guide: states in a column, moves as numbered lines.

A number on a line is the row of the table beside it, so the picture needs no long texts and stays legible on
a phone; the table says everything again in words. Pure: places only, the template draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, WIDTH, HEIGHT, STEP, TOP = 6, 176, 38, 74, 8
LANE_FROM, LANE = 202, 21


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: who takes a case from where to where by doing what."""

    number: int
    action: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Box:
    """A state at its place. `end` closes the case."""

    label: str
    y: int
    start: bool
    end: bool
    x: int = LEFT
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """A path, its arrow head, and the numbers that stand on it at (x, y)."""

    path: str
    tip: str
    numbers: tuple[int, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def picture(states: Sequence[tuple[str, str, bool]], moves: Sequence[Move]) -> Picture:
    """`states` are (code, label, closed) in reading order; every line keeps to a lane of its own."""
    rows = {code: i for i, (code, _, _) in enumerate(states)}
    boxes = tuple(
        Box(label, TOP + i * STEP, start=i == 0, end=closed)
        for i, (_, label, closed) in enumerate(states)
    )
    pairs: dict[tuple[int, int], list[int]] = {}
    for move in moves:
        for source in move.sources:
            if source in rows and move.target in rows:
                pairs.setdefault((rows[source], rows[move.target]), []).append(move.number)
    lines = [_straight(a, n) for (a, b), n in pairs.items() if b == a + 1]
    bent = sorted(
        ((a, b) for a, b in pairs if b != a + 1), key=lambda p: (abs(p[1] - p[0]), min(p))
    )
    lanes: list[list[tuple[int, int]]] = []
    for a, b in bent:
        lane = _free_lane(lanes, min(a, b), max(a, b))
        lines.append(_bent(a, b, pairs[(a, b)], lane))
    width = LANE_FROM + max(1, len(lanes)) * LANE + 16
    return Picture(boxes, tuple(lines), width, TOP + (len(states) - 1) * STEP + HEIGHT + TOP)


def _free_lane(lanes: list[list[tuple[int, int]]], low: int, high: int) -> int:
    for index, taken in enumerate(lanes):
        if all(high < other_low or low > other_high for other_low, other_high in taken):
            taken.append((low, high))
            return index
    lanes.append([(low, high)])
    return len(lanes) - 1


def _straight(row: int, numbers: list[int]) -> Line:
    x, y = LEFT + WIDTH / 2, TOP + row * STEP + HEIGHT
    end = TOP + (row + 1) * STEP
    tip = f"M{x - 4} {end - 8}L{x} {end - 1}L{x + 4} {end - 8}z"
    return Line(f"M{x} {y}V{end - 7}", tip, tuple(numbers), x, (y + end) / 2 - 2)


def _bent(a: int, b: int, numbers: list[int], lane: int) -> Line:
    """Out of the right side, along the lane, back into the right side; leaving below the middle and
    arriving above it, so that a state's arrivals and departures do not lie on each other."""
    x, edge = LANE_FROM + lane * LANE, LEFT + WIDTH
    start = TOP + a * STEP + HEIGHT * 0.72
    end = TOP + b * STEP + HEIGHT * 0.28
    turn = 6 if end > start else -6
    path = (
        f"M{edge} {start:.1f}H{x - 6}Q{x} {start:.1f} {x} {start + turn:.1f}"
        f"V{end - turn:.1f}Q{x} {end:.1f} {x - 6} {end:.1f}H{edge + 7}"
    )
    tip = f"M{edge + 8} {end - 4:.1f}L{edge + 1} {end:.1f}L{edge + 8} {end + 4:.1f}z"
    return Line(path, tip, tuple(numbers), x, (start + end) / 2)
