"""The time between two readings and the use in it, without top-ups, resets and falls that were undone. Pure."""

from collections.abc import Sequence
from itertools import pairwise

# Seconds since the epoch, and the amount: an estimate is not exact to the last digit.
Point = tuple[float, float]
# The start and the end of the time between two points, and the use in it. A tuple, for there are many.
Stretch = tuple[float, float, float]

TOP_UP = 0.02  # of the balance before
# An automatic recharge by less than that recurs and makes good much of the use; noise and refunds do not.
_FEWEST_RECHARGES, _MADE_GOOD = 3, 0.5
# A fall is undone if a later reading is back so near to the one before it, in shares of the fall: use goes on.
_BACK_BELOW, _BACK_ABOVE = 0.1, 0.01
# Falls that are undone more often than this, of all, are use that is topped up to a level, or renewed every day; but
# holds, if the balance is seldom below its level, and never by much.
_FEWEST_USUAL, _USUAL = 3, 1 / 3
_SELDOM, _NOT_MUCH = 1 / 3, 1 / 2
# A fall to less than this share of the balance, which is so many times as large as the largest before.
_LITTLE, _SUDDEN = 0.1, 3
# Seconds that a fall is sudden: readings close together see the same hiccup.
_SUDDEN_FOR = 30 * 60


def stretches(points: Sequence[Point]) -> list[Stretch]:
    """Return the time between each two points, without that of top-ups, grants, resets and falls that were undone.

    While nothing is left nothing can be used: that time says nothing of the pace.
    """
    undone = undone_falls([amount for _, amount in points])
    least_rise = 0.0 if _is_recharged(points) else TOP_UP
    found = []
    start, before = points[0] if points else (0.0, 0.0)
    for place, (end, after) in enumerate(points):
        use = before - after
        is_empty = before <= 0 and use <= 0
        if end > start and -use <= least_rise * abs(before) and place not in undone and not is_empty:
            found.append((start, end, use))
        start, before = end, after
    return found


def undone_falls(amounts: Sequence[float]) -> set[int]:
    """Return the places of amounts that belong to a fall which the next reading but one, or but two, undid.

    That is a provider's hiccup (a reading of 0 between two that agree) or a hold that was released, not use.
    """
    return {place for first, last in _undone(amounts) for place in range(first + 1, last + 1)}


def false_readings(amounts: Sequence[float]) -> set[int]:
    """Return the places of the amounts that a fall led to which was undone."""
    return {place for first, last in _undone(amounts) for place in range(first + 1, last)}


def _undone(amounts: Sequence[float]) -> list[tuple[int, int]]:
    """Return the places before and after each fall that was undone."""
    found = []
    falls = 0
    for place in range(1, len(amounts)):
        before, after = amounts[place - 1], amounts[place]
        falls += after < before
        if after - before > TOP_UP * abs(before):
            first = _undone_by(amounts, place)
            found += [(first, place)] if first is not None else []
    is_usual = len(found) >= _FEWEST_USUAL and len(found) > _USUAL * falls
    return [] if is_usual and not _are_holds(amounts, found) else found


def _are_holds(amounts: Sequence[float], falls: Sequence[tuple[int, int]]) -> bool:
    """Tell whether falls that were undone only interrupt a level."""
    below = sum(last - first - 1 for first, last in falls)
    depth = max(1 - min(amounts[first:last]) / amounts[first] if amounts[first] > 0 else 1.0 for first, last in falls)
    return below < _SELDOM * (falls[-1][1] - falls[0][0]) and depth <= _NOT_MUCH


def fell_suddenly(points: Sequence[Point]) -> bool:
    """Tell whether nearly all went at once in the last half hour, as never before, and is still gone."""
    recent = [place for place in range(1, len(points)) if points[-1][0] - points[place][0] <= _SUDDEN_FOR]
    return any(0 < points[place - 1][1] * _LITTLE >= points[-1][1] and _is_sudden(points, place) for place in recent)


def _is_sudden(points: Sequence[Point], place: int) -> bool:
    """Tell whether the fall to the point at this place is far larger than all uses before."""
    fall = points[place - 1][1] - points[place][1]
    return fall > _SUDDEN * max((use for _, _, use in stretches(points[:place])), default=0.0)


def top_up_share(points: Sequence[Point]) -> float:
    """Return the share of the gaps between readings that hold a top-up, which hides use."""
    undone = undone_falls([amount for _, amount in points])
    rises = [
        place
        for place in range(1, len(points))
        if points[place][1] - points[place - 1][1] > TOP_UP * abs(points[place - 1][1])
    ]
    return sum(place not in undone for place in rises) / max(1, len(points) - 1)


def _undone_by(amounts: Sequence[float], rise: int) -> int | None:
    """Return the place before a fall that this rise makes good, one or two readings after it."""
    for first in (rise - 2, rise - 3):
        if first < 0:
            return None
        fall = amounts[first] - min(amounts[first + 1 : rise])
        missing = amounts[first] - amounts[rise]
        if fall > 0 and amounts[first + 1] < amounts[first] and -_BACK_ABOVE * fall <= missing <= _BACK_BELOW * fall:
            return first
    return None


def _is_recharged(points: Sequence[Point]) -> bool:
    """Tell whether rises too small for a top-up recur and make good the use."""
    changes = [after - before for (_, before), (_, after) in pairwise(points) if after != before]
    rises = [change for change in changes if change > 0]
    if len(rises) < _FEWEST_RECHARGES:
        return False
    small = [
        after - before for (_, before), (_, after) in pairwise(points) if 0 < after - before <= TOP_UP * abs(before)
    ]
    return len(small) >= _FEWEST_RECHARGES and sum(small) >= _MADE_GOOD * -sum(
        change for change in changes if change < 0
    )
