"""Layers, the Celery application and the routes of tasks."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from typing import Any

import pytest
from django.conf import settings

from cdmo_portal.celery import app
from tests.architecture.sources import ROOT

ENTRANCES = {
    "web": "import cdmo_portal.wsgi",
    "commands": "import manage; manage.execute_from_command_line(['manage.py', 'version'])",
    "worker": "from celery.app.utils import find_app; find_app('cdmo_portal')",
}


def contracts() -> list[dict[str, Any]]:
    settings_of = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings_of["tool"]["importlinter"]["contracts"]
    return found


def children(package: str) -> set[str]:
    folder = ROOT / package
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in folder.glob("*/__init__.py")}


def named_in(layers: list[str]) -> set[str]:
    return {name for layer in layers for name in re.findall(r"[\w.]+", layer)}


def test_wiring_when_a_module_is_added_then_a_layer_names_it() -> None:
    layers = next(each["layers"] for each in contracts() if each["name"] == "Apps import one way")

    assert {f"cdmo_portal.{name}" for name in children("cdmo_portal")} <= named_in(layers)


def test_top_level_when_listed_then_holds_three_packages_and_the_tests() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages == {"cdmo_portal", "partners", "matching", "tests"}


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_process_when_started_then_sends_to_our_broker(entrance: str) -> None:
    code = f"{ENTRANCES[entrance]}; import celery; print('app', celery.current_app.main)"
    environment = {
        "DJANGO_SETTINGS_MODULE": "cdmo_portal.settings",
        "DEBUG": "1",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1:] == ["app cdmo_portal"], done.stderr


def our_tasks() -> list[str]:
    app.loader.import_default_modules()
    return [name for name in app.tasks if not name.startswith("celery.")]


def test_tasks_when_registered_then_each_has_a_route() -> None:
    routes = settings.CELERY_TASK_ROUTES

    assert our_tasks()
    assert [name for name in our_tasks() if not any(fnmatch(name, each) for each in routes)] == []


def test_schedule_when_read_then_names_tasks_that_exist_and_lets_none_pile_up() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE.values()

    assert {str(each["task"]) for each in schedule} <= set(our_tasks())
    assert all("expires" in str(each.get("options")) for each in schedule)


def test_queues_when_compose_starts_workers_then_every_route_is_read() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}

    assert [queue for queue in sorted(queues) if queue not in text] == []
