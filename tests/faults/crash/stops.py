"""Stopping one kind of change at its steps, and judging what is left after the next command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.crash.calls import Fault
from tests.faults.crash.kinds import KINDS, Kind, by_name, make_templates, placed, prepare, write_hooks
from tests.faults.crash.platter import KEPT
from tests.faults.crash.promises import NEXT, QUIET, Judge, inner_troubles, state_of
from tests.faults.crash.stage import DEFECT, Command, Ended, Stage

NEXT_COMMAND = Command(("log", QUIET, NEXT, "--kind", "note"), "2026-11-20T15:00:00+01:00", "next")
DRIFT_COMMAND = Command(("journal", "drift"), "2026-11-20T15:01:00+01:00", "drift")


REFUSED = 7
"""The exit code of a change that a hook does not let through: one that cannot be started does not."""


class Stop(NamedTuple):
    """One way to go wrong: the fault, and the seed of what the disk forgets ("": nothing is forgotten)."""

    fault: Fault
    power: str = ""


class Broken(NamedTuple):
    """A promise that did not hold."""

    kind: str
    stop: Stop
    step: str
    troubles: list[str]
    ended: Ended

    def __str__(self) -> str:
        fault = self.stop.fault
        how = (
            f"fails with {fault.error}"
            if fault.error
            else f"power gone ({self.stop.power})"
            if self.stop.power
            else "dies"
        )
        head = f"{self.kind}: {how} {fault.when} step {fault.step} ({self.step}){' onward' if fault.onward else ''}"
        said = f"    exit {self.ended.code}, out {self.ended.out!r}, err {self.ended.err[-600:]!r}"
        return "\n".join([head, *(f"  - {trouble}" for trouble in self.troubles), said])


def make_stage(home: Path) -> Stage:
    """A stage with the books that kinds begin with, in a process that has imported what they need."""
    stage = Stage(home)
    make_templates(stage)
    stage.put("base")
    kind = by_name("set-hook")[0]
    stage.warm(lambda: _try_all(stage, kind))
    return stage


def _try_all(stage: Stage, kind: Kind) -> None:
    """Run every command once, for what they import."""
    write_hooks(stage.book, kind.hooks)
    for other in KINDS:
        stage.run_here(other.command)
    aftermath(stage, kind)


class Case:
    """A kind on its stage, and how it ends when nothing happens."""

    def __init__(self, stage: Stage, kind: Kind) -> None:
        self.stage = stage
        self.kind = kind
        prepare(stage, kind)
        self.command = placed(stage, kind.command)
        before = stage.look(lambda: aftermath(stage, kind)["state"] if kind.cut else state_of(stage.book))
        stage.put(kind.name)
        stage.grow_old()
        clean = stage.run(self.command, looked=self.looked)
        self.steps = clean.steps
        self.strayed = 0
        """Stops that did not come at the step they were meant for, since the command had taken others before."""
        self.judge = Judge(stage, kind, clean)
        self.judge.learn(before, stage.look(lambda: state_of(stage.book)))
        self.wrong = self._look() + ([f"exit {clean.code}: {clean.err}"] if clean.code else [])

    @property
    def looked(self) -> bool:
        """Whether the index has seen the book before the command."""
        return self.kind.hand is None

    def stop(self, stop: Stop) -> Broken | None:
        """Spoil one step; None when every promise holds afterwards."""
        stage = self.stage
        stage.put(self.kind.name)
        ended = stage.run(self.command, stop.fault, power=stop.power, looked=self.looked)
        self.strayed += _taken(ended.steps, stop.fault.step) != _taken(self.steps, stop.fault.step)
        found = stage.look(lambda: aftermath(stage, self.kind))
        troubles = self._wrong_end(ended, stop) + self.judge.judge(ended, found["state"], found["inner"])
        troubles += [f"the next command: {end}" for end in found["ends"]]
        step = ended.steps[stop.fault.step] if 0 <= stop.fault.step < len(ended.steps) else "the end"
        return Broken(self.kind.name, stop, step, troubles, ended) if troubles else None

    def _look(self) -> list[str]:
        found: list[str] = self.stage.look(
            lambda: inner_troubles(self.stage.book, self.stage.home / "rebuilds" / self.kind.name)
        )
        return found

    def _wrong_end(self, ended: Ended, stop: Stop) -> list[str]:
        if not stop.fault.error:
            return []
        if ended.code == DEFECT or "should not have happened" in ended.err or "Traceback" in ended.err:
            return ["ends as a defect"]
        if ended.code not in (0, 1) and not (ended.code == REFUSED and self.kind.hooks):
            return [f"exit code {ended.code}"]
        if ended.code == 1 and ("error: " not in ended.err or "hint: " not in ended.err):
            return ["no exact message with a remedy"]
        return []


def _taken(steps: Sequence[str], last: int) -> list[str]:
    """The steps up to one, without the numbers of processes in names."""
    return [re.sub(r"\b(\d+|tmp\w{8})\b", "#", step) for step in steps[: last + 1]]


def aftermath(stage: Stage, kind: Kind) -> dict[str, Any]:
    """What the next commands find and leave, as one process sees it."""
    commands = [NEXT_COMMAND, DRIFT_COMMAND] if kind.name.startswith("drift") else [NEXT_COMMAND]
    ends = [stage.run_here(command) for command in commands]
    return {
        "ends": [f"exit {code}: {err}" for code, err in ends if code],
        "state": state_of(stage.book),
        "inner": inner_troubles(stage.book, stage.home / "rebuilds" / kind.name),
    }


SPARSE = 20
"""From this on a power failure at the end stands for those between, with every second kind."""


def _chosen(case: Case, every: int, offset: int) -> range:
    """Every nth step, at least one of each kind, with another beginning for each."""
    return range(7 * offset % min(every, len(case.steps)), len(case.steps), every)


def deaths(case: Case, every: int = 1, offset: int = 0) -> Iterator[Stop]:
    """Deaths before, after and in the middle of steps; with `every` n only some, in turn before and after."""
    for number in _chosen(case, every, offset):
        turn = number // every
        whens = ["before", "after"] if every == 1 else [("before", "after")[turn % 2]]
        if case.steps[number].startswith("write ") and (every == 1 or turn % 2):
            whens[-1 if every > 1 else 2 :] = ["partly"]
        yield from (Stop(Fault(number, when)) for when in whens)


def power_cuts(case: Case, every: int = 1, offset: int = 0, cuts: int = 3) -> Iterator[Stop]:
    """The power goes after each step, and after the end; every time the disk forgets something else."""
    chosen = [] if every > SPARSE and offset % 2 else _chosen(case, every, offset)
    for number in [*chosen, len(case.steps)]:
        yield from (
            Stop(Fault(number, "after"), f"{KEPT[(number + cut) % len(KEPT)]} {case.kind.name} {number} {cut}")
            for cut in range(cuts)
        )


def failures(case: Case, every: int, offset: int, errors: Sequence[int]) -> Iterator[Stop]:
    """Each step fails: alone, after half of it was done, and with everything that follows."""
    for number in _chosen(case, every, offset):
        error = errors[number % len(errors)]
        ways = [
            Fault(number, "before", error),
            Fault(number, "before", error, onward=True),
            Fault(number, "after", error),
        ]
        if case.steps[number].startswith("write "):
            ways.append(Fault(number, "partly", error))
        if every > 1:
            ways = [ways[number // every % len(ways)]]
        yield from (Stop(fault) for fault in ways)
