"""One random history of a team, from its seed to what is wrong in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from random import Random
from typing import NamedTuple

from crmcli.model.record import Fields, Ref
from crmcli.query.whens import utc_text
from crmcli.store.book import Book
from tests.past_oracle import book_at
from tests.sim.clone import Clone, ProductFailedError
from tests.sim.doing import DOINGS, Doing, LostError, Scene, commit, sync
from tests.sim.ledger import Ledger
from tests.sim.team import Team, same_everywhere
from tests.storing import index_differences, rebuilt_rows, replay_differences

MARKERS = ("<<<<<<<", ">>>>>>>")
ROUNDS = 3
"""Turns of everybody's `crm sync` after which all must be at rest: one to bring everything, one to take it, one for
commits made without crm, which are journaled when they arrive. After that one more sync of anybody does nothing."""


class Ended(NamedTuple):
    """How a history ended: what is wrong, what was done (a line each); clones, doings, and events that were acknowledged."""

    seed: int
    troubles: list[str]
    told: list[str]
    clones: int
    doings: int
    events: int


def play(home: Path, template: Path, seed: int, *, size: int, length: int, doings: dict[Doing, int] = DOINGS) -> Ended:
    """Play the history of a seed in a new folder: `length` doings among `size` clones, then everybody syncs."""
    random = Random(seed)  # noqa: S311 - a history must come again
    team = Team(home, template, random, size)
    ledger, told = Ledger(), list[str]()
    troubles: list[str] = []
    try:
        for _ in range(length):
            clone = team.one()
            doing = random.choices(list(doings), list(doings.values()))[0]
            clone.told.append(f"# {clone.name}: {doing.__name__}")
            doing(Scene(clone, random, ledger))
            told += _taken(clone)
        come_together(team, ledger, told)
        troubles = wrong_with(team, ledger)
    except (ProductFailedError, LostError) as failed:
        troubles = [f"{type(failed).__name__}: {failed}"]
    for clone in team.clones:
        told += _taken(clone)
    return Ended(seed, troubles, told, size, length, len(ledger.acknowledged))


def _taken(clone: Clone) -> list[str]:
    lines, clone.told = clone.told, []
    return [line if line.startswith(("#", "    ")) else f"{clone.name}$ {line}" for line in lines]


def come_together(team: Team, ledger: Ledger, told: list[str]) -> None:
    """Some commit what they have, everybody syncs until all have the same commit, then maybe somebody once more."""
    for clone in team.clones:
        if team.random.random() < 0.5:
            commit(Scene(clone, team.random, ledger))
    turns = [one for _ in range(ROUNDS) for one in team.random.sample(team.clones, len(team.clones))]
    for number, clone in enumerate(turns, 1):
        _come(team, clone, ledger, told)
        if number >= len(team.clones) and len({clone.head for clone in team.clones}) == 1:
            break
    if team.random.random() < 0.5:
        _come(team, team.one(), ledger, told)


def _come(team: Team, clone: Clone, ledger: Ledger, told: list[str]) -> None:
    clone.told.append(f"# {clone.name}: comes together")
    sync(Scene(clone, team.random, ledger))
    told += _taken(clone)


def wrong_with(team: Team, ledger: Ledger) -> list[str]:
    """Everything that does not hold after all have synced."""
    lines = same_everywhere(team)
    heads = {clone.name: clone.head for clone in team.clones}
    if len(set(heads.values())) > 1:
        lines.append(f"heads differ: {heads}")
    alike = not lines  # what the files say one way is said of all clones then
    rows: dict[str, list[str]] = {}
    for number, clone in enumerate(team.clones):
        left = clone.git("status", "--porcelain").out
        lines += [f"{clone.name} is not at rest: {line}" for line in left.splitlines()]
        with clone.opened() as book:
            if number == 0 or not alike:
                lines += [*ledger.missing(clone), *_marked(clone)]
                lines += [f"{clone.name}: {line}" for line in replay_differences(book)]
                rows = rebuilt_rows(book)
            lines += [f"{clone.name}: {line}" for line in index_differences(book, _known(rows))]
    return lines + wrong_in_the_past(team)


def _known(rows: dict[str, list[str]]) -> Callable[[Book], dict[str, list[str]]]:
    return lambda _: rows


def _marked(clone: Clone) -> list[str]:
    files = [path for path in clone.root.rglob("*") if path.is_file() and not {".git", ".crm"} & set(path.parts)]
    return [
        f"{clone.name}: {path.relative_to(clone.root)} holds {line!r}"
        for path in files
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.startswith(MARKERS)
    ]


def wrong_in_the_past(team: Team) -> list[str]:
    """Where `--as-of` differs from a plain replay of the journal, at a few moments."""
    clone = team.clones[0]
    lines = []
    with clone.opened() as book:
        for _ in range(2):
            moment = team.clock.moment(team.random.random()).astimezone(UTC).replace(microsecond=0)
            if moment >= book.now():
                continue  # to a clock that is behind this is the present, what others dated ahead included
            should = book_at(book, utc_text(moment) + "Z")
            past = book.at(moment.astimezone(book.zone))
            has: dict[str, Fields] = {}
            for plural in ("customers", "deals"):
                for (id_,) in past.index.rows(f'SELECT id FROM "rec_{plural}"'):  # noqa: S608 - ours
                    ref = Ref(plural, str(id_))
                    has[str(ref)] = dict(past.read_record(ref).fields)
            past.close()
            wanted = {ref: fields for ref, fields in should.items() if ref.startswith(("customers/", "deals/"))}
            lines += [
                f"as of {moment}: {ref} is {has.get(ref)}, should be {wanted.get(ref)}"
                for ref in sorted({*has, *wanted})
                if _plain(has.get(ref)) != _plain(wanted.get(ref))
            ]
    return lines


def _plain(fields: Fields | None) -> dict[str, object] | None:
    """Lists as sets: their order is the files' own."""
    if fields is None:
        return None
    return {name: sorted(value) if isinstance(value, list) else value for name, value in fields.items()}
