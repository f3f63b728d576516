from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.site import HookSite
from crmcli.model.record import Record
from crmcli.store.trust import read_hook, trust
from tests.hooks.book import ACME, BEFORE, DEAL

WriteHook = Callable[..., None]


@pytest.fixture
def site(tmp_path: Path) -> HookSite:
    """A book, and the settings of its user outside of it."""
    root = tmp_path / "book"
    (root / "hooks").mkdir(parents=True)
    (tmp_path / "config").mkdir(mode=0o700)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "EDITOR": "vi"}
    return HookSite(
        root, root / ".crm", "Acme Ltd", "clone1", "clone1", "anna-k2x81", tmp_path / "config", environ, {"deal": DEAL}
    )


@pytest.fixture
def write_hook(site: HookSite) -> WriteHook:
    """Put a shell script into `hooks/`, executable, trusted unless said otherwise."""

    def write(name: str, header: str, body: str = ":", *, trusted: bool = True) -> None:
        lines = "".join(f"# crm: {line}\n" for line in header.splitlines())
        path = site.root / "hooks" / name
        path.write_text(f"#!/bin/sh\n{lines}{body}\n", encoding="utf-8")
        path.chmod(0o755)
        if trusted:
            trust(site.config, site.root, read_hook(site.root, name))

    return write


@pytest.fixture
def won() -> Occurrence:
    """A deal moved to won."""
    return Occurrence(
        type="deal",
        event="move",
        ref=ACME,
        field="stage",
        from_="proposal",
        to="won",
        by="anna-k2x81",
        via="cli",
        note="signed on the phone",
        before=Record(ACME, BEFORE),
        after=Record(ACME, BEFORE | {"stage": "won"}),
        at="2026-11-20T14:03:11.120+01:00",
        op="01JD000000000000000000OP01",
        event_id="01JD000000000000000000EV01",
    )
