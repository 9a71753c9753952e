"""What a row is made of: ours beside its peers, with the goals."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """What the ratio ours / peer is to be: at least so much, or at most."""

    ratio: float
    at_most: bool = False

    def met(self, ratio):
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio

    def far_off(self, ratio):
        """Beyond what noise explains: the goal would have to be 0.7 of itself."""
        eased = self.ratio / 0.7 if self.at_most else self.ratio * 0.7
        return not Goal(eased, self.at_most).met(ratio)

    def __str__(self):
        return f"{'<=' if self.at_most else '>='} {self.ratio:g}"


@dataclass(frozen=True)
class Line:
    """Ours beside one peer; without a goal it is there to compare."""

    peer: object
    goal: Goal | None = None
    figure: str = ""  # of the figures that one run prints: NAME + this
    what: str = ""  # its label, when it is not a rate a second


@dataclass(frozen=True)
class Row:
    """One kind of work: in each round every side does it once, in turns."""

    lesson: str
    what: str
    ours: object
    lines: list = field(default_factory=list)
    neighbours: int = 0  # how many busy processes run beside it

    def sides(self):
        """Each side once: the first peer, ours, the other peers."""
        peers = list(dict.fromkeys(line.peer for line in self.lines))
        return peers[:1] + [self.ours] + peers[1:]


def at_least(ratio):
    return Goal(ratio)


def at_most(ratio):
    return Goal(ratio, at_most=True)
