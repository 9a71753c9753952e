"""The sides of a row: how each is built or found, how it is run, what it has to print.

A side is a program that does the work once and prints `NAME NUMBER` as a line of its own.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench" / "peers"
COROUTINE_PEERS = ROOT / "crates" / "coroutines" / "benches" / "peers"
TARGET = ROOT / "target" / "bench"
VENV = ROOT / "target" / "bench-venv"
SECONDS_A_RUN = 60


class Missing(Exception):
    """Something that only this machine lacks: what needs it is skipped."""


class Failed(Exception):
    """Something that should have run did not."""


@dataclass(frozen=True)
class Lesson:
    """One measurement of a lesson's own bench, crates/CRATE/benches/rate.rs."""

    crate: str
    name: str
    label: str = "ours"

    @property
    def where(self):
        return f"{self.crate} {self.name}"

    def command(self, programs):
        return [programs.lesson(self.crate), self.name]


@dataclass(frozen=True)
class Rust:
    """One measurement of the crate of peers that stands beside this folder."""

    label: str
    name: str

    @property
    def where(self):
        return f"bench-peers {self.name}"

    def command(self, programs):
        return [programs.peers(), self.name]


@dataclass(frozen=True)
class Cpython:
    """One measurement of a script that needs only the standard library."""

    label: str
    script: str
    name: str

    @property
    def where(self):
        return f"{self.script} {self.name}"

    def command(self, programs):
        return [sys.executable, str(PEERS / self.script), self.name]


@dataclass(frozen=True)
class Packaged:
    """One measurement of a script that needs a package, which goes into an environment of its own."""

    label: str
    package: str
    script: str
    name: str

    @property
    def where(self):
        return f"{self.script} {self.name}"

    def command(self, programs):
        script = COROUTINE_PEERS / self.script
        if not script.exists():
            raise Failed(f"{script.relative_to(ROOT)} does not exist")
        return [programs.python_with(self.package), str(script), self.name]


@dataclass(frozen=True)
class Constant:
    """A number to hold ours against; nothing runs."""

    label: str
    number: float


class Programs:
    """Builds or installs what the chosen rows need, each thing once."""

    def __init__(self, rows, say):
        sides = [side for row in rows for side in row.sides()]
        self.crates = list(dict.fromkeys(s.crate for s in sides if isinstance(s, Lesson)))
        self.say = say
        self.made = {}

    def once(self, what, make):
        """What `make` gave or raised when it was first asked for."""
        if what not in self.made:
            try:
                self.made[what] = make()
            except (Missing, Failed) as problem:
                self.made[what] = problem
        if isinstance(self.made[what], Exception):
            raise self.made[what]
        return self.made[what]

    def lesson(self, crate):
        executables = self.once("lessons", self.build_lessons)
        if crate not in executables:
            raise Failed(f"crates/{crate} has no bench of the name rate")
        return executables[crate]

    def peers(self):
        return self.once("peers", self.build_peers)["bench-peers"]

    def build_lessons(self):
        self.say("building the lessons' benches")
        chosen = [word for crate in self.crates for word in ("-p", crate)]
        return cargo("bench", "--no-run", "--bench", "rate", *chosen)

    def build_peers(self):
        self.say("building the peers in Rust (the first time about a minute)")
        manifest = str(ROOT / "bench" / "Cargo.toml")
        return cargo("build", "--release", "--manifest-path", manifest, "--target-dir", str(TARGET))

    def python_with(self, package):
        return self.once(package, lambda: self.install(package))

    def install(self, package):
        python = VENV / "bin" / "python"
        if not python.exists():
            self.say("making a Python environment below target/")
            run_setup([sys.executable, "-m", "venv", str(VENV)], "python3 -m venv")
        if subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode != 0:
            self.say(f"installing {package} there")
            pip = [str(python), "-m", "pip", "install", "--quiet", package]
            run_setup(pip, f"pip install {package}")
        return str(python)


def run_setup(command, what):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        raise Missing(f"{what} failed: {lines[-1]}")


def cargo(*words):
    """Builds, and gives the executables by their packages' names."""
    command = ["cargo", *words, "--locked", "--message-format=json-render-diagnostics"]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise Failed("cargo is not in the PATH") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(command[:3])} failed:\n{done.stderr.strip()}")
    executables = {}
    for line in done.stdout.splitlines():
        message = json.loads(line)
        target = message.get("target", {})
        is_ours = target.get("name") == "rate" and "bench" in target["kind"]
        if message.get("executable") and (is_ours or target["name"] == "bench-peers"):
            package = Path(message["manifest_path"]).parent.name
            executables["bench-peers" if not is_ours else package] = message["executable"]
    return executables


def run(side, command, quick):
    """Runs a side once: its figures by the names they were printed under."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if quick:
        environment["BENCH_QUICK"] = "1"
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    try:
        output, complaint = child.communicate(timeout=SECONDS_A_RUN)
    except subprocess.TimeoutExpired:
        raise Failed(f"{side.where} had not ended after {SECONDS_A_RUN} s") from None
    finally:
        # Whatever it started is in the session that was made for it, and ends with it.
        end_group(child)
    if child.returncode != 0:
        last = (complaint.strip() or output.strip() or "no output").splitlines()[-1]
        raise Failed(f"{side.where} ended with {child.returncode}: {last}")
    figures = dict(figure for line in output.splitlines() for figure in [numbered(line)] if figure)
    if side.name not in figures:
        raise Failed(f"{side.where} printed no line `{side.name} NUMBER`")
    return {name.removeprefix(side.name): number for name, number in figures.items()}


def numbered(line):
    try:
        name, number = line.split()
        return name, float(number)
    except ValueError:
        return None


def end_group(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
