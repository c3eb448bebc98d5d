"""The report: every figure beside what the paper says of it, and the claims."""
import os
import platform
import shutil

import curves
import document
import forecast
from document import Heading, Listing, Paragraph, Picture, Table
from figures import FIGURES, MODELS, PUBLIC_SETS, RUNS, SETS
from guss import call
from measures import SHIFTS

WITHHELD = "Not shown here: {data} has no licence. `make paper` draws it where the set is."


class Report:
    """Written to `folder`; `is_public` leaves out what may not be published."""

    def __init__(self, folder, work, is_public=False):
        self.folder, self.work, self.is_public = folder, work, is_public
        self.guss, self.parts = work.guss, work.parts
        self.pictures = os.path.join(folder, "pictures")
        os.makedirs(self.pictures, exist_ok=True)
        for name in os.listdir(self.pictures):
            if name.startswith(("figure-", "shifted-")):   # of an earlier report
                os.remove(os.path.join(self.pictures, name))

    def write(self):
        judge = self.work.judge()
        blocks = self.head() + self.claims(judge.claims(), judge.curves)
        for figure in FIGURES:
            blocks += self.figure(figure)
        blocks += self.whole_text() + self.costs() + self.versions()
        document.write_markdown(blocks, os.path.join(self.folder, "report.md"))
        document.write_html(blocks, os.path.join(self.folder, "report.html"))

    # ---- beginning -----------------------------------------------------------------

    def head(self):
        work = self.work
        blocks = [Heading(1, "The paper, reproduced"),
                  Paragraph("Tables, figures and claims of “Bildgenerierung mit neuronalen "
                            "Netzen” (T. Temkeng, 2020), made anew by `make paper`" +
                            (f" with **{work.budget_words}**." if work.budget_words else "."))]
        missing = [SETS[name] for name in SETS if name not in work.sets]
        if missing:
            blocks.append(Paragraph(f"**Not found: {', '.join(missing)}.** Their figures are not "
                                    "made; the drawn faces, which guss makes itself, stand in for "
                                    "them. `GUSS_DATA` names the folders where sets are looked "
                                    "for; `guss data fetch mnist` downloads MNIST."))
        if self.is_public:
            blocks.append(Paragraph("Smile and Smile-2 have no licence: nothing that shows them, or "
                                    "was trained on them, is in this folder, but what was measured "
                                    "of them is. The drawn faces, which guss makes itself, stand "
                                    "beside."))
        unfinished = [part for part in self.parts.values() if not part.is_done]
        if unfinished:
            blocks.append(Paragraph("**Unfinished**, and shown as far as they are: " + "; ".join(
                f"`{part.run.name}` {part.updates:,} of {part.wanted:,} updates"
                for part in unfinished) + ". The same command goes on with them."))
        return blocks

    def claims(self, claims, shifted):
        blocks = [Heading(2, "Claims"),
                  Paragraph("What makes a verdict stands with each claim. Three of these rules were "
                            "made stricter after first trials: blank images passed for carrying "
                            "features, and short runs and times of a busy machine decided what they "
                            "cannot. No setting was tuned to reach a verdict. Fréchet distances are those of 400 images to "
                            "the training set in the 32 numbers that the deep autoencoder, trained "
                            "on the same set, codes them as; “real pictures” are 400 of the test "
                            "set, or one half of the training set against the other. Stroke pixels "
                            "differ from the paper by more than half of the range; one comes back "
                            "where it is redrawn on that side.")]
        counts = {}
        for finding in (finding for claim in claims for finding in claim.findings):
            counts[finding.verdict] = counts.get(finding.verdict, 0) + bool(finding.verdict)
        blocks.append(Paragraph(", ".join(f"{count} {word}" for word, count in counts.items()
                                          if count) + "."))
        for claim in claims:
            blocks += [Heading(3, f"{claim.number}. {claim.text}")]
            if claim.rule:
                blocks.append(Paragraph(f"Confirmed where: {claim.rule}."))
            blocks.append(Table(("of", "verdict", "measured"), tuple(
                (finding.subject, f"**{finding.verdict}**" if finding.verdict else "",
                 finding.measured) for finding in claim.findings)))
        for one in shifted:
            path = os.path.join(self.pictures, f"{self.public_name(one.name)}.svg")
            document.write(path, curves.draw(
                one.title, "pixels moved", "mean squared error", list(SHIFTS),
                [(name, errors, False) for name, errors in one.curves]))
            blocks.append(Picture(self.relative(path), f"{one.title}; means over four directions."))
        return blocks

    @staticmethod
    def public_name(name):
        """A set's name as files are called after it."""
        return name.replace("smile2", "strokes").replace("smile-", "paper-")

    def relative(self, path):
        return os.path.relpath(path, self.folder)

    # ---- figures --------------------------------------------------------------------

    def figure(self, figure):
        blocks = [Heading(2, f"Figure {figure.number}"), Paragraph(f"**{figure.title}.**"),
                  Paragraph(f"The paper: {figure.says}")]
        if self.work.budget_words and figure.kind == "sheets":
            blocks.append(Paragraph(f"Made with **{self.work.budget_words}**."))
        if figure.note:
            blocks.append(Paragraph(figure.note))
        blocks += getattr(self, f"{figure.kind}_blocks")(figure)
        return blocks + [Paragraph(f"This figure alone: `make paper FIGURE={figure.number}`.")]

    def picture(self, figure, part=""):
        number = figure.number.rjust(3 if figure.number[-1].isalpha() else 2, "0")
        name = f"figure-{number}{'-' if part else ''}{part}"
        return os.path.join(self.pictures, name)

    def data_blocks(self, figure):
        blocks = []
        for reference in figure.subjects:
            data = reference.split("/")[0]
            blocks.append(Heading(3, SETS[data][0].upper() + SETS[data][1:]))
            if data not in self.work.sets:
                blocks.append(Paragraph("Not found."))
                continue
            path = self.picture(figure, self.public_name(data)) + ".png"
            said = self.guss.run("data", "show", reference, "-o", path).strip()
            test = self.guss.run("data", "show", f"{data}/test", "-o",
                                 self.work.scratch("test.png")).strip()
            if self.is_public and data not in PUBLIC_SETS:
                os.remove(path)
                blocks.append(Paragraph(WITHHELD.format(data=SETS[data])))
            else:
                blocks.append(Picture(self.relative(path), "The first hundred samples."))
            blocks.append(Listing(f"{said}\n{test}"))
        return blocks

    def drawing_blocks(self, figure):
        schedule = figure.subjects[0]
        path = self.picture(figure) + ".svg"
        self.guss.run("graph", self.guss.model(schedule.split(".")[0]),
                      self.guss.schedule(schedule), "-o", path)
        return [Picture(self.relative(path), f"What `models/{schedule}.yaml` trains, drawn by "
                        "`guss graph`.")]

    def table_blocks(self, figure):
        model = self.guss.model(figure.subjects[0])
        blocks = [Listing(self.guss.run("summary", model))]
        if not self.work.paper:
            return blocks + [Paragraph("The published table was not found, so that it is not "
                                       "compared.")]
        table = os.path.join(self.work.paper, "tables", figure.table)
        status, said = self.guss.status_of("diff", model, table)
        return blocks + [self.compared(f"guss diff {os.path.basename(model)} {figure.table}", status,
                                       said)]

    def compared(self, command, status, said):
        lines = said.replace(f"{self.work.paper}{os.sep}", "").strip()
        words = "no difference" if status == 0 else "differences"
        return Listing(f"$ {command}\n{lines + chr(10) if lines else ''}status {status}: {words}")

    def whole_text(self):
        text = os.path.join(self.work.paper or "", "paper.de.txt")
        if not self.work.paper or not os.path.exists(text):
            return []
        blocks = [Heading(2, "The tables in the paper's text"),
                  Paragraph("Every model against the whole text of the paper as the table file.")]
        for model in MODELS:
            status, said = self.guss.status_of("diff", self.guss.model(model), text)
            blocks.append(self.compared(f"guss diff {model}.nn paper.de.txt", status, said))
        return blocks

    # ---- sheets ---------------------------------------------------------------------

    def sheets_blocks(self, figure):
        blocks, shown = [], set()
        for index, sheet in enumerate(figure.sheets):
            blocks.append(Heading(3, sheet.title))
            part = self.parts.get(sheet.run)
            if part is None:
                blocks.append(Paragraph(f"{SETS[RUNS[sheet.run].data]} was not found."))
            elif not part.is_begun:
                blocks.append(Paragraph("**Unfinished**: not begun yet."))
            else:
                blocks += self.sheet(figure, index, sheet, part, shown)
        return blocks

    def sheet(self, figure, index, sheet, part, shown):
        wanted = sheet.at or part.run.full * part.run.updates
        reached = min(part.updates, wanted)
        if reached < wanted and (sheet.run, "unfinished") in shown:
            return [Paragraph(f"**Not reached**: {part.updates:,} of {wanted:,} updates; the sheet "
                              "above is the newest.")]
        if reached < wanted:
            shown.add((sheet.run, "unfinished"))
        caption = self.caption(part, reached, wanted)
        if self.is_public and part.run.data not in PUBLIC_SETS:
            withheld = WITHHELD.format(data=SETS[part.run.data])
            return [Paragraph(f"{withheld} {caption}"), self.facts(part, reached)]
        name = f"{chr(ord('a') + index)}-{self.public_name(part.run.data)}"
        path = self.picture(figure, name) + ".png"
        self.draw(part, reached, path)
        return [Picture(self.relative(path), caption), self.facts(part, reached)]

    @staticmethod
    def caption(part, reached, wanted):
        passes = reached / part.run.pass_updates
        text = f"After {reached:,} updates, {passes:,.4g} passes."
        if reached >= wanted:
            return text
        share = f"{100 * reached / wanted:.1f} %" if reached / wanted >= 0.001 else "below 0.1 %"
        return f"**Unfinished**: {share} of {wanted:,} updates. {text}"

    def draw(self, part, updates, path):
        """The sheet that the run drew then, or of the state that was kept."""
        made = part.sheet(updates)
        if made:
            shutil.copyfile(made, path)
            return
        weights = part.state(updates) or part.folder
        if part.run.is_gan:
            layout = part.layout()
            call(part.model, "generate", "--weights", weights, "--schedule",
                 part.path("schedule.yaml"), "--seed", str(part.record()["seed"]), "--count",
                 layout["count"], "--columns", layout["columns"], "--output", path)
        else:
            call(part.model, "reconstruct", "--weights", weights, "--schedule",
                 part.path("schedule.yaml"), "--input", f"{part.run.data}/test", "--output", path)

    def facts(self, part, reached):
        record, log = part.record(), part.log()
        epoch = next((i for i, n in enumerate(log.get("iteration", [])) if n >= reached), -1)
        measures = "; ".join(f"{name} {log[name][epoch]:.4g}" for name in log
                             if name not in ("epoch", "iteration") and log[name])
        settings = " ".join((f"models/{part.run.schedule}.yaml",
                             *(f"--set {setting}" for setting in part.run.settings)))
        threads = record.get("threads") or os.cpu_count()
        rows = (("schedule", f"`{settings}`"), ("seed", str(record.get("seed"))),
                ("updates", f"{int(log['iteration'][epoch]) if log.get('iteration') else 0:,}"),
                ("measures", measures or "none yet"),
                ("time of the run so far", f"{forecast.text(record.get('seconds', 0))} for "
                                           f"{part.updates:,} updates, {count_threads(threads)}"),
                ("peak memory", f"{record.get('peak_memory_bytes', 0) / 1e6:.1f} MB"))
        return Table(("", ""), rows)

    # ---- end ------------------------------------------------------------------------

    def costs(self):
        """What every run took, beside what its steps alone take."""
        rows = []
        for part in self.parts.values():
            record = part.record()
            if not part.is_begun or not record.get("seconds"):
                continue
            each = record["seconds"] * 1000 / max(record.get("iteration", 0), 1)
            rows.append((f"`{part.run.name}`", f"{record.get('iteration', 0):,}",
                         forecast.text(record["seconds"]), f"{each:.3g}",
                         f"{part.ms_per_step:.3g}" if part.ms_per_step else "",
                         f"{record.get('peak_memory_bytes', 0) / 1e6:.1f}",
                         record.get("state", "")))
        if not rows:
            return []
        return [Heading(2, "Time and memory"),
                Paragraph("Of all runs. A step is what `bench` measures, with "
                          f"{count_threads(self.guss.threads)}, before the run; an update of the run has "
                          "validation, sheets, log and checkpoints in it, and whatever else the "
                          "machine did meanwhile. Steps were timed under a load of up to "
                          f"{self.work.steps.load():.1f} on {os.cpu_count()} processors."),
                Table(("run", "updates", "time", "ms an update", "ms a step", "peak MB", "state"),
                      tuple(rows))]

    def versions(self):
        record = next((part.record() for part in self.parts.values() if part.is_begun), {})
        rows = [("guss", self.guss.run("--version").strip().splitlines()[0]),
                ("C compiler", record.get("compiler", "")), ("target", record.get("target", "")),
                ("processor", f"{record.get('processor', '')}, {os.cpu_count()} of them"),
                ("Python", platform.python_version())]
        for name in SETS:
            sums = self.sums(name)
            if sums:
                rows.append((f"{SETS[name]}, SHA-256", ", ".join(f"{which} `{value[:16]}…`"
                                                                 for which, value in sums)))
        return [Heading(2, "Versions"), Table(("", ""), tuple(rows))]

    def sums(self, name):
        for part in self.parts.values():
            data = part.record().get("data", {})
            if part.run.data == name and data:
                return [(which, data[which]["sha256"]) for which in data
                        if data[which].get("sha256")]
        return []


def count_threads(threads):
    return f"{threads} thread{'' if threads == 1 else 's'}"
