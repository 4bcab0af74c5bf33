"""Settings need nothing to be read; production says what it lacks before it starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOOD = {
    "SECRET_KEY": "a-long-random-sentence-" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "FIELD_ENCRYPTION_KEYS": "dGVzdHMtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE=",
    "PUBLIC_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgresql://cdmo_app@database.example/portal",
    "REDIS_URL": "redis://valkey.example:6379/0",
    "BEHIND_PROXY": "1",
}
PROVIDERS = (
    '[{"id": "acme", "name": "Acme", "kind": "oidc", "domains": ["acme.example"], "client_id": "portal",'
    ' "client_secret": "secret", "server_url": "https://login.acme.example/realms/all"}]'
)
SENTENCES = {
    "SECRET_KEY": "SECRET_KEY must be set",
    "FIELD_ENCRYPTION_KEYS": "FIELD_ENCRYPTION_KEYS must hold",
    "PUBLIC_URL": "PUBLIC_URL must begin with https://",
    "DATABASE_URL": "DATABASE_URL must be set",
    "REDIS_URL": "REDIS_URL must be set",
}


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def check_deploy(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")


def start_web(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run(environment, "-c", "import cdmo_portal.wsgi")


def test_settings_when_imported_without_any_variable_then_nothing_is_missing_and_nothing_starts(
    tmp_path: Path,
) -> None:
    done = run({"CDMO_LOCAL_DIR": str(tmp_path)}, "-c", "import cdmo_portal.settings")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - nothing at all


def test_check_deploy_when_the_environment_is_good_then_has_nothing_to_say() -> None:
    done = check_deploy(GOOD)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("missing", SENTENCES)
def test_check_deploy_when_a_value_is_missing_then_names_it_and_only_it(missing: str) -> None:
    done = check_deploy({name: value for name, value in GOOD.items() if name != missing})

    told = [name for name, sentence in SENTENCES.items() if sentence in done.stderr]
    assert done.returncode != 0
    assert told == [missing]


def test_check_deploy_when_the_demo_is_on_then_says_so() -> None:
    done = check_deploy({**GOOD, "CDMO_DEMO": "1"})

    assert done.returncode != 0
    assert "CDMO_DEMO must be off." in done.stderr


def test_web_when_values_are_missing_then_refuses_to_start_and_names_them_all() -> None:
    done = start_web({})

    assert done.returncode != 0
    assert [sentence for sentence in SENTENCES.values() if sentence not in done.stderr] == []


@pytest.mark.parametrize("environment", [GOOD, {"CDMO_DEMO": "1"}, {"DEBUG": "1"}])
def test_web_when_it_has_its_values_or_needs_none_then_starts(environment: dict[str, str]) -> None:
    done = start_web(environment)

    assert done.returncode == 0, done.stderr


def test_settings_when_companies_sign_people_in_then_forms_may_lead_to_their_origins_alone() -> None:
    code = "from cdmo_portal.settings import SECURE_CSP; print(*SECURE_CSP['form-action'])"

    without = run({}, "-c", code)
    with_one = run({"SSO_PROVIDERS": PROVIDERS}, "-c", code)

    assert without.stdout.split() == ["'self'"]
    assert with_one.stdout.split() == ["'self'", "https://login.acme.example"]


@pytest.mark.parametrize("environment", [GOOD, {"DEBUG": "1"}, {"CDMO_DEMO": "1"}])
def test_web_when_a_provider_is_faulty_then_refuses_to_start_and_says_why(
    environment: dict[str, str],
) -> None:
    faulty = {**environment, "SSO_PROVIDERS": PROVIDERS.replace("https:", "http:")}

    for done in (start_web(faulty), check_deploy(faulty)):
        assert done.returncode != 0
        assert "SSO_PROVIDERS, provider 1 (acme): server_url must begin with https://." in done.stderr


def test_check_deploy_when_companies_sign_people_in_then_has_nothing_to_say() -> None:
    done = check_deploy({**GOOD, "SSO_PROVIDERS": PROVIDERS})

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("FEED_LEASE_SECONDS", "40"), ("TASK_SECONDS", "50"), ("FEED_THREADS", "0")],
)
def test_check_deploy_when_times_of_background_work_do_not_fit_then_it_says_which(
    name: str, value: str
) -> None:
    done = check_deploy(GOOD | {name: value})

    assert done.returncode != 0
    assert f"{name} must be" in done.stderr
