"""Many sponsors at work: `python -m cdmo_portal.benchmarks.sponsors` adds them and their briefs.

It prints the sessions of those who are signed in, as a JSON list: signing fifty people in by the form would
measure the password hash.
"""

import json
import sys
from itertools import cycle, islice
from typing import Final

import django

SPONSORS: Final = 50
BRIEFS: Final = 200
WRITER: Final = "quillhaven"


def add_briefs() -> None:
    """Open briefs of one organisation, matched, until there are 200 of them."""
    # Models can be imported only once Django is set up, which is what starts here.
    from django.utils import timezone  # noqa: PLC0415

    from cdmo_portal.accounts.actors import actor_of_member  # noqa: PLC0415
    from cdmo_portal.accounts.models import Member, Organisation, Role  # noqa: PLC0415
    from matching.actions import match_runs  # noqa: PLC0415
    from matching.models import Brief  # noqa: PLC0415
    from matching.sample.briefs import BRIEFS as WRITTEN  # noqa: PLC0415
    from matching.sample.building import build_briefs  # noqa: PLC0415
    from partners.sample.people import SPONSORS as SAMPLE_SPONSORS  # noqa: PLC0415

    organisation = Organisation.objects.get(name=SAMPLE_SPONSORS[WRITER][0])
    missing = BRIEFS - Brief.objects.filter(organisation=organisation).count()
    specs = islice(cycle(WRITTEN), max(missing, 0))
    everywhere = dict.fromkeys(SAMPLE_SPONSORS, organisation)
    briefs = build_briefs(specs, everywhere, timezone.localdate())
    owner = Member.objects.select_related("organisation", "user").get(
        organisation=organisation, role=Role.OWNER
    )
    for brief in briefs:
        match_runs.run(by=actor_of_member(owner), brief=brief)


def signed_in() -> list[str]:
    """The session keys of fifty editors of that organisation."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from cdmo_portal.accounts.models import Member, Organisation, Role, User  # noqa: PLC0415
    from partners.sample.people import SPONSORS as SAMPLE_SPONSORS  # noqa: PLC0415

    organisation = Organisation.objects.get(name=SAMPLE_SPONSORS[WRITER][0])
    keys = []
    for number in range(SPONSORS):
        user = User.objects.create(email=f"crowd{number}@quillhaven.example", full_name=f"Person {number}")
        Member.objects.create(organisation=organisation, user=user, role=Role.EDITOR)
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    return keys


if __name__ == "__main__":
    django.setup()
    add_briefs()
    sys.stdout.write(json.dumps(signed_in()))
