"""Finds the measures: every module of `benchmarks.measures` has `measurements(ground)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from benchmarks import measures
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement

Measure = Callable[[Ground], list[Measurement]]


def measure_names() -> list[str]:
    """The names of the files in `measures/`."""
    return sorted(module.name for module in pkgutil.iter_modules(measures.__path__))


def measure_named(name: str) -> Measure:
    """The function of one file."""
    function: Measure = importlib.import_module(f"benchmarks.measures.{name}").measurements
    return function
