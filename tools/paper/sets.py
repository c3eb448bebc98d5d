"""Where the data and the text of the paper are."""
import os

from figures import SETS


def folders(root):
    """GUSS_DATA's folders, then ../shared/data beside the project if it is there."""
    given = [f for f in os.environ.get("GUSS_DATA", "").split(":") if f]
    beside = os.path.join(root, "..", "shared", "data")
    return given + ([os.path.abspath(beside)] if os.path.isdir(beside) else [])


def use(root):
    """Has guss look in them."""
    os.environ["GUSS_DATA"] = ":".join(folders(root))


def paper(root):
    """The folder of the paper's text, tables and weights ($GUSS_PAPER, else
    ../shared/paper), or None."""
    folder = os.environ.get("GUSS_PAPER") or os.path.join(root, "..", "shared", "paper")
    return os.path.abspath(folder) if os.path.isdir(folder) else None


def available(guss, scratch):
    """The names of the sets that guss finds, of SETS."""
    sheet = os.path.join(scratch, "found.png")
    return [name for name in SETS
            if guss.try_run("data", "show", "--count", "1", "-o", sheet, f"{name}/train")]
