"""The wheel holds everything the program needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.places import PACKAGES, ROOT, SAMPLE

SHIPPED_WITHOUT_CODE = {
    "crmcli/kits": ROOT / "crmcli" / "kits",
    "crmcli/demo_data": SAMPLE / "demo",
    "crmcli_hooks": ROOT / "hooks" / "crmcli_hooks",
    "crmcli_tui": ROOT / "tui" / "crmcli_tui",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_holds_the_four_packages_and_nothing_else(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {package.name for package in PACKAGES}


def test_every_module_is_in_it(names: set[str]) -> None:
    modules = {path.relative_to(package.parent).as_posix() for package in PACKAGES for path in package.rglob("*.py")}
    assert modules - names == set()


@pytest.mark.parametrize("place", SHIPPED_WITHOUT_CODE)
def test_what_is_no_code_travels_too(names: set[str], place: str) -> None:
    source = SHIPPED_WITHOUT_CODE[place]
    files = {
        f"{place}/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files, f"{source} is empty"
    assert files - names == set()


def test_both_names_of_the_command_are_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
        lines = archive.read(name).decode().splitlines()
    assert {"crm = crmcli.cli.main:main", "crmcli = crmcli.cli.main:main"} <= set(lines)


def test_the_packages_import_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = f"import sys; sys.path[:0] = [{str(tmp_path)!r}]; import crmcli, crmcli_formats, crmcli_hooks, crmcli_tui"
    program += "; print(crmcli.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)
