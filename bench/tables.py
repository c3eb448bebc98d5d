"""What was measured, as Markdown and as a picture."""

import html
import statistics

LABELS = {"torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow"}
COLOURS = {"torch": "#d1495b", "jax": "#30638e", "tensorflow": "#edae49"}


def middle(values):
    return statistics.median(values)


def spread(values):
    """Half of what lies between the least and the most, of the median."""
    return (max(values) - min(values)) / 2 / middle(values)


def milliseconds(value):
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def best_peer(contest):
    """Name and milliseconds of the fastest peer, or None."""
    timed = {name: middle(peer["ms"]) for name, peer in contest["peers"].items()
             if peer["ms"]}
    return min(timed.items(), key=lambda each: each[1]) if timed else None


def names_of_peers(result):
    return [name for name in LABELS
            if any(name in contest["peers"] for network in result["networks"]
                   for contest in network["threads"].values())]


def row(network, threads, names):
    contest = network["threads"][threads]
    guss = contest["guss"]
    own = middle(guss["ms"])
    share = middle(guss["gflops"]) / max(guss["peak_gflops"])
    best = best_peer(contest)
    cells = [f"{network['name']} ({network['batch']})", threads, milliseconds(own),
             f"{spread(guss['ms']):.0%}", f"{share:.0%}"]
    for name in names:
        times = contest["peers"].get(name, {}).get("ms")
        cells.append(milliseconds(middle(times)) if times else "-")
    cells += [LABELS[best[0]], f"{best[1] / own:.2f}"] if best else ["-", "-"]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def steps_table(result):
    names = names_of_peers(result)
    head = ["network (batch)", "threads", "guss, ms", "±", "of peak",
            *(f"{LABELS[name]}, ms" for name in names), "best peer", "times"]
    yield "| " + " | ".join(head) + " |"
    yield "| --- |" + " ---: |" * (4 + len(names)) + " --- | ---: |"
    for network in result["networks"]:
        for threads in network["threads"]:
            yield row(network, threads, names)


def summary(result):
    """The median, and the least, of how many times faster guss is."""
    for threads in sorted({each for network in result["networks"]
                           for each in network["threads"]}):
        ratios = {}
        for network in result["networks"]:
            contest = network["threads"].get(threads)
            best = contest and best_peer(contest)
            if best:
                ratios[network["name"]] = best[1] / middle(contest["guss"]["ms"])
        if ratios:
            least = min(ratios, key=ratios.get)
            yield (f"Threads {threads}: {middle(list(ratios.values())):.2f} times the "
                   f"best peer's speed in the median of {len(ratios)} networks, "
                   f"{ratios[least]:.2f} at least ({least}).")


def ways_table(result):
    yield "| network | threads | peer | its fastest way | others, ms |"
    yield "| --- | ---: | --- | --- | --- |"
    for network in result["networks"]:
        for threads, contest in network["threads"].items():
            for name, peer in contest["peers"].items():
                ways = dict(sorted(peer["ways"].items(), key=lambda each: each[1]))
                others = [f"{way} {milliseconds(ms)}" for way, ms in ways.items()
                          if way != peer.get("way")]
                others += [f"{way}: {error}" for way, error in
                           peer.get("errors", {}).items()]
                others += [peer[key] for key in ("error", "left") if key in peer]
                yield (f"| {network['name']} | {threads} | {LABELS[name]} | "
                       f"{peer.get('way', '-')} | {'; '.join(others)} |")


def builds_table(result):
    yield "| guss build | seconds | emitted, KB |"
    yield "| --- | ---: | ---: |"
    for network in result["networks"]:
        yield (f"| {network['name']} | {network['build_s']:.1f} | "
               f"{network['emitted_kb']:.0f} |")


def markdown(result, picture_name=None):
    """The page: steps, what they come to, ways and builds."""
    lines = [f"# A training step, {result['date']}", "",
             f"{result['processor']}, {result['processors']} processors. "
             + ", ".join(result["versions"].values())
             + f". {result['rounds']} rounds of {result['seconds']:g} s.", ""]
    if picture_name:
        lines += [f"![how many times longer the peers take]({picture_name})", ""]
    for part in (steps_table, summary, ways_table, builds_table):
        lines += [*part(result), ""]
    return "\n".join(lines)


# ---- the picture ---------------------------------------------------------------

LEFT, WIDTH, ROW, TOP = 210, 460, 18, 46
LEAST, MOST = 0.5, 32.0     # times, the ends of the axis


def place(times):
    """Where so many times stand, on a logarithmic axis."""
    from math import log2
    share = log2(min(max(times, LEAST), MOST) / LEAST) / log2(MOST / LEAST)
    return LEFT + WIDTH * share


def text(x, y, what, anchor="start", extra=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>'
            f"{html.escape(what)}</text>")


def axis(height):
    for times in (0.5, 1, 2, 4, 8, 16, 32):
        x = place(times)
        wide = 2 if times == 1 else 0.5
        yield (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - 8}" '
               f'stroke="currentColor" stroke-width="{wide}" opacity="0.5"/>')
        yield text(x, TOP - 12, f"{times:g}", "middle")


def dots(contest, y):
    own = middle(contest["guss"]["ms"])
    for name, peer in contest["peers"].items():
        if peer["ms"]:
            x = place(middle(peer["ms"]) / own)
            yield (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" '
                   f'fill="{COLOURS[name]}"><title>{LABELS[name]}: '
                   f'{middle(peer["ms"]) / own:.2f} times</title></circle>')


def picture(result):
    """A row a network and count of threads, a dot a peer: how many times guss's
    milliseconds it takes."""
    rows = [(network, threads) for network in result["networks"]
            for threads in network["threads"]]
    height = TOP + ROW * len(rows) + 12
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" '
             f'viewBox="0 0 {LEFT + WIDTH + 30} {height}" '
             f'font-family="sans-serif" font-size="12">',
             "<style>svg { color: #222; background: #fff } text { fill: currentColor } "
             "@media (prefers-color-scheme: dark) "
             "{ svg { color: #ddd; background: #111 } }</style>",
             text(10, 16, "a step's time, as times guss's")]
    for number, name in enumerate(names_of_peers(result)):
        x = LEFT + 90 + 110 * number
        lines += [f'<circle cx="{x - 10}" cy="12" r="4.5" fill="{COLOURS[name]}"/>',
                  text(x, 16, LABELS[name])]
    lines += axis(height)
    for number, (network, threads) in enumerate(rows):
        y = TOP + ROW * (number + 0.5)
        lines += [text(LEFT - 12, y + 4, f"{network['name']}, {threads}", "end"),
                  *dots(network["threads"][threads], y)]
    return "\n".join([*lines, "</svg>", ""])
