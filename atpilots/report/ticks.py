"""Which values stand below a scale: its ends and round numbers between, few enough for a narrow picture."""

from __future__ import annotations

import math

LARGE = 1000  # from here numbers have a comma, and few fit beside each other


def scale_ticks(low: float, high: float) -> list[float]:
    """Both ends of a scale, and even steps between where they are whole numbers, else round numbers between.

    Long numbers would touch each other: a large scale shows its ends only.
    """
    if max(abs(low), abs(high)) >= LARGE:
        return [low, high]
    for parts in (5, 4, 3, 2):
        steps = [low + (high - low) * part / parts for part in range(parts + 1)]
        if all(float(step).is_integer() for step in steps):
            return steps
    if low == -high:
        between = change_ticks(high)
    else:
        from matplotlib.ticker import MaxNLocator

        between = [float(tick) for tick in MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high)]
    room = (high - low) / 5
    return [low, *(tick for tick in between if low + room < tick < high - room), high]


def change_ticks(half: float) -> list[float]:
    """Round numbers on both sides of no change, few enough for a narrow picture: two on a side, or one."""
    unit = 10.0 ** math.floor(math.log10(half))
    if half >= LARGE:
        return [-half, 0, half]
    steps = [unit * part for part in (5, 4, 2.5, 2, 1, 0.5, 0.4, 0.25)]
    step = next((step for step in steps if half // step == 2), None) or next(step for step in steps if step <= half)
    count = int(half // step)
    return [step * position for position in range(-count, count + 1)]


def tick_label(value: float) -> str:
    """A tick's label."""
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"
    return text.replace("-", "−")


def change_tick_label(value: float) -> str:
    """A tick's label on an axis of changes."""
    return f"{'+' if value > 0 else ''}{tick_label(value)}"
