"""From the rounds of a row to its ratios, and those as a table or as JSON."""

import json
from dataclasses import dataclass
from statistics import median

HEAD = f"  {'':25}{'ours':>8}{'peer':>8}{'ratio':>7}{'lowest .. highest':>20}  goal"


@dataclass
class Result:
    """One line of a row with what its rounds gave, or why they gave nothing."""

    line: object
    ours: list
    peer: list
    problem: str = ""
    failed: bool = False

    def ratios(self):
        """Of each round for itself: what disturbs a round disturbs both sides."""
        return [ours / peer for ours, peer in zip(self.ours, self.peer)]

    def ratio(self):
        return median(self.ratios())

    def met(self):
        return self.line.goal is None or self.line.goal.met(self.ratio())

    def far_off(self):
        has_goal = not self.problem and self.line.goal is not None
        return has_goal and self.line.goal.far_off(self.ratio())


def show_row(row, results, quick):
    title = f"{row.lesson}: {row.what}"
    problems = {result.problem for result in results}
    # What ours lacks is missing from every line: once is enough.
    shown = results[:1] if len(problems) == 1 and "" not in problems else results
    return "\n".join([title, HEAD, *(show(result, quick) for result in shown), ""])


def show(result, quick):
    line = result.line
    label = line.what or line.peer.label
    if result.problem:
        return f"  {label:25}{'FAILED' if result.failed else 'skipped'}: {result.problem}"
    ratios = result.ratios()
    spread = f"{short(min(ratios))} .. {short(max(ratios))}"
    both = f"{si(median(result.ours)):>8}{si(median(result.peer)):>8}"
    ratio = f"{short(result.ratio()):>7}{spread:>20}"
    return f"  {label:25}{both}{ratio}  {verdict(result, quick)}".rstrip()


def verdict(result, quick):
    if result.line.goal is None or quick:
        return ""
    return f"{result.line.goal} {'met' if result.met() else 'MISSED'}"


def si(number):
    """Three digits and a unit: 16.1 M."""
    for factor, unit in [(1e9, " G"), (1e6, " M"), (1e3, " k")]:
        if number >= factor:
            return short(number / factor) + unit
    return short(number)


def short(number):
    """At least three digits, and as a rule no more."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:.{digits}f}"


def as_json(rows, rounds):
    def line(result):
        goal = result.line.goal
        facts = {"peer": result.line.peer.label, "what": result.line.what or "a second"}
        if goal:
            facts["goal"] = {"at_most" if goal.at_most else "at_least": goal.ratio}
        if result.problem:
            return facts | {"failed" if result.failed else "skipped": result.problem}
        measured = {"ours": result.ours, "theirs": result.peer, "ratio": result.ratio()}
        return facts | measured | ({"met": result.met()} if goal else {})

    rows = [
        {"lesson": row.lesson, "what": row.what, "lines": [line(result) for result in results]}
        for row, results in rows
    ]
    return json.dumps({"rounds": rounds, "rows": rows}, indent=1)
