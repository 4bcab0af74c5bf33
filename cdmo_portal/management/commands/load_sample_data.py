"""`manage.py load_sample_data`: a living world of fictional CDMOs, sponsors and briefs."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Organisation, Role, User
from matching.actions import match_runs
from matching.models import Brief
from matching.sample.briefs import BRIEFS
from matching.sample.building import build_briefs
from matching.sample.figures import build_figures, remove_figures
from partners import searching
from partners.actions.vocabulary import load_vocabulary
from partners.models import Partner, Site
from partners.sample.building import build_partners
from partners.sample.own_lists import QUILLHAVEN, build_private_records
from partners.sample.people import OPERATOR_EMAIL, SPONSORS, create_sign_ins, create_sponsors
from partners.sample.removing import remove_sample_world
from partners.sample.world import COMPANIES
from partners.vocabulary import current_vocabulary


class Command(BaseCommand):
    help = "Load the fictional sample world. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="DATE", help="count dates from this day (today)"
        )
        parser.add_argument("--fresh", action="store_true", help="remove the sample world first")
        parser.add_argument(
            "--with-sign-ins", action="store_true", help="also people who can sign in (always in the demo)"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        load_vocabulary(current_vocabulary())
        if options["fresh"]:
            remove_sample_world()
            remove_figures()
        is_new = not Partner.objects.filter(is_sample=True).exists()
        if is_new:
            build_partners(COMPANIES, options["as_of"] or timezone.localdate())
            create_sponsors()
        sponsors = sample_sponsors()
        are_people_new = (settings.DEMO or options["with_sign_ins"]) and add_people(sponsors)
        if is_new:
            build_private_records(
                sponsors["quillhaven"], QUILLHAVEN, options["as_of"] or timezone.localdate()
            )
            build_briefs(BRIEFS, sponsors, options["as_of"] or timezone.localdate())
            build_figures(options["as_of"] or timezone.localdate())
            searching.rebuild(Site.objects.filter(partner__is_sample=True).values_list("pk", flat=True))
        if are_people_new:
            match_sample_briefs(options["as_of"])
        self.stdout.write(f"{'Loaded' if is_new else 'Nothing changed; there already'}: {counted()}.")
        if are_people_new:
            self.stdout.write("People who can sign in were added; see `manage.py demo_summary`.")


def sample_sponsors() -> dict[str, Organisation]:
    """The sample sponsors by their short names."""
    found = Organisation.objects.filter(is_sample=True, kind=Organisation.Kind.SPONSOR)
    by_name = {sponsor.name: sponsor for sponsor in found}
    return {short: by_name[name] for short, (name, _) in SPONSORS.items()}


def add_people(sponsors: dict[str, Organisation]) -> bool:
    """Make the sample people unless they stand; whether they were made."""
    if User.objects.filter(email=OPERATOR_EMAIL).exists():
        return False
    archetypes = [company.slug for company in COMPANIES if company.is_archetype]
    create_sign_ins(sponsors, Partner.objects.filter(slug__in=archetypes, is_sample=True).order_by("pk"))
    return True


def match_sample_briefs(as_of: dt.date | None) -> None:
    """A first match of every sample brief, made by an owner of its sponsor, so that the demo shows one."""
    for brief in Brief.objects.filter(is_sample=True):
        owners = brief.organisation.members.filter(role=Role.OWNER).select_related("user", "organisation")
        match_runs.run(by=actor_of_member(owners[0]), brief=brief, as_of=as_of)


def counted() -> str:
    partners = Partner.objects.filter(is_sample=True)
    sites = Site.objects.filter(partner__is_sample=True)
    countries = sites.order_by().values("country").distinct().count()
    briefs = Brief.objects.filter(is_sample=True).count()
    return f"{partners.count()} partners, {sites.count()} sites in {countries} countries, {briefs} briefs"
