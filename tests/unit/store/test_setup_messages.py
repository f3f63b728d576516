"""What is said about broken engine files: word for word, with the place. The cases are in test_setup_messages.txt.

A case is a title, files, and after `==` the problems: `path:line:column: severity code: message`, then the remedy.
A file that stands for a whole one needs no trailing newline. `pytest --update` writes the problems anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from crmcli.model.problem import Problem
from crmcli.store.setup import load_setup

CASES = Path(__file__).with_suffix(".txt")


class Case(NamedTuple):
    title: str
    files: dict[str, str]
    expected: str

    def written(self, told: str) -> str:
        files = "".join(f"-- {path}\n{text}" for path, text in self.files.items())
        return f"## {self.title}\n{files}==\n{told}"


def read_cases() -> list[Case]:
    cases = []
    for block in re.split(r"^## ", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, rest = block.partition("\n")
        given, _, expected = rest.partition("==\n")
        parts = re.split(r"^-- (.+)\n", given, flags=re.MULTILINE)[1:]
        cases.append(Case(title, dict(zip(parts[::2], parts[1::2], strict=True)), expected))
    return cases


def told(problems: tuple[Problem, ...]) -> str:
    lines = [f"{p.path}:{p.line}:{p.column}: {p.severity} {p.code}: {p.message}\n  {p.remedy}\n" for p in problems]
    return "".join(lines) + "\n"


def problems_of(case: Case, root: Path) -> str:
    for path, text in {"crm.toml": 'name = "x"\n', **case.files}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return told(load_setup(root, None).problems)


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.title.replace(" ", "-"))
def test_every_mistake_gets_its_message_and_its_place(
    case: Case, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = problems_of(case, tmp_path)
    if request.config.getoption("--update"):
        CASES.write_text(CASES.read_text(encoding="utf-8").replace(case.written(case.expected), case.written(found)))
        return
    assert found == case.expected
    assert found.strip()


def test_a_file_that_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "crm.toml").write_bytes(b'name = "x"\ncurrency = "\xff"\n')
    (problem,) = load_setup(tmp_path, None).problems
    assert (problem.code, problem.line, problem.message) == ("file-encoding", 2, "crm.toml is not UTF-8 text")


def test_a_book_without_crm_toml(tmp_path: Path) -> None:
    (problem,) = load_setup(tmp_path, None).problems
    assert problem.code == "file-unreadable"
    assert problem.message.startswith("crm.toml cannot be read: ")


def test_a_value_nested_without_end_is_a_problem_like_any_other(tmp_path: Path) -> None:
    for depth in (100, 250, 400, 5000):
        (tmp_path / "crm.toml").write_text(f"name = {'[' * depth}{']' * depth}\n")
        problems = load_setup(tmp_path, None).problems
        assert problems
        assert all(len(problem.message) < 200 for problem in problems)
