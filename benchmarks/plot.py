"""The growth as a picture: an SVG file, drawn by hand, with a logarithmic axis across."""

from __future__ import annotations

import math
from html import escape
from typing import Any

_WIDTH, _HEIGHT = 720, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 20, 200, 50
_COLOURS = ("#1b6ca8", "#c0392b", "#1e8449", "#b9770e", "#6c3483", "#566573")
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def svg(growth: dict[str, Any]) -> str:
    """One line a kind: microseconds added to a hand-off, by how many things are alive."""
    series = [
        (kind["label"], {int(size): point["added_us"][0] for size, point in kind["points"].items()})
        for kind in growth.values()
    ]
    sizes = sorted({size for _, points in series for size in points})
    most: float = max(value for _, points in series for value in points.values())
    step = next((step for step in _STEPS if most / step <= 8), _STEPS[-1])  # noqa: PLR2004 - lines that are still told apart
    top = step * math.ceil(max(most, step) / step)

    def x(size: int) -> float:
        across = _WIDTH - _LEFT - _RIGHT
        return float(_LEFT + across * math.log10(size) / math.log10(sizes[-1]))

    def y(value: float) -> float:
        down = _HEIGHT - _TOP - _BOTTOM
        return _TOP + down * (1 - max(value, 0) / top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        "<style>text { font: 12px sans-serif }</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    parts += [
        f'<path d="M{_LEFT} {y(value):.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value}</text>'
        for value in range(0, top + 1, step)
    ]
    parts += [
        f'<text x="{x(size):.1f}" y="{_HEIGHT - 30}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    ]
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 8}">alive beside the measured hand-off</text>')
    parts.append(f'<text x="{_LEFT}" y="{_TOP - 6}">µs of CPU added</text>')
    for number, (label, points) in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        line = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in points.items())
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        row = _TOP + 20 + 20 * number
        parts.append(
            f'<path d="M{_WIDTH - _RIGHT + 16} {row}h20" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{_WIDTH - _RIGHT + 42}" y="{row + 4}">{escape(label)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])
