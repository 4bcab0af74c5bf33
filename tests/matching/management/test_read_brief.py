"""`read_brief` and `score_reading` at the command line: what is printed, and what is refused and how."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[3]
CASE = """
as_of_default: 2026-03-02
cases:
- id: A
  text: We need 10R lyo vials by Q3 2027, EU only. No packaging.
  expected:
    requirements:
    - {id: op.lyophilisation, strength: must, evidence: lyo vials}
    - {id: an.hplc, strength: must, evidence: not there}
    quantities: [{measure: sc.vial-size, value: 10, unit: mL nominal}]
    dates: [{relation: by, latest: 2027-09-30}]
    geography: {must_in: [geo.eu]}
    not_requirements: [{id: svc.packaging}, {id: cnt.vial}]
  probes:
  - {name: Irish, facts: "lyo vials, Ireland", expect: eligible}
  - {name: Indian, facts: "lyo vials, India", expect: ineligible}
  - {name: Silent, facts: "vials, Ireland; lyophilisation not stated", expect: unknown}
  - {name: Liquid, facts: "no lyophilisation, Ireland", expect: ineligible}
"""


def run(*words: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """As an operator does, with no database to be had."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, input=text, env=environment, capture_output=True, check=False)


def test_standard_input_is_read_and_printed_as_json_without_a_database() -> None:
    done = run(
        "read_brief", "-", "--as-of", "2026-03-02", text="10R vials, ≥ 5k, by mid-Aug. EU only.".encode()
    )

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["dates"][0]["latest"] == "2026-08-15"
    assert found["geography"]["must_in"] == ["geo.eu"]


def test_line_ends_of_another_system_do_not_move_the_evidence(tmp_path: Path) -> None:
    file = tmp_path / "brief.txt"
    file.write_bytes("\ufeffWe need HPLC.\r\nAnd SEC.\r\n".encode())

    out = StringIO()
    call_command("read_brief", str(file), stdout=out)

    text = "We need HPLC.\nAnd SEC.\n"
    for each in json.loads(out.getvalue())["requirements"]:
        assert text[each["start"] : each["end"]] == each["evidence"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "no text to read"), (b"\xff\xfe\x00\x01", "no text in UTF-8"), (b"abc\x00def", "binary file")],
)
def test_what_is_no_text_is_one_line_that_names_the_file(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "brief.bin"
    file.write_bytes(content)

    with pytest.raises(CommandError, match=words) as refusal:
        call_command("read_brief", str(file))

    assert refusal.value.returncode == 2
    assert str(file) in str(refusal.value)


def test_missing_file_and_bad_day_are_refused() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("read_brief", "/nowhere/brief.txt")
    done = run("read_brief", "-", "--as-of", "02.03.2026", text=b"HPLC")
    assert done.returncode == 2
    assert b"YYYY-MM-DD" in done.stderr


def test_cases_are_scored_and_faults_are_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(CASE)

    out = StringIO()
    call_command("score_reading", str(file), "--errors", stdout=out)

    lines = out.getvalue()
    assert "missed   ('an.hplc', 'must')" in lines
    assert "trap        A cnt.vial" in lines
    assert "traps fallen into: 1 of 2 (50.0 %)" in lines
    assert "evidence outside the text: 0" in lines
    assert "verdicts on probes: 4 of 4 right (100.0 %)" in lines
    for kind in ("quantities", "dates", "geography"):
        assert f"{kind:<12}{1:>10.3f}{1:>10.3f}{1:>10.3f}" in lines


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("cases: 3", "a list named `cases`"),
        ("[", "not readable YAML"),
        ("cases: [{id: A, text: x}]", "A: there is no `expected`"),
        ("cases: [{id: A, expected: {}}]", "A: there is no `text`"),
        ("cases: [{id: A, text: x, expected: {}}]", "A: `as_of` is not a day"),
        ("cases: [{id: A, text: x, as_of: 2026-03-02, expected: {wishes: []}}]", "no key 'wishes'"),
        (
            "cases: [{id: A, text: x, as_of: 2026-03-02, expected: {}, probes: [{name: B}]}]",
            "A: a probe needs",
        ),
    ],
)
def test_file_that_is_no_cases_file_is_refused_with_the_place(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(content)

    with pytest.raises(CommandError, match=words):
        call_command("score_reading", str(file))
