"""Curves as an SVG picture, light or dark as its viewer is."""
import math
from html import escape

WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 58, 44
COLOURS = (("#0550ae", "#79c0ff"), ("#953800", "#ffa657"), ("#116329", "#7ee787"),
           ("#a40e26", "#ff7b72"), ("#6639ba", "#d2a8ff"), ("#1b6e6e", "#56d4d4"))
STYLE = """text{font:15px system-ui,sans-serif;fill:#3d4450}.title{font-size:18px;font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}.page{fill:#fff}.grid{stroke:#d0d7de}
.curve{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#b6bec9}.page{fill:#0d1117}.grid{stroke:#30363d}}"""


def step_of(span):
    """A round distance of grid lines: about five of them."""
    power = 10.0 ** len(str(int(span))) if span >= 1 else 1.0
    while power > span / 2:
        power /= 10
    return next(power * factor for factor in (0.5, 1, 2, 5, 10) if span / (power * factor) <= 6)


def scale_of(values, is_log):
    """From 0, or from a power of ten on a logarithmic scale, to above the largest: how
    far up a value is, from 0 to 1, and the values of the grid."""
    if not is_log:
        top = max(values) * 1.05
        step = step_of(top)
        return lambda value: value / top, [i * step for i in range(int(top / step) + 1)]
    low, high = math.floor(math.log10(min(values))), math.log10(max(values)) + 0.05
    grid = [factor * 10.0 ** power for power in range(low, math.ceil(high)) for factor in (1, 2, 5)]
    low = max(value for value in grid if value <= min(values))
    base = math.log10(low)
    return (lambda value: (math.log10(value) - base) / (high - base),
            [value for value in grid if base <= math.log10(value) <= high])


def ticks_of(xs):
    """All of a few; else those at round distances."""
    if len(xs) <= 6:
        return xs
    step = step_of(xs[-1])
    return [i * step for i in range(int(xs[-1] / step) + 1) if i * step >= xs[0]]


def draw(one):
    """`one` has title, x_name, y_name, xs, is_log, and curves: name, and values over xs."""
    xs = one.xs
    up, grid = scale_of([value for _, values in one.curves for value in values], one.is_log)

    def x_of(x):
        return LEFT + (x - xs[0]) / (xs[-1] - xs[0]) * (WIDTH - LEFT - RIGHT)

    def y_of(y):
        return HEIGHT - BOTTOM - up(y) * (HEIGHT - TOP - BOTTOM)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'width="{WIDTH}" height="{HEIGHT}" role="img"><title>{escape(one.title)}</title>',
           f"<style>{STYLE}{style_of(len(one.curves))}</style>",
           '<rect class="page" width="100%" height="100%"/>',
           f'<text class="title" x="8" y="20">{escape(one.title)}</text>',
           f'<text class="end" x="{WIDTH - RIGHT}" y="{HEIGHT - 8}">{escape(one.x_name)}</text>',
           f'<text x="8" y="42">{escape(one.y_name)}</text>']
    for value in grid:
        y = y_of(value)
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
                   f'<text class="end" x="{LEFT - 6}" y="{y + 5:.1f}">{label(value)}</text>')
    for x in ticks_of(xs):
        out.append(f'<text class="middle" x="{x_of(x):.1f}" y="{HEIGHT - BOTTOM + 18}">'
                   f"{label(x)}</text>")
    for i, (name, values) in enumerate(one.curves):
        points = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in zip(xs, values))
        out.append(f'<polyline class="curve c{i}" points="{points}"/>')
        if len(one.curves) > 1:
            out.append(legend(i, name, one.is_log))
    return "\n".join(out + ["</svg>", ""])


def legend(index, name, is_right):
    """Where curves that rise, or fall, leave room."""
    x, y = WIDTH - 170 if is_right else LEFT + 10, TOP + 14 + 21 * index
    return (f'<path class="curve c{index}" d="M{x} {y}h26"/>'
            f'<text x="{x + 34}" y="{y + 5}">{escape(name)}</text>')


def label(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.4g}"


def style_of(count):
    def rules(shade):
        return "".join(f".c{i}{{stroke:{COLOURS[i % len(COLOURS)][shade]}}}" for i in range(count))
    return f"\n{rules(0)}\n@media(prefers-color-scheme:dark){{{rules(1)}}}\n"
