#!/usr/bin/env python
"""Django's command line; brings up the embedded servers for commands that need a database and have none."""

import os
import sys

from django.core.management import execute_from_command_line

NEEDS_NO_DATABASE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages", "read_brief",
    "score_reading", "score_table", "spectacular", "startproject", "version", "--help", "--version",
}  # fmt: skip
START_THEIR_OWN = {"demo", "bench"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdmo_portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in NEEDS_NO_DATABASE | START_THEIR_OWN and not os.environ.get("DATABASE_URL"):
        use_embedded_servers()
    execute_from_command_line(sys.argv)


def use_embedded_servers() -> None:
    """Work on the demo's data with the demo's keys."""
    # Imported late: production has its own servers and none of the packages that the embedded ones need.
    from cdmo_portal.local import LocalServerError, ensure_environment  # noqa: PLC0415
    from cdmo_portal.local.demo_environment import DEFAULT_PORT, demo_environment  # noqa: PLC0415
    from cdmo_portal.local.folders import folders_for  # noqa: PLC0415

    try:
        ensure_environment("demo")
    except LocalServerError as error:
        sys.exit(str(error))
    os.environ.update(demo_environment(os.environ, port=DEFAULT_PORT, folder=folders_for("demo").root))


if __name__ == "__main__":
    main()
