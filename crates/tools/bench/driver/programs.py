"""Builds or installs what rows need: each thing once, when it is first asked for."""

import json
import subprocess
import sys
from pathlib import Path

from sides import ROOT, Failed, Lesson, Missing

TARGET = ROOT / "target" / "bench"
VENV = ROOT / "target" / "bench-venv"

# What is run, by its name as cargo knows it.
WANTED = ("rate", "bench-peers")


class Programs:
    def __init__(self, rows, say):
        sides = [side for row in rows for side in row.sides()]
        self.crates = list(dict.fromkeys(s.home for s in sides if isinstance(s, Lesson)))
        self.say = say
        self.made = {}

    def lesson(self, crate):
        """The bench of a lesson."""
        executables = self.once("lessons", self.build_lessons)
        if crate not in executables:
            raise Failed(f"crates/{crate} has no bench of the name rate")
        return executables[crate]

    def peers(self):
        """The program with all peers in Rust."""
        return self.once("peers", self.build_peers)["bench"]

    def python_with(self, packages):
        """A python that can import these packages."""
        return self.once(packages, lambda: self.install(packages.split()))

    def once(self, what, make):
        """What `make` gave, or raised, the first time."""
        if what not in self.made:
            try:
                self.made[what] = make()
            except (Missing, Failed) as problem:
                self.made[what] = problem
        if isinstance(self.made[what], Exception):
            raise self.made[what]
        return self.made[what]

    def build_lessons(self):
        self.say("building the lessons' benches")
        # Of all lessons, whichever are asked for: for another choice, with other features of what
        # they share, cargo would build that anew.
        crates = [word for crate in self.crates for word in ("-p", crate)]
        return cargo("bench", "--no-run", "--bench", "rate", *crates)

    def build_peers(self):
        self.say("building the peers in Rust (the first time about a minute)")
        where = ["--manifest-path", "crates/tools/bench/Cargo.toml", "--target-dir", str(TARGET)]
        return cargo("build", "--release", *where)

    def install(self, packages):
        python = VENV / "bin" / "python"
        if not python.exists():
            self.say("making a Python environment below target/")
            set_up([sys.executable, "-m", "venv", str(VENV)], "python3 -m venv")
        there = subprocess.run([python, "-c", f"import {', '.join(packages)}"], capture_output=True)
        if there.returncode != 0:
            self.say(f"installing {' and '.join(packages)} there")
            pip = [str(python), "-m", "pip", "install", "--quiet", *packages]
            set_up(pip, f"pip install {' '.join(packages)}")
        return str(python)


def set_up(command, what):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        raise Missing(f"{what} failed: {lines[-1]}")


def cargo(*words):
    """Builds, and gives the executables by the folders of their packages."""
    command = ["cargo", *words, "--locked", "--quiet", "--message-format=json-render-diagnostics"]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise Failed("cargo is not in the PATH") from None
    if done.returncode != 0:
        raise Failed(f"cargo {words[0]} failed: what it said stands above")
    messages = map(json.loads, done.stdout.splitlines())
    # A bench is built with the programs of its crate.
    built = [one for one in messages if one.get("executable") and one["target"]["name"] in WANTED]
    return {Path(one["manifest_path"]).parent.name: one["executable"] for one in built}
