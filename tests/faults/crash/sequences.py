"""Random histories: changes, hand edits, deaths, power failures, and deaths again while the next command clears up."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.crash.calls import Fault
from tests.faults.crash.kinds import LONG, crm, placed, write_hooks
from tests.faults.crash.promises import QUIET, Judge, files, inner_troubles, told
from tests.faults.crash.stage import Command, Ended, Stage

HISTORY = "history"
DEATHS = 4
"""How often in a row the command that clears up may die, too."""


class History(NamedTuple):
    """What a history came to: deaths it had, and the first promise that did not hold."""

    seed: int
    turns: int
    deaths: int
    troubles: list[str]


def run_history(stage: Stage, seed: int, turns: int) -> History:
    """Live through a history; the same seed gives the same one."""
    return _Life(stage, seed).run(turns)


class _Life:
    """One book, its chance, and what must never be lost."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311 - a test's chance
        self._deaths = 0
        self._minute = 0
        self._marks: dict[str, bool] = {}
        stage.put("base")
        stage.look(lambda: write_hooks(stage.book, "set"))

    def run(self, turns: int) -> History:
        for turn in range(turns):
            troubles = self._turn(turn)
            if troubles:
                return History(self._seed, turn + 1, self._deaths, troubles)
        return History(self._seed, turns, self._deaths, [])

    def _turn(self, turn: int) -> list[str]:
        stage, chance = self._stage, self._chance
        if chance.random() < 0.15:
            self._edit_by_hand()
        command = placed(stage, self._command(turn))
        stage.keep(HISTORY)
        before = stage.look(lambda: told(stage.book))
        clean = stage.run(command, looked=False)
        if clean.code not in (0, 5, 6, 7):  # 6: an import some rows of which stayed out
            return [f"{command.words} alone: exit {clean.code} {clean.err}"]
        wanted = stage.look(lambda: told(stage.book))
        stage.put(HISTORY)
        fault = Fault(chance.randrange(len(clean.steps) + 1), chance.choice(["before", "after", "partly"]))
        ended = stage.run(command, fault, power=self._power(), looked=False)
        says = [
            f"turn {turn}: {' '.join(command.words)[:90]} | {fault.when} {fault.step} {ended.steps[-1:]} exit {ended.code}"
        ]
        says += self._clear_up(turn)
        found = stage.look(
            lambda: {"ops": told(stage.book), "inner": inner_troubles(stage.book), "files": files(stage.book)}
        )
        troubles = found["inner"] + self._lost(before, wanted, found["ops"], ended, clean)
        return [*says, *troubles] if troubles else []

    def _power(self) -> str:
        return f"{self._seed}-{self._chance.random()}" if self._chance.random() < 0.4 else ""

    def _clear_up(self, turn: int) -> list[str]:
        """The next command, which may die again and again; the last one lives and takes up what hands did."""
        stage, chance, says = self._stage, self._chance, []
        for number in range(chance.randrange(DEATHS)):
            mark = f"mark {turn} {number}"
            fault = Fault(chance.randrange(40), chance.choice(["before", "after", "partly"]))
            ended = stage.run(
                self._at(crm("log", QUIET, mark, "--kind", "note")), fault, power=self._power(), looked=False
            )
            self._deaths += ended.code is None
            self._marks[mark] = ended.code == 0
            says.append(f"  then {mark} | {fault.when} {fault.step} {ended.steps[-1:]} exit {ended.code}")
        mark = f"mark {turn} last"
        self._marks[mark] = True
        for command in (crm("log", QUIET, mark, "--kind", "note"), crm("journal", "drift")):
            ended = stage.run(self._at(command), looked=False)
            says += [f"  {' '.join(command.words)}: exit {ended.code} {ended.err}"] if ended.code else []
        return says

    def _lost(self, before: Any, wanted: Any, found: Any, ended: Ended, clean: Ended) -> list[str]:  # noqa: ANN401
        """What was there and is not; what was acknowledged and is not; what is there in part, or twice."""
        self._deaths += ended.code is None
        troubles = [f"lost: {op}" for op, lines in before.items() if sorted(found.get(op, [])) != sorted(lines)]
        new = {op: lines for op, lines in wanted.items() if op not in before}
        own = {op: lines for op, lines in new.items() if '"via":"hand"' not in lines[0]}
        troubles += [f"half: {op}" for op in own if op in found and sorted(found[op]) != sorted(own[op])]
        if Judge.acknowledged_by(ended, clean):
            troubles += [f"acknowledged and missing: {op}" for op in own if op not in found]
        events = [json.loads(line) for lines in found.values() for line in lines]
        texts = [str(event.get("text", "")) for event in events if event["do"] == "log"]
        for mark, sure in self._marks.items():
            if texts.count(mark) not in ((1,) if sure else (0, 1)):
                troubles.append(f"{mark}: {texts.count(mark)} times, acknowledged: {sure}")
        ran = (
            set(self._stage.ran.joinpath("told").read_text(encoding="utf-8").split())
            if self._stage.ran.joinpath("told").exists()
            else set()
        )
        since = [e["id"] for e in events if e["do"] == "set" and e.get("via") == "cli" and "undoes" not in e]
        return troubles + [f"hook never ran: {i}" for i in since if not any(key.startswith(i) for key in ran)]

    # ---- what is done ---------------------------------------------------------------------------------------

    def _at(self, command: Command) -> Command:
        self._minute += 1
        return command._replace(
            now=f"2026-11-20T{14 + self._minute // 60:02}:{self._minute % 60:02}:11+01:00",
            seed=f"{self._seed}-{self._minute}",
        )

    def _customer(self) -> str:
        names = sorted(path.stem for path in (self._stage.book / "customers").glob("*.md"))
        return self._chance.choice([name for name in names if name != QUIET] or [QUIET])

    def _command(self, turn: int) -> Command:
        chance, who = self._chance, self._customer()
        tag = chance.choice(["vip", "fair", "emea", "new"])
        return self._at(chance.choice([
            crm("set", who, f"size={turn + 1}", f"+{tag}"),
            crm("set", who, f"about={LONG[: chance.choice([50, 5000, 120_000])]}"),
            crm("set", who, f"country={chance.choice(['SE', 'DK', 'FI'])}", f"-{tag}"),
            crm("customer", "add", f"Firm {turn}", "country=NO"),
            crm("customer", "add", f"Other {turn}"),
            crm("log", who, "talked", str(turn), "--next", "fri call again"),
            crm("archive", who, "--yes"),
            crm("undo") if turn else crm("reindex"),  # the first would take back the record that the marks are on
            crm("rename", who, f"firm-{turn}-{chance.randrange(9)}"),
            crm("import", "{home}/few.csv", "--as", "rows", "--yes"),
            crm("attach", who, "{home}/plan.txt"),
            crm("reindex"),
            crm("journal", "drift"),
            crm("customers", "edit", "--columns", "name,size", EDITOR="sed -i s/Bolt/Bolz/"),
        ]))  # fmt: skip

    def _edit_by_hand(self) -> None:
        path: Path = self._stage.book / "customers" / f"{self._customer()}.md"
        self._minute += 1
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nBy hand, {self._minute}.\n")
