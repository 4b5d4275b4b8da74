"""The picture of a matter's workflow for the guide: states in a column, moves as numbered lines.

A number on a line is the row of the table beside it, so the picture needs no long texts and stays legible on
a phone; the table says everything again in words. Pure: places only, the template draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, WIDTH, HEIGHT, STEP, TOP = 6, 214, 40, 74, 8
LANE_FROM, LANE, DOT = 240, 21, 20


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
    """A path with its arrow head (both empty for a move that stays where it is), and where its numbers
    stand: (number, x, y)."""

    path: str
    tip: str
    dots: tuple[tuple[int, float, float], ...]


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
    lines: list[Line] = []
    stays: dict[int, list[int]] = {}
    straight: dict[int, list[int]] = {}
    bent: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for move in moves:
        sources = tuple(rows[s] for s in move.sources if s in rows)
        for source in sources:
            if rows.get(move.target) == source:
                stays.setdefault(source, []).append(move.number)
            elif rows.get(move.target) == source + 1:
                straight.setdefault(source, []).append(move.number)
        far = tuple(s for s in sources if rows.get(move.target) not in (None, s, s + 1))
        if far:
            bent.setdefault((rows[move.target], far), []).append(move.number)
    lines += [_stay(row, numbers) for row, numbers in stays.items()]
    lines += [_straight(row, numbers) for row, numbers in straight.items()]
    lanes: list[list[tuple[int, int]]] = []
    for (target, far), numbers in sorted(bent.items(), key=lambda b: _reach(*b[0])):
        lane = _free_lane(lanes, min(target, *far), max(target, *far))
        lines.append(_bent(far, target, numbers, lane))
    width = LANE_FROM + max(1, len(lanes)) * LANE + 4
    return Picture(boxes, tuple(lines), width, TOP + (len(states) - 1) * STEP + HEIGHT + TOP)


def _reach(target: int, far: tuple[int, ...]) -> tuple[int, int]:
    """Short ways take the inner lanes."""
    return max(target, *far) - min(target, *far), min(target, *far)


def _free_lane(lanes: list[list[tuple[int, int]]], low: int, high: int) -> int:
    for index, taken in enumerate(lanes):
        if all(high < other_low or low > other_high for other_low, other_high in taken):
            taken.append((low, high))
            return index
    lanes.append([(low, high)])
    return len(lanes) - 1


def _stay(row: int, numbers: list[int]) -> Line:
    """Numbers inside the box, from its right edge."""
    y = TOP + row * STEP + HEIGHT / 2
    right = LEFT + WIDTH - 14
    count = len(numbers)
    return Line("", "", tuple((n, right - (count - 1 - i) * DOT, y) for i, n in enumerate(numbers)))


def _straight(row: int, numbers: list[int]) -> Line:
    x, y = LEFT + WIDTH / 2, TOP + row * STEP + HEIGHT
    end = TOP + (row + 1) * STEP
    tip = f"M{x - 4} {end - 8}L{x} {end - 1}L{x + 4} {end - 8}z"
    middle, first = (y + end) / 2 - 2, x - (len(numbers) - 1) * DOT / 2
    dots = tuple((n, first + i * DOT, middle) for i, n in enumerate(numbers))
    return Line(f"M{x} {y}V{end - 7}", tip, dots)


def _bent(far: tuple[int, ...], target: int, numbers: list[int], lane: int) -> Line:
    """Out of the right side of every source, along one lane, back into the right side of the target;
    leaving below the middle and arriving above it, so that arrivals and departures stay apart."""
    x, edge = LANE_FROM + lane * LANE, LEFT + WIDTH
    end = TOP + target * STEP + HEIGHT * 0.28
    path, starts = "", [TOP + a * STEP + HEIGHT * 0.72 for a in far]
    for start in starts:
        turn = 6 if end > start else -6
        path += (
            f"M{edge} {start:.1f}H{x - 6}Q{x} {start:.1f} {x} {start + turn:.1f}"
            f"V{end - turn:.1f}Q{x} {end:.1f} {x - 6} {end:.1f}H{edge + 7}"
        )
    tip = f"M{edge + 8} {end - 4:.1f}L{edge + 1} {end:.1f}L{edge + 8} {end + 4:.1f}z"
    nearest = min(starts, key=lambda start: abs(start - end))
    first = (nearest + end) / 2 - (len(numbers) - 1) * DOT / 2
    return Line(path, tip, tuple((n, x, first + i * DOT) for i, n in enumerate(numbers)))
