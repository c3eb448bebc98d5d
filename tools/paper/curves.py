"""Curves as an SVG picture, light or dark as its viewer is."""
from html import escape

WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 34, 44
COLOURS = (("#0550ae", "#79c0ff"), ("#953800", "#ffa657"), ("#116329", "#7ee787"),
           ("#a40e26", "#ff7b72"), ("#6639ba", "#d2a8ff"), ("#1b6e6e", "#56d4d4"))
STYLE = """text{font:12px system-ui,sans-serif;fill:#3d4450}.title{font-size:15px;font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}.page{fill:#fff}.grid{stroke:#d0d7de}
.curve{fill:none;stroke-width:2}.broken{stroke-dasharray:6 4}
@media(prefers-color-scheme:dark){text{fill:#b6bec9}.page{fill:#0d1117}.grid{stroke:#30363d}}"""


def step_of(span):
    """A round distance of grid lines: about five of them."""
    power = 10.0 ** len(str(int(span))) if span >= 1 else 1.0
    while power > span / 2:
        power /= 10
    return next(power * factor for factor in (0.5, 1, 2, 5, 10) if span / (power * factor) <= 6)


def draw(title, x_name, y_name, xs, curves):
    """`curves`: name, values over `xs`, whether the line is broken."""
    top = max(value for _, values, _ in curves for value in values) * 1.05
    step = step_of(top)

    def x_of(x):
        return LEFT + (x - xs[0]) / (xs[-1] - xs[0]) * (WIDTH - LEFT - RIGHT)

    def y_of(y):
        return HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'width="{WIDTH}" height="{HEIGHT}" role="img"><title>{escape(title)}</title>',
           f"<style>{STYLE}{style_of(len(curves))}</style>",
           '<rect class="page" width="100%" height="100%"/>',
           f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>',
           f'<text class="end" x="{WIDTH - RIGHT}" y="{HEIGHT - 8}">{escape(x_name)}</text>',
           f'<text x="8" y="{TOP - 4}">{escape(y_name)}</text>']
    for i in range(int(top / step) + 1):
        y = y_of(i * step)
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
                   f'<text class="end" x="{LEFT - 6}" y="{y + 4:.1f}">{i * step:.4g}</text>')
    for x in xs if len(xs) <= 10 else (xs[0], xs[-1]):
        out.append(f'<text class="middle" x="{x_of(x):.1f}" y="{HEIGHT - BOTTOM + 18}">{x:,}</text>')
    for i, (name, values, broken) in enumerate(curves):
        points = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in zip(xs, values))
        out.append(f'<polyline class="curve c{i}{" broken" if broken else ""}" points="{points}"/>')
        y = TOP + 18 * (i + 1)
        out.append(f'<path class="curve c{i}{" broken" if broken else ""}" d="M{LEFT + 10} {y}h26"/>'
                   f'<text x="{LEFT + 42}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join(out + ["</svg>", ""])


def style_of(count):
    def rules(shade):
        return "".join(f".c{i}{{stroke:{COLOURS[i % len(COLOURS)][shade]}}}" for i in range(count))
    return f"\n{rules(0)}\n@media(prefers-color-scheme:dark){{{rules(1)}}}\n"
