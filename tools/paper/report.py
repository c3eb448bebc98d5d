"""The report: every figure beside what the paper says of it, and the claims."""
import math
import os
import platform
import shutil

import curves
import document
import forecast
from document import Heading, Listing, Paragraph, Picture, Table
from figures import FIGURES, MODELS, PUBLIC_SETS, RUNS, SETS
from guss import call, path_of

WITHHELD = "Not shown here: {data} has no licence. `make paper` draws it where the set is."
ABOUT_CLAIMS = (
    "What makes a verdict stands with each claim. Some of these rules were made stricter after "
    "first trials: blank images passed for carrying features, short runs and times of a busy "
    "machine decided what they cannot, a page full of ink would have brought every stroke back, "
    "and of two distances the smaller one won where it depends on which images are drawn. None "
    "was loosened, and no setting was tuned to reach a verdict. Fréchet distances are those of 400 "
    "images to the training set in the 32 numbers that the deep autoencoder, trained on the same "
    "set, codes them as; of a GAN they are means of five draws of 400 images, with the least and "
    "the greatest. Reconstructions are of 400 test pictures of MNIST and of all training pictures "
    "of the others, whose test sets are too small; “real pictures” are 400 of the test set, or one "
    "half of the training set against the other. Stroke pixels differ from the paper by more than "
    "half of the range; one comes back where it is redrawn on that side.")
ABOUT_TIME = (
    "Of all runs. What is outside a run's steps is measured in it: the time of the run but for "
    "that in which updates were computed, so that validation, sheets, log and checkpoints are in "
    "it. Of autoencoders on MNIST that is the validation after each epoch above all; of those on "
    "the small sets, whose epochs have two updates, all that an epoch ends with. Other work on the "
    "machine lengthens times, and of processors' time what threads wait for one another; `bench` "
    "timed a step alone, before the run, with {threads} on {processors} processors, beside the "
    "load of the machine that is shown.")


class Report:
    """Written to `folder`; `is_public` leaves out what may not be published."""

    def __init__(self, folder, work, is_public=False):
        self.folder, self.work, self.is_public = folder, work, is_public
        self.guss, self.parts = work.guss, work.parts
        self.pictures = os.path.join(folder, "pictures")
        os.makedirs(self.pictures, exist_ok=True)
        for name in os.listdir(self.pictures):
            if name.startswith(("figure-", "shifted-", "distance-")):   # of an earlier report
                os.remove(os.path.join(self.pictures, name))

    def write(self):
        blocks = self.head()
        with self.work.spent.on(forecast.REPORT):
            claims = self.work.judge().claims()
            blocks += self.claims(claims)
            for figure in FIGURES:
                blocks += self.figure(figure, claims)
            blocks += self.whole_text()
        blocks += self.costs() + self.versions()
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

    def claims(self, claims):
        counts = {}
        for finding in (finding for claim in claims for finding in claim.findings):
            counts[finding.verdict] = counts.get(finding.verdict, 0) + 1
        blocks = [Heading(2, "Claims"), Paragraph(ABOUT_CLAIMS), Paragraph(
            ", ".join(f"{count} {word}" for word, count in counts.items()) + ".")]
        for claim in claims:
            blocks.append(Heading(3, title_of(claim), is_target=True))
            if claim.rule:
                blocks.append(Paragraph(f"Confirmed where: {claim.rule}."))
            blocks.append(Table(("of", "verdict", "measured"), tuple(
                (finding.subject, f"**{finding.verdict}**", finding.measured)
                for finding in claim.findings), stacks=True))
            blocks += [self.drawn(one) for one in claim.curves]
        return blocks

    def drawn(self, one):
        """The picture of a claim's curves."""
        path = os.path.join(self.pictures, f"{self.public_name(one.name)}.svg")
        document.write(path, curves.draw(one))
        return Picture(self.relative(path), one.caption)

    @staticmethod
    def public_name(name):
        """A set's name as files are called after it."""
        return name.replace("smile2", "strokes").replace("smile-", "paper-")

    def relative(self, path):
        return os.path.relpath(path, self.folder)

    # ---- figures --------------------------------------------------------------------

    def figure(self, figure, claims):
        blocks = [Heading(2, f"Figure {figure.number}"), Paragraph(f"**{figure.title}.**"),
                  Paragraph(f"The paper: {figure.says}")]
        if self.work.budget_words and figure.kind == "sheets":
            blocks.append(Paragraph(f"Made with **{self.work.budget_words}**."))
        if figure.note:
            blocks.append(Paragraph(figure.note))
        blocks += getattr(self, f"{figure.kind}_blocks")(figure)
        links = [f"[{claim.number}](#{document.anchor(title_of(claim))})" for claim in claims
                 if claim.number in figure.claims]
        if links:
            blocks.append(Paragraph(f"Measured: claims {', '.join(links)}."))
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
                        "`guss graph`.", is_drawing=True)]

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
        if reached < wanted and {(sheet.run, "unfinished"), (sheet.run, reached)} & shown:
            return [Paragraph(f"**Not reached**: {part.updates:,} of {wanted:,} updates; the sheet "
                              "above is the newest.")]
        if reached < wanted:
            shown.add((sheet.run, "unfinished"))
        caption = self.caption(part, reached, wanted)
        facts = self.facts(part, reached, is_first=sheet.run not in shown)
        shown |= {sheet.run, (sheet.run, reached)}
        if self.is_public and part.run.data not in PUBLIC_SETS:
            withheld = WITHHELD.format(data=SETS[part.run.data])
            return [Paragraph(f"{withheld} {caption}"), facts]
        name = f"{chr(ord('a') + index)}-{self.public_name(part.run.data)}"
        path = self.picture(figure, name) + ".png"
        self.draw(part, reached, path)
        return [Picture(self.relative(path), caption), facts]

    @staticmethod
    def caption(part, reached, wanted):
        passes = reached / part.run.pass_updates
        passes = f"{passes:,.0f}" if passes >= 100 else f"{passes:.3g}"
        text = f"After {reached:,} updates, {passes} passes."
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

    def facts(self, part, reached, is_first):
        """Of a run's further sheets only what differs."""
        rows = (("measures then", self.measures(part, reached)),)
        return Table(("", ""), self.settings(part) + rows if is_first else rows)

    @staticmethod
    def measures(part, reached):
        """The last row of the log up to a sheet; of some measures not every row has one."""
        log = part.log()
        rows = [i for i, count in enumerate(log.get("iteration", [])) if count <= reached]
        if not rows:
            return "none yet"
        return "; ".join(f"{name} {log[name][rows[-1]]:.4g}" for name in log
                         if name not in ("epoch", "iteration")
                         and not math.isnan(log[name][rows[-1]]))

    @staticmethod
    def settings(part):
        record = part.record()
        settings = " ".join((f"{path_of(part.run.schedule)}.yaml",
                             *(f"--set {setting}" for setting in part.run.settings)))
        return (("schedule", f"`{settings}`"), ("seed", str(record.get("seed"))),
                ("the run so far", f"{part.updates:,} updates in "
                                   f"{forecast.text(record.get('seconds', 0))}, "
                                   f"{count_threads(part.threads)}, at most "
                                   f"{record.get('peak_memory_bytes', 0) / 1e6:.1f} MB"))

    # ---- end ------------------------------------------------------------------------

    def costs(self):
        """What every run took, and what was outside its steps; and all together."""
        parts = [part for part in self.parts.values()
                 if part.is_begun and part.record().get("seconds")]
        if not parts:
            return []
        header = ("run", "updates", "time", "of processors", "threads", "ms an update",
                  "outside steps", "ms a step, `bench`", "load then", "peak MB", "state")
        return [Heading(2, "Time and memory"), Paragraph(ABOUT_TIME.format(
                    threads=count_threads(self.guss.threads), processors=os.cpu_count())),
                Table(header, tuple(self.cost(part) for part in parts)),
                Table(("all together", "time", "of processors"), tuple(self.sums_of(parts))),
                Paragraph(self.sum_in_words(parts))]

    @staticmethod
    def cost(part):
        record = part.record()
        outside, worked = part.outside(), record.get("processor_seconds")
        each = record["seconds"] * 1000 / max(record.get("iteration", 0), 1)
        return (f"`{part.run.name}`", f"{part.updates:,}", forecast.text(record["seconds"]),
                forecast.text(worked) if worked else "", part.threads,
                f"{each:,.0f}" if each >= 1000 else f"{each:.3g}",
                "" if outside is None else f"{100 * outside:.1f} %",
                f"{part.ms_per_step:.3g}" if part.ms_per_step else "",
                "" if part.step_load is None else f"{part.step_load:.1f}",
                f"{record.get('peak_memory_bytes', 0) / 1e6:.1f}", record.get("state", ""))

    def sums_of(self, parts):
        training = [sum(part.record().get(key) or 0.0 for part in parts)
                    for key in ("seconds", "processor_seconds")]
        spent = {"training": training} | {
            purpose: [one["seconds"], one["processor_seconds"]]
            for purpose, one in self.work.spent.known.items()}
        spent["sum"] = [sum(column) for column in zip(*spent.values())]
        for purpose, times in spent.items():
            yield (purpose, *(forecast.text(seconds) for seconds in times))

    @staticmethod
    def sum_in_words(parts):
        known = [part.record() for part in parts if part.outside() is not None]
        whole = sum(record["seconds"] for record in known)
        outside = 1 - sum(record["step_seconds"] for record in known) / whole if whole else 0.0
        said = f"Of the time of all runs {100 * outside:.2f} % went to anything but steps."
        if all(part.ms_per_step for part in parts):
            steps = sum(part.updates * part.ms_per_step / 1000 for part in parts)
            said += f" The steps alone, as `bench` has them, come to {forecast.text(steps)}."
        return said

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


def title_of(claim):
    return f"{claim.number}. {claim.text}"
