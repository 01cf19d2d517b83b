"""Curves as SVG, with nothing but text: a logarithmic axis of sizes, and costs from zero up."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 56, 44
COLOURS = ("#0b6bcb", "#c2410c", "#15803d")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}line{stroke:#8886}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}rect{fill:#1b1b1b}}"
)


@dataclass(frozen=True)
class Curve:
    """One line: its name, and a value for each size."""

    name: str
    values: Sequence[float]


def draw(title: str, sizes: Sequence[int], unit: str, curves: Sequence[Curve]) -> str:
    """The picture of curves over the same sizes; `unit` says what is counted, with its own unit last."""
    top = _round_up(max(value for curve in curves for value in curve.values) * 1.15)
    begin, end = log10(sizes[0]), log10(sizes[-1])

    def place(size: float, value: float) -> tuple[float, float]:
        across = LEFT + (log10(size) - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f'<title>{escape(title)}</title><style>{STYLE}</style><rect width="100%" height="100%" fill="#fff" rx="8"/>',
        f'<text x="{LEFT}" y="22" style="font-weight:600">{escape(title)}</text>',
    ]
    for step in range(5):
        value = top * step / 4
        _, down = place(sizes[0], value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down:.1f}" y2="{down:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{down + 4:.1f}" text-anchor="end">{value:g}</text>')
    for size in sizes:
        across, down = place(size, 0)
        anchor = "end" if size == sizes[-1] else "middle"
        parts.append(f'<text x="{across:.1f}" y="{down + 18:.1f}" text-anchor="{anchor}">{size:,}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{escape(unit)}</text>')
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        points = [place(size, value) for size, value in zip(sizes, curve.values, strict=True)]
        line = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" fill="{colour}"/>' for across, down in points]
        parts.append(f'<circle cx="{LEFT + 190 * number + 5}" cy="40" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + 190 * number + 16}" y="44">{escape(curve.name)}</text>')
    return "".join([*parts, "</svg>\n"])


def _round_up(value: float) -> float:
    """To two digits, so that a quarter of it reads well."""
    unit = 10 ** (ceil(log10(value)) - 1)
    return ceil(value / unit * 2) / 2 * unit
