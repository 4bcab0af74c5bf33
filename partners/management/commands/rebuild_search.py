from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from partners import searching


class Command(BaseCommand):
    help = "Writes the directory's search rows anew: those of changed sites with --changed, else all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--changed", action="store_true", help="only sites that changed since the last time"
        )

    def handle(self, *args: Any, changed: bool, **options: Any) -> None:
        done = searching.catch_up() if changed else searching.rebuild_all()
        self.stdout.write(f"Search rows of {done:,} sites are up to date.")
