"""The sides of a row. Each is a program that does the work once and prints `NAME NUMBER`."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PEERS = ROOT / "crates" / "tools" / "bench" / "peers"
COROUTINE_PEERS = ROOT / "crates" / "lessons" / "coroutines" / "benches" / "peers"


class Missing(Exception):
    """Something that this machine lacks: what needs it is skipped."""


class Failed(Exception):
    """Something that should have run did not."""


@dataclass(frozen=True)
class Lesson:
    """One measurement of our own bench, crates/*/CRATE/benches/rate.rs."""

    home: str  # the crate
    name: str
    label: str = "ours"

    def command(self, programs):
        return [programs.lesson(self.home), self.name]


@dataclass(frozen=True)
class Rust:
    """One measurement of the crate of peers that stands beside this folder."""

    label: str
    name: str
    home: str = "bench-peers"

    def command(self, programs):
        return [programs.peers(), self.name]


@dataclass(frozen=True)
class Cpython:
    """One measurement of a script that needs only the standard library."""

    label: str
    home: str  # the script
    name: str

    def command(self, programs):
        return [sys.executable, str(PEERS / self.home), self.name]


@dataclass(frozen=True)
class Packaged:
    """One measurement of a script that needs packages, and perhaps a program."""

    label: str
    packages: str
    home: str  # the script
    name: str
    is_served: bool = False  # by the lesson's own bench, which is then its last word
    folder: Path = COROUTINE_PEERS
    needs: str = ""  # a program

    def command(self, programs):
        if self.needs and shutil.which(self.needs) is None:
            raise Missing(f"{self.needs} is not installed")
        script = self.folder / self.home
        if not script.exists():
            raise Failed(f"{script.relative_to(ROOT)} does not exist")
        served_by = [programs.lesson("coroutines")] if self.is_served else []
        return [programs.python_with(self.packages), str(script), self.name, *served_by]


@dataclass(frozen=True)
class Constant:
    """A number to hold ours against; nothing runs."""

    label: str
    number: float
