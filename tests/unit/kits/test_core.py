from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crmcli.model.schema import Setup
from crmcli.store.setup import load_setup
from crmcli.store.setup.kits import KitMissingError, kit_files, kit_names, kit_version


@pytest.fixture
def core(tmp_path: Path) -> Setup:
    for path, content in kit_files("core"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "crm.toml").write_text('name = "x"\n')
    return load_setup(tmp_path, None)


def test_it_has_no_problems(core: Setup) -> None:
    assert core.problems == ()


def test_names_the_program_knows(core: Setup) -> None:
    known = {
        "task": ("text", "on", "due", "for", "stage"),
        "member": ("name", "email", "role", "boss", "away", "deputy"),
        "deal": ("owner", "amount", "close", "odds"),
        "customer": ("owner", "cadence"),
        "contact": ("cadence",),
    }
    for name, fields in known.items():
        assert set(fields) <= set(core.types[name].fields), name
    assert core.types["log"].embedded == "journal"


def test_every_label_is_in_both_languages(core: Setup) -> None:
    fields = [field for record in core.types.values() for field in record.fields.values()]
    labels = {
        **{record.name: record.label for record in core.types.values()},
        **{f"field {field.name}": field.label for field in fields},
        **{option.name: option.label for field in fields for option in field.options if option.label},
        **{f"pipeline {pipeline.name}": pipeline.label for pipeline in core.pipelines.values()},
        **{stage.name: stage.label for pipeline in core.pipelines.values() for stage in pipeline.stages.values()},
    }
    assert [name for name, label in labels.items() if set(label) != {"en", "zh"}] == []


def test_a_lead_is_a_new_customer_and_a_deal_needs_no_customer(core: Setup) -> None:
    assert core.pipelines["lifecycle"].first == "lead"
    assert core.types["deal"].fields["customer"].need == ""


def test_a_lost_deal_says_why_and_a_won_one_how_much(core: Setup) -> None:
    stages = core.pipelines["sales"].stages
    assert (stages["lost"].kind, stages["lost"].need) == ("lost", ("lost_reason",))
    assert (stages["won"].kind, stages["won"].need) == ("won", ("amount",))
    assert [float(stage.odds) for stage in stages.values() if stage.odds] == [0.1, 0.25, 0.5, 0.8]


def test_one_field_one_line() -> None:
    for path, content in kit_files("core"):
        if not path.startswith("schema/"):
            continue
        text = content.decode()
        fields = tomllib.loads(text)["fields"]
        _, _, lines = text.partition("[fields]\n")
        assert [line.split(" ")[0] for line in lines.splitlines() if line] == list(fields), path


def test_the_files_go_into_a_book_as_they_are() -> None:
    paths = [path for path, _ in kit_files("core")]
    assert paths == sorted(paths)
    assert "kit.toml" not in paths
    assert {path.partition("/")[0] for path in paths} == {"schema", "pipelines"}


def test_kits_by_name() -> None:
    assert "core" in kit_names()
    assert kit_version("core") == "core@1"
    with pytest.raises(KitMissingError, match="there is no kit `cor`") as raised:
        kit_files("cor")
    assert (raised.value.hint, raised.value.exit_code) == ("did you mean core?", 3)
