"""Running a whole page: compare it, or rewrite it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.cli.runner.compare import difference, keep_wildcards, same
from tests.cli.runner.page import Page, Shown, parse_page, write_page
from tests.cli.runner.session import Session


class TranscriptError(AssertionError):
    """Commands of a page did something else than it says."""

    def __init__(self, path: Path, troubles: list[str]) -> None:
        super().__init__("\n".join([f"{path}: {len(troubles)} of its commands differ (- page, + now)", *troubles]))


def check_page(path: Path, root: Path, *, variables: Mapping[str, str] | None = None, update: bool = False) -> None:
    """Run the page in a session under `root` with extra `variables`; raises TranscriptError where it differs.

    With `update` the page is rewritten instead; a setup that fails is an error even then.
    """
    page = parse_page(path.read_text(encoding="utf-8"))
    actual = Session(root, variables).run([step.command for step in page.steps])
    differing = {
        number for number, step in enumerate(page.steps) if not same(step.expected, _seen(page, number, actual))
    }
    broken = {number for number in differing if page.steps[number].setup}
    if update and not broken:
        path.write_text(_updated(page, actual, differing), encoding="utf-8")
    elif differing:
        raise TranscriptError(path, [_trouble(page, number, actual[number]) for number in sorted(differing)])


def _seen(page: Page, number: int, actual: list[Shown]) -> Shown:
    """What counts of a step: of a setup only whether it worked."""
    return Shown(code=actual[number].code) if page.steps[number].setup else actual[number]


def _updated(page: Page, actual: list[Shown], differing: set[int]) -> str:
    return write_page(
        page, {number: keep_wildcards(page.steps[number].expected, actual[number]) for number in differing}
    )


def _trouble(page: Page, number: int, actual: Shown) -> str:
    step = page.steps[number]
    return f"\nline {step.first + 1}: $ {step.command}\n{difference(step.expected, actual)}"
