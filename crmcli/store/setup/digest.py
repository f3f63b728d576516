"""A hash that changes whenever what the index is made from does."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crmcli.model.schema import Config, Pipeline, RecordType, Setup
from crmcli.store.setup.cache import encode_setup
from crmcli.store.setup.files import hash_text

_ONLY_SHOWN = ("list", "alias", "path")
"""Words of a type that nothing is indexed by."""


def digest_of(config: Config, types: Mapping[str, RecordType], pipelines: Mapping[str, Pipeline]) -> str:
    """Hash types, pipelines, currency, time zone and country; comments, help and list columns do not count."""
    kept = encode_setup(Setup(config, types, pipelines, (), ""))
    for record in kept["types"]:
        for word in _ONLY_SHOWN:
            del record[word]
        for field in record["fields"]:
            field.pop("help", None)
    book = [config.currency, config.timezone, config.country]
    text = json.dumps([book, kept["types"], kept["pipelines"]], ensure_ascii=False, sort_keys=False)
    return hash_text(text)
