"""The compiler and its executables as functions."""
import json
import os
import subprocess
import sys

EMPTY_WEIGHTS = (2).to_bytes(8, "little") + b"{}"   # safetensors of no tensor


class Failed(Exception):
    """A command that ended with another status than 0."""

    def __init__(self, command, status, messages):
        super().__init__(f"{' '.join(command)} ended with status {status}\n{messages}".rstrip())
        self.status = status


def call(*command):
    """What the command prints; Failed where it does not end with 0."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Failed(command, done.returncode, done.stderr)
    return done.stdout


class Guss:
    """build/guss, the models of the tree, and a folder for their executables."""

    def __init__(self, root, build, folder, threads):
        self.root, self.folder, self.threads = root, folder, threads
        self.path = os.path.join(build, "guss")
        os.makedirs(folder, exist_ok=True)

    def run(self, *arguments):
        return call(self.path, *arguments)

    def try_run(self, *arguments):
        try:
            self.run(*arguments)
        except Failed:
            return False
        return True

    def model(self, name):
        """The file of a model of models/, or of one with its folder in its name."""
        return os.path.join(self.root, path_of(name) + ".nn")

    def schedule(self, name):
        return os.path.join(self.root, path_of(name) + ".yaml")

    def status_of(self, *arguments):
        """The status of a command, and all that it prints."""
        done = subprocess.run((self.path, *arguments), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def parameters(self, model):
        """Of all its networks, as its table has them."""
        lines = self.run("summary", self.model(model)).splitlines()
        return sum(int(line.split(":")[1].replace(",", "")) for line in lines
                   if line.startswith("Total params:"))

    def build(self, model, schedule):
        """The executable of a model and a schedule, made anew where either, or
        guss, is newer."""
        sources = [self.path, self.model(model), self.schedule(schedule)]
        made = os.path.join(self.folder, os.path.basename(schedule))
        newest = max(os.path.getmtime(source) for source in sources)
        if not os.path.exists(made) or os.path.getmtime(made) < newest:
            self.run("build", sources[1], sources[2], "-o", made)
        return made

    def build_text(self, name, text, *definitions):
        """The executable of a network that needs no weights, and such weights."""
        source = os.path.join(self.folder, f"{name}.nn")
        weights = os.path.join(self.folder, "none.safetensors")
        made = os.path.join(self.folder, name)
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        with open(weights, "wb") as file:
            file.write(EMPTY_WEIGHTS)
        flags = [flag for definition in definitions for flag in ("-D", definition)]
        self.run("build", *flags, source, "-o", made)
        return made, weights


def path_of(name):
    return name if "/" in name else f"models/{name}"


def evaluate(model, weights, *arguments):
    return json.loads(call(model, "evaluate", "--weights", weights, "--format", "json", *arguments))


def bench(model, threads, seconds):
    """Milliseconds of a step."""
    out = call(model, "bench", "--seconds", str(seconds), "--threads", str(threads), "--format",
               "json")
    return json.loads(out)["ms_per_step"]


class Training:
    """A training process that is asked to stop in good order."""

    def __init__(self, command, log):
        """Its progress goes to the terminal, or where there is none to a file."""
        self.log = log
        self.out = None if sys.stderr.isatty() else open(log, "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.out,
                                        stderr=self.out, start_new_session=True)

    def wait(self, seconds):
        """Its status, or None where it still runs after so many seconds."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self):
        """Lets it save, and waits; a second interruption ends it at once."""
        self.process.terminate()   # as an interruption, but never ignored
        try:
            self.process.wait()
        except KeyboardInterrupt:
            self.process.kill()
            self.process.wait()

    def close(self):
        if self.out:
            self.out.close()

    def messages(self):
        """The last of what it wrote to its file."""
        if not self.out:
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-20:])
