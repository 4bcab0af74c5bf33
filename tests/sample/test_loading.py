"""Loading the sample world: complete, twice the same, and taken away without a trace."""

import csv
import datetime as dt
import gzip
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from cdmo_portal.accounts.models import Member, Organisation, Role, User
from matching.models import Brief, DemandFigure, Requirement, SiteReason, SiteStanding
from matching.sample.figures import remove_figures
from partners.models import Capability, CapacityWindow, Feed, Line, Partner, ProfileView, Site
from partners.sample.people import SAMPLE_PASSWORD, sample_sign_ins
from partners.sample.removing import remove_sample_world
from partners.sample.world import COMPANIES
from partners.vocabulary import current_vocabulary

pytestmark = pytest.mark.django_db

AS_OF = "2027-02-15"
REGISTER = Path(__file__).parents[3] / "shared/data/fda"


def load(**options: object) -> str:
    out = StringIO()
    call_command("load_sample_data", **{"as_of": dt.date.fromisoformat(AS_OF), **options}, stdout=out)
    return out.getvalue()


def counts() -> list[int]:
    tables = (
        Organisation,
        Partner,
        Site,
        Line,
        Capability,
        CapacityWindow,
        Brief,
        Requirement,
        User,
    )
    return [table._default_manager.count() for table in tables]


def test_load_when_run_twice_then_changes_nothing_and_says_so() -> None:
    first = load()
    before = counts()

    second = load()

    assert first.startswith("Loaded")
    assert second.startswith("Nothing changed")
    assert counts() == before


def test_load_when_fresh_then_makes_it_anew_and_leaves_others_alone() -> None:
    load(with_sign_ins=True)
    before = counts()
    Site.objects.create(slug="registered-only", name="Registered only", country="IE")

    said = load(fresh=True, with_sign_ins=True)

    assert said.startswith("Loaded")
    Site.objects.get(slug="registered-only").delete()
    assert counts() == before


def test_world_when_loaded_then_it_is_large_and_covers_every_service_and_modality() -> None:
    load()

    assert Partner.objects.filter(is_sample=True).count() >= 48
    assert Site.objects.filter(is_profiled=True).count() >= 90
    assert Site.objects.values("country").order_by().distinct().count() >= 20
    assert Organisation.objects.filter(kind="sponsor", is_sample=True).count() == 3
    assert Brief.objects.filter(is_sample=True, state="open").count() == 7
    assert missing_terms("service", "modality") == []
    assert not Site.objects.filter(latitude__isnull=True).exists()
    assert not Site.objects.filter(time_zone="UTC").exists()
    assert not User.objects.exists()  # people come only when asked for


def missing_terms(*facets: str) -> list[str]:
    vocabulary = current_vocabulary()
    offered = set(Capability.objects.filter(is_offered=True).values_list("term__code", flat=True))
    return [
        entry.code
        for facet in facets
        for entry in vocabulary.of_facet(facet)
        if not offered.intersection(vocabulary.descendants(entry.code))
    ]


def test_sign_ins_when_asked_for_then_sponsors_staff_and_operator_can_sign_in() -> None:
    load(with_sign_ins=True)

    anna = User.objects.get(email="anna@quillhaven.example")
    assert anna.check_password(SAMPLE_PASSWORD)
    assert EmailAddress.objects.get(user=anna).verified
    assert Member.objects.get(user=anna).role == Role.OWNER
    assert Member.objects.filter(organisation__kind="cdmo").values("organisation").distinct().count() >= 12
    assert sample_sign_ins()[-1].role == "Operator"


def test_feeds_when_loaded_then_one_waits_for_the_demo_and_one_fails_with_its_last_value_still_valid() -> (
    None
):
    load()

    live, failing = Feed.objects.order_by("name")
    assert (live.partner.slug, live.state) == ("larkfen-dosage", Feed.State.PAUSED)
    assert failing.attempts == failing.refreshes.filter(outcome="failed").count() == 9
    window = failing.windows.first()
    assert window is not None
    assert window.observed_at.date() == dt.date(2027, 1, 21)
    assert window.valid_until is not None
    assert window.valid_until > dt.date.fromisoformat(AS_OF)


def test_names_when_compared_with_the_register_then_none_is_a_real_firm() -> None:
    path = REGISTER / "drls_reg_2025-07-25_nocontacts.csv.gz"
    if not path.exists():
        pytest.skip("the register's file is not here")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        real = {value.strip().lower() for row in csv.reader(file) for value in row[:4]}

    assert not {company.name.lower() for company in COMPANIES} & real


def test_figures_when_loaded_then_tell_the_sample_cdmo_of_months_and_go_with_the_world() -> None:
    load()
    load()
    today = dt.date.fromisoformat(AS_OF)
    told = DemandFigure.objects.disclosed(today).filter(kind="")

    assert told.values("category").distinct().order_by().count() == 3
    assert told.values("week").distinct().order_by().count() >= 12
    assert SiteStanding.objects.disclosed(today).filter(site__partner__slug="larkfen-dosage").exists()
    assert SiteReason.objects.disclosed(today).exists()
    assert ProfileView.objects.disclosed(today).exists()
    assert all(row.briefs == row.eligible + row.open_questions + row.near + row.rest for row in standings())
    first = figures()

    load(fresh=True)

    assert figures() == first
    remove_sample_world()
    remove_figures()
    assert figures() == [0, 0, 0, 0]


def standings() -> list[SiteStanding]:
    return list(SiteStanding.objects.all())


def figures() -> list[int]:
    tables = (DemandFigure, SiteStanding, SiteReason, ProfileView)
    return [table._default_manager.count() for table in tables]
