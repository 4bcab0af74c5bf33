#!/usr/bin/env python
"""Django's command line; brings up the embedded servers for commands that need a database and have none."""

import os
import sys

from django.core.management import execute_from_command_line

from cdmo_portal.local import ensure_environment

NEEDS_NO_DATABASE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages", "read_brief",
    "score_table", "spectacular", "startproject", "version", "--help", "--version",
}  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdmo_portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in NEEDS_NO_DATABASE and "DATABASE_URL" not in os.environ and command != "demo":
        ensure_environment("demo")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
