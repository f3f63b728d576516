"""`.crm/schema.cache`: a compiled `Setup` as JSON, under the hash of the files it came from.

JSON and never pickle or marshal, and the key holds machine and place: a cache may have come with a copied folder. What
cannot be read, is of another
format or belongs to other files is a miss, never an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crmcli.model.problem import Problem
from crmcli.model.schema import Config, DynamicTag, Field, Hours, Option, Pipeline, RecordType, Setup, Stage
from crmcli.store import disk
from crmcli.text.plain_json import loads

CACHE_NAME = "schema.cache"
CACHE_FORMAT = 5
"""Raise it whenever a value of model/schema.py, a rule or a message of this package changes."""


def read_cache(path: Path, key: str) -> Setup | None:
    """Return the setup kept at `path` if it was made from the files with this key."""
    try:
        kept = loads(disk.read_whole(path))
        if kept["format"] != CACHE_FORMAT or kept["key"] != key:
            return None
        return decode_setup(kept["setup"])
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def write_cache(path: Path, key: str, setup: Setup) -> None:
    """Keep a setup; a folder that cannot be written goes without."""
    import json  # noqa: PLC0415 - on a cache miss

    kept = {"format": CACHE_FORMAT, "key": key, "setup": encode_setup(setup)}
    try:
        disk.write_atomic(path, json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode())
    except (OSError, UnicodeEncodeError):
        return


def encode_setup(setup: Setup) -> dict[str, Any]:
    """Turn a setup into plain JSON values, leaving out what is at its default."""
    return {
        "config": _sparse(setup.config),
        "types": [
            {**record._asdict(), "fields": [_sparse(field) for field in record.fields.values()]}
            for record in setup.types.values()
        ],
        "pipelines": [
            {**pipeline._asdict(), "stages": [_sparse(stage) for stage in pipeline.stages.values()]}
            for pipeline in setup.pipelines.values()
        ],
        "problems": setup.problems,
        "digest": setup.digest,
        "tags": [tag._asdict() for tag in setup.tags.values()],
    }


def decode_setup(kept: dict[str, Any]) -> Setup:
    """Turn the JSON values of `encode_setup` back; a wrong shape raises one of the errors `read_cache` names."""
    types = [_type(record) for record in kept["types"]]
    pipelines = [_pipeline(pipeline) for pipeline in kept["pipelines"]]
    return Setup(
        _config(kept["config"]),
        {record.name: record for record in types},
        {pipeline.name: pipeline for pipeline in pipelines},
        tuple([Problem(*problem) for problem in kept["problems"]]),
        kept["digest"],
        {tag["name"]: DynamicTag(**tag) for tag in kept["tags"]},
    )


def _config(config: dict[str, Any]) -> Config:
    config["hours"] = {
        name: Hours(held[0], *(tuple([_nested(item) for item in part]) for part in held[1:]))
        for name, held in config.get("hours", {}).items()
    }
    return Config(**_tuples(config, "kits"))


def _nested(item: list[Any]) -> tuple[Any, ...]:
    """A list of numbers, texts or pairs as the tuple it was."""
    return tuple([tuple(part) if isinstance(part, list) else part for part in item])


def _sparse(value: Config | Field | Stage) -> dict[str, Any]:
    defaults = type(value)._field_defaults
    return {key: item for key, item in value._asdict().items() if key not in defaults or item != defaults[key]}


def _type(record: dict[str, Any]) -> RecordType:
    fields = [_field(field) for field in record["fields"]]
    record["fields"] = {field.name: field for field in fields}
    return RecordType(**_tuples(record, "alias", "list"))


def _field(field: dict[str, Any]) -> Field:
    if "options" in field:
        field["options"] = tuple([Option(*option) for option in field["options"]])
    return Field(**_tuples(field, "was"))


def _pipeline(pipeline: dict[str, Any]) -> Pipeline:
    stages = [Stage(**_tuples(stage, "next", "need", "do", "was")) for stage in pipeline["stages"]]
    pipeline["stages"] = {stage.name: stage for stage in stages}
    return Pipeline(**pipeline)


def _tuples(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Make tuples again of what JSON has as lists."""
    for key in keys:
        if values.get(key) is not None:
            values[key] = tuple(values[key])
    return values
