"""A report as a list of blocks, written as Markdown and as one HTML file.

Texts have `code`, **bold** and [links](target) in them, as in Markdown."""
import base64
import os
import re
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    is_target: bool = False   # of links, as those of level 2 are


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Listing:
    """Lines as they are."""
    text: str


@dataclass(frozen=True)
class Table:
    """A `header` of nothing is not shown. The rows of one that `stacks` stand
    below one another where the screen is narrow; others are moved sideways."""
    header: tuple
    rows: tuple
    stacks: bool = False


@dataclass(frozen=True)
class Picture:
    """A file, named from the report's folder; a drawing has text in it."""
    path: str
    caption: str
    is_drawing: bool = False


# ---- Markdown ---------------------------------------------------------------------


def markdown_of(block):
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Listing):
        return f"```text\n{block.text.rstrip()}\n```"
    if isinstance(block, Picture):
        return f"![{block.caption}]({block.path})\n\n{block.caption}"
    if isinstance(block, Table):
        rows = [block.header, ["---"] * len(block.header), *block.rows]
        return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
                         for row in rows)
    return block.text


def write_markdown(blocks, path):
    write(path, "\n\n".join(markdown_of(block) for block in blocks) + "\n")


# ---- HTML -------------------------------------------------------------------------

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --rule: #d0d7de; --soft: #f6f8fa; --text: #1f2328; --page: #fff }}
@media (prefers-color-scheme: dark) {{
  :root {{ --rule: #30363d; --soft: #161b22; --text: #e6edf3; --page: #0d1117 }} }}
body {{ margin: 0 auto; max-width: 58rem; padding: 1rem; background: var(--page);
  color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif }}
h2 {{ border-bottom: 1px solid var(--rule); margin-top: 2.5rem; padding-bottom: .2rem }}
figure {{ margin: 1rem 0 }}
figure img {{ max-width: 100%; height: auto; border: 1px solid var(--rule) }}
figcaption {{ font-size: .9rem }}
.wide {{ margin: 1rem 0; overflow-x: auto }}
table {{ border-collapse: collapse; font-size: .9rem }}
th, td {{ border: 1px solid var(--rule); padding: .25rem .6rem; text-align: left;
  vertical-align: top }}
th {{ background: var(--soft) }}
.lists {{ font-size: .8rem }}
.lists th, .lists td {{ padding: .2rem .45rem }}
.facts code {{ overflow-wrap: anywhere }}
pre {{ background: var(--soft); font-size: min(.8rem, 2.05vw); overflow-x: auto; padding: .6rem }}
nav {{ display: flex; flex-wrap: wrap; gap: .3rem .9rem; font-size: .9rem }}
@media (max-width: 40rem) {{
  .wide img {{ max-width: none; width: 44rem }}
  .stacks, .stacks tbody, .stacks tr, .stacks td {{ display: block }}
  .stacks tr:has(th) {{ display: none }}
  .stacks tr {{ border: 1px solid var(--rule); margin-bottom: .5rem; padding: .3rem .6rem }}
  .stacks td {{ border: 0; padding: .1rem 0 }} }}
@media print {{ body {{ max-width: none; font-size: 10pt }} nav {{ display: none }}
  figure, table, pre {{ break-inside: avoid }} h2, h3 {{ break-after: avoid }}
  pre {{ white-space: pre-wrap }} }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
KINDS = {".png": "image/png", ".svg": "image/svg+xml"}


def html_text(text):
    text = escape(text, quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\[([^]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)


def anchor(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def data_uri(path):
    with open(path, "rb") as file:
        data = base64.b64encode(file.read()).decode("ascii")
    return f"data:{KINDS[os.path.splitext(path)[1]]};base64,{data}"


def html_of(block, folder):
    if isinstance(block, Heading):
        is_target = block.level < 3 or block.is_target
        name = f' id="{anchor(block.text)}"' if is_target else ""
        return f"<h{block.level}{name}>{html_text(block.text)}</h{block.level}>"
    if isinstance(block, Listing):
        return f"<pre>{escape(block.text.rstrip(), quote=False)}</pre>"
    if isinstance(block, Picture):
        caption = html_text(block.caption)
        image = (f'<img alt="{escape(block.caption)}" '
                 f'src="{data_uri(os.path.join(folder, block.path))}">')
        if block.is_drawing:
            image = f'<div class="wide">{image}</div>'
        return f"<figure>{image}\n<figcaption>{caption}</figcaption></figure>"
    if isinstance(block, Table):
        header = [("th", block.header)] * any(block.header)
        rows = [f"<tr>{''.join(f'<{cell}>{html_text(str(text))}</{cell}>' for text in row)}</tr>"
                for cell, row in [*header, *(("td", row) for row in block.rows)]]
        kind = "stacks" if block.stacks else "lists" if header else "facts"
        return f'<div class="wide"><table class="{kind}">\n' + "\n".join(rows) + "\n</table></div>"
    return f"<p>{html_text(block.text)}</p>"


def write_html(blocks, path):
    """Pictures become part of the file."""
    folder = os.path.dirname(path)
    body = [html_of(block, folder) for block in blocks]
    links = [f'<a href="#{anchor(block.text)}">{html_text(block.text)}</a>'
             for block in blocks if isinstance(block, Heading) and block.level == 2]
    body.insert(1, f"<nav>{' '.join(links)}</nav>")
    title = next(block.text for block in blocks if isinstance(block, Heading))
    write(path, PAGE.format(title=escape(title), body="\n".join(body)))


def write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)
