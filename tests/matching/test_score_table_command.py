"""`manage.py score_table`: JSON out, or one line that names the field; no database."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from matching.api.table_schemas import EXAMPLE


def run(name: str) -> str:
    out = io.StringIO()
    call_command("score_table", name, stdout=out)
    return out.getvalue()


def test_file_when_scored_then_prints_json(tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    file.write_text(json.dumps(EXAMPLE))

    result = json.loads(run(str(file)))

    assert result["scores"] == pytest.approx([81.94, 49.31], abs=0.01)
    assert result["ranks"] == [1, 2]


def test_standard_input_when_scored_then_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "table.json"
    file.write_text(json.dumps(EXAMPLE))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(file.read_bytes())))

    assert run("-") == run(str(file))


def test_bad_table_when_scored_then_names_the_field_and_ends_with_2(tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    file.write_text(json.dumps(EXAMPLE | {"weights": [1, 2, -3]}))

    with pytest.raises(CommandError, match=r"^weights\[2\]: must not be negative$") as refused:
        run(str(file))

    assert refused.value.returncode == 2


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_file_that_cannot_be_read_then_says_so_and_ends_with_2(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(name if "\0" in name else str(tmp_path / name))

    assert refused.value.returncode == 2
    assert "Traceback" not in str(refused.value)
