"""Many rounds in three numbers."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spread(NamedTuple):
    """The median, and between which two values half of the rounds lie."""

    median: float
    low: float
    high: float


def of(values: Sequence[float]) -> Spread:
    """The spread of *values*, at least two."""
    low, median, high = statistics.quantiles(values, n=4)
    return Spread(median, low, high)


def ratio(values: Sequence[float], to: Sequence[float]) -> Spread:
    """*values* divided by those of the same round."""
    return of([value / base for value, base in zip(values, to, strict=True)])


def difference(values: Sequence[float], to: Sequence[float]) -> Spread:
    """*values* less those of the same round."""
    return of([value - base for value, base in zip(values, to, strict=True)])


def turns(names: Sequence[str], rounds: int) -> list[list[str]]:
    """An order for each round, so that none of *names* always comes first, or after the same."""
    orders = []
    for number in range(rounds):
        start = number % len(names)
        order = [*names[start:], *names[:start]]
        orders.append(order if number % 2 else order[::-1])
    return orders
