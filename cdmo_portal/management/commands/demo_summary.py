"""`manage.py demo_summary`: where the demo is, who can sign in, and what the first sample brief finds."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matching.models import Brief
from matching.ranking import match_brief
from matching.scoring.results import SiteMatch
from partners.sample.people import SAMPLE_PASSWORD, sample_sign_ins

SHOWN = 3
PEOPLE = ("anna@", "bram@", "chloe@", "dora@larkfen", "dora@basaltine", "olga@")


class Command(BaseCommand):
    help = "Show the address, the sample sign-ins and the first matches of a sample brief."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Address   {settings.PUBLIC_URL}/")
        self.show_people()
        brief = Brief.objects.filter(is_sample=True).order_by("pk").first()
        if brief is None:
            self.stdout.write("There is no sample brief; `manage.py load_sample_data` makes some.")
            return
        self.show_matches(brief)

    def show_people(self) -> None:
        people = [each for each in sample_sign_ins() if each.email.startswith(PEOPLE)]
        if not people:
            self.stdout.write("Nobody of the sample world can sign in.")
            return
        self.stdout.write(f"Password  {SAMPLE_PASSWORD}   (the same for all; everybody here is fictional)")
        for person in people:
            self.stdout.write(f"  {person.email:<28} {person.role:<9} {person.organisation}")

    def show_matches(self, brief: Brief) -> None:
        result = match_brief(brief).result
        self.stdout.write(f"\nBrief “{brief.title}”: {result.sites_seen:,} sites judged")
        self.show_list("Eligible", result.counts["eligible"], result.eligible)
        self.show_list("Open questions", result.counts["open_questions"], result.open_questions)
        self.show_list("Near misses", result.counts["near_misses"], result.near_misses)
        self.stdout.write(f"  Everybody else: {result.rest_count:,} sites")

    def show_list(self, title: str, count: int, matches: tuple[SiteMatch, ...]) -> None:
        self.stdout.write(f"  {title} ({count})")
        for match in matches[:SHOWN]:
            why = "; ".join((*match.changes, *match.questions))
            self.stdout.write(f"    {match.points:5.1f}  {match.name}{f' — {why}' if why else ''}")
