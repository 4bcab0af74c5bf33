"""The pages of the own profile: who gets in, what a save does, what a stale one does."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from partners.models import (
    Audience,
    Basis,
    Capability,
    Certificate,
    Hazard,
    Inspection,
    Origin,
    Partner,
    Site,
)
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, lyophilisation, signed_in, vessel_volume

pytestmark = pytest.mark.django_db

NO_ROWS = {"measures-TOTAL_FORMS": "0", "measures-INITIAL_FORMS": "0"}


def statement(**changes: object) -> dict[str, object]:
    return {
        "term": "Lyophilisation",
        "is_offered": "yes",
        "basis": "claimed",
        "confirmed_on": "2026-01-05",
        "audience": "sponsors",
        "version": "",
        **NO_ROWS,
        **changes,
    }


def pages_of(home: House) -> dict[str, str]:
    """Every page of the own profile with something on it, by name."""
    slug = home.site.slug
    capability = CapabilityFactory.create(site=home.site, term=lyophilisation())
    line = LineFactory.create(site=home.site, lead_time_weeks=4)
    certificate = CertificateFactory.create(site=home.site)
    inspection = InspectionFactory.create(site=home.site)
    window = CapacityWindowFactory.create(line=line)
    paths: dict[str, list[object]] = {
        "own_site": [slug],
        "site_update": [slug],
        "capability_create": [slug],
        "capability_add": [slug],
        "capability_update": [slug, capability.uid],
        "capability_delete": [slug, capability.uid],
        "hazard_update": [slug],
        "hazard_update_at": [slug, line.uid],
        "certificate_create": [slug],
        "certificate_update": [slug, certificate.uid],
        "certificate_delete": [slug, certificate.uid],
        "inspection_create": [slug],
        "inspection_update": [slug, inspection.uid],
        "inspection_delete": [slug, inspection.uid],
        "line_create": [slug],
        "line_update": [slug, line.uid],
        "line_delete": [slug, line.uid],
        "window_list": [slug],
        "window_create": [slug, line.uid],
        "window_update": [slug, window.uid],
        "window_delete": [slug, window.uid],
    }
    return {name: reverse(f"partners:{name}", args=args) for name, args in paths.items()}


READABLE = {"own_site", "window_list"}


def test_viewer_who_posts_to_any_page_is_refused_and_changes_nothing() -> None:
    home = house()
    urls = {name: url for name, url in pages_of(home).items() if name not in READABLE}
    before = Capability.objects.get()
    line = home.site.lines.get()
    urls["capability_confirm"] = reverse("partners:capability_confirm", args=[home.site.slug, before.uid])
    urls["line_confirm"] = reverse("partners:line_confirm", args=[home.site.slug, line.uid])
    urls["line_source"] = reverse("partners:line_source", args=[home.site.slug, line.uid])
    urls["hazard_confirm"] = reverse("partners:hazard_confirm", args=[home.site.slug, "site"])
    urls["own_profile"] = reverse("partners:own_profile")
    urls["site_create"] = reverse("partners:site_create")
    client = signed_in(home.viewer)

    for name, url in urls.items():
        assert client.post(url, {"source": "feed", "version": "1"}).status_code == 403, name

    assert Capability.objects.get().version == before.version
    assert not Event.objects.exists()


def test_every_page_opens_for_the_editor_and_only_reading_ones_for_the_viewer() -> None:
    home = house()
    editor, viewer = signed_in(home.editor), signed_in(home.viewer)

    for name, url in pages_of(home).items():
        assert editor.get(url).status_code == 200, name
        assert viewer.get(url).status_code == (200 if name in READABLE else 403), name


@pytest.mark.parametrize("stranger", [lambda: MemberFactory.create(cdmo=True), MemberFactory.create])
def test_no_page_is_there_for_another_cdmo_or_a_sponsor(stranger: Callable[[], Member]) -> None:
    home = house()
    client = signed_in(stranger())

    for name, url in pages_of(home).items():
        assert client.get(url).status_code == 404, name
        assert client.post(url).status_code == 404, name


def test_own_profile_for_a_sponsor_is_not_there_and_for_a_visitor_asks_to_sign_in() -> None:
    url = reverse("partners:own_profile")

    assert signed_in(MemberFactory.create()).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_own_profile_without_a_partner_says_how_to_get_one() -> None:
    member = MemberFactory.create(cdmo=True)

    page = signed_in(member).get(reverse("partners:own_profile")).content.decode()

    assert "keeps no profile yet" in page
    assert reverse("partners:partner_create") in page


def test_own_profile_saves_summary_and_website() -> None:
    home = house()

    answer = signed_in(home.editor).post(
        reverse("partners:own_profile"),
        {"summary": "We fill vials.", "website": "https://cdmo.example/", "version": "1"},
    )

    assert answer.status_code == 302
    assert Partner.objects.get(pk=home.partner.pk).website == "https://cdmo.example/"


def test_own_profile_of_an_old_version_shows_both_values_and_saves_nothing() -> None:
    home = house()
    Partner.objects.filter(pk=home.partner.pk).update(summary="Theirs", version=2)

    answer = signed_in(home.editor).post(
        reverse("partners:own_profile"), {"summary": "Mine", "website": "", "version": "1"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mine" in page
    assert "Theirs" in page
    assert Partner.objects.get(pk=home.partner.pk).summary == "Theirs"


def test_own_profile_lists_sites_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    home = house()
    for _number in range(12):
        CapabilityFactory.create_batch(2, site=SiteFactory.create(partner=home.partner))
    client = signed_in(home.editor)

    with django_assert_max_num_queries(14):
        answer = client.get(reverse("partners:own_profile"))

    assert answer.content.decode().count("Capacity<span") == 13


def test_own_site_with_many_rows_issues_a_fixed_number_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    home = house()
    for line in LineFactory.create_batch(6, site=home.site):
        MeasureFactory.create(capability=CapabilityFactory.create(site=home.site, line=line))
        CapacityWindowFactory.create(line=line)
    client = signed_in(home.editor)

    with django_assert_max_num_queries(26):
        answer = client.get(reverse("partners:own_site", args=[home.site.slug]))

    assert answer.status_code == 200


def test_own_site_keeps_the_regulators_facts_apart_and_read_only() -> None:
    home = house()
    RegistrationFactory.create(site=home.site, firm_name="Cork Works Ltd")
    published = CertificateFactory.create(site=home.site, origin=Origin.REGULATOR)
    client = signed_in(home.editor)

    page = client.get(reverse("partners:own_site", args=[home.site.slug])).content.decode()

    edit = reverse("partners:certificate_update", args=[home.site.slug, published.uid])
    assert "Cork Works Ltd" in page[page.index("What regulators published") :]
    assert edit not in page
    assert client.post(edit, {"term": published.term.label}).status_code == 404


def test_own_site_asks_every_hazard_also_those_not_stated() -> None:
    home = house()
    TermFactory.create(code="haz.radioactive", hazard=True, label="Radioactive substances")
    HazardFactory.create(site=home.site)

    page = signed_in(home.viewer).get(reverse("partners:own_site", args=[home.site.slug])).content.decode()

    hazards = page[page.index('id="hazards-title"') : page.index('id="lines-title"')]
    assert "Radioactive substances" in hazards
    assert "Not stated" in hazards


def test_capability_create_saves_numbers_with_their_units_and_the_audience() -> None:
    home = house()
    lyophilisation(), vessel_volume()
    rows = {
        "measures-TOTAL_FORMS": "2",
        "measures-INITIAL_FORMS": "0",
        "measures-0-term": "sc.bioreactor-l",
        "measures-0-number": "3 × 2000 L",
        "measures-1-term": "Bioreactor working volume",
        "measures-1-number": "500–900",
        "measures-1-unit": "mL",
    }

    answer = signed_in(home.editor).post(
        reverse("partners:capability_create", args=[home.site.slug]), statement(**rows)
    )

    assert answer.status_code == 302
    saved = Capability.objects.get()
    assert saved.audience == Audience.SPONSORS
    small, vessels = saved.measures.order_by("lo")
    assert (small.lo, small.hi, str(small)) == (Decimal("0.5"), Decimal("0.9"), "500–900 mL")
    assert (vessels.lo, vessels.count, str(vessels)) == (Decimal(2000), 3, "3 × 2000 L")


def test_capability_update_with_a_removed_row_takes_that_number_away() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation())
    vessel_volume()
    MeasureFactory.create(capability=row, count=3, lo=2000, hi=2000, entered_text="2000")
    MeasureFactory.create(capability=row, lo=50, hi=50, entered_text="50")
    client = signed_in(home.editor)
    url = reverse("partners:capability_update", args=[home.site.slug, row.uid])
    rows = client.get(url).context["rows"]
    names = ("term", "number", "unit")
    typed = {form[name].html_name: form[name].value() or "" for form in rows for name in names}
    counts = {"measures-TOTAL_FORMS": "3", "measures-INITIAL_FORMS": "2"}
    removed = {"measures-0-DELETE": "on", "measures-2-DELETE": "on"}

    answer = client.post(url, statement(**{**typed, **counts, **removed, "version": "1"}))

    assert answer.status_code == 302
    assert str(row.measures.get()) == "3 × 2000 L"


def test_capability_create_by_synonym_finds_the_term() -> None:
    home = house()
    term = lyophilisation()

    signed_in(home.editor).post(
        reverse("partners:capability_create", args=[home.site.slug]), statement(term="freeze drying")
    )

    assert Capability.objects.get().term == term


def test_capability_update_keeps_the_audience_and_raises_the_version() -> None:
    home = house()
    row = CapabilityFactory.create(
        site=home.site, term=lyophilisation(), audience=Audience.AGREEMENT, basis=Basis.INSPECTED
    )
    client = signed_in(home.editor)
    url = reverse("partners:capability_update", args=[home.site.slug, row.uid])
    opened = client.get(url).context["form"]
    typed = {name: opened[name].value() for name in opened.fields if opened[name].value()}

    answer = client.post(url, {**typed, **NO_ROWS, "note": "Two chambers"})

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.audience, row.basis, row.note, row.version) == (
        Audience.AGREEMENT,
        Basis.INSPECTED,
        "Two chambers",
        2,
    )


def test_capability_update_of_an_old_version_shows_both_values_and_then_lets_save() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation(), note="Theirs", version=2)
    client = signed_in(home.editor)
    url = reverse("partners:capability_update", args=[home.site.slug, row.uid])

    answer = client.post(url, statement(version="1", note="Mine"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mine" in page
    assert "Theirs" in page
    assert Capability.objects.get().note == "Theirs"
    again = client.post(url, statement(version=answer.context["form"]["version"].value(), note="Mine"))
    assert again.status_code == 302
    assert Capability.objects.get().note == "Mine"


def test_capability_about_a_term_stated_already_names_the_field() -> None:
    home = house()
    CapabilityFactory.create(site=home.site, term=lyophilisation())

    answer = signed_in(home.editor).post(
        reverse("partners:capability_create", args=[home.site.slug]), statement()
    )

    assert answer.status_code == 422
    assert "term" in answer.context["form"].errors


def test_capability_on_a_line_of_another_site_is_refused() -> None:
    home = house()
    lyophilisation()

    answer = signed_in(home.editor).post(
        reverse("partners:capability_create", args=[home.site.slug]),
        statement(place=str(LineFactory.create().uid)),
    )

    assert answer.status_code == 422
    assert not Capability.objects.exists()


def test_capability_confirm_and_delete_do_what_they_say() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, confirmed_on=dt.date(2023, 1, 1))
    client = signed_in(home.editor)

    client.post(reverse("partners:capability_confirm", args=[home.site.slug, row.uid]))

    row.refresh_from_db()
    assert row.confirmed_on == timezone.localdate()
    client.post(
        reverse("partners:capability_delete", args=[home.site.slug, row.uid]), {"version": row.version}
    )
    assert not Capability.objects.exists()


def test_hazard_update_saves_yes_no_and_not_stated_and_keeps_other_audiences() -> None:
    home = house()
    kept = HazardFactory.create(
        site=home.site, audience=Audience.AGREEMENT, confirmed_on=dt.date(2026, 1, 1), basis=Basis.DOCUMENT
    )
    gone = HazardFactory.create(site=home.site, term=TermFactory.create(code="haz.radioactive", hazard=True))
    fresh = TermFactory.create(code="haz.hpapi", hazard=True)
    client = signed_in(home.editor)
    url = reverse("partners:hazard_update", args=[home.site.slug])
    version = client.get(url).context["form"]["version"].value()

    answer = client.post(
        url, {"haz-cytotoxic": "yes", "haz-radioactive": "unstated", "haz-hpapi": "no", "version": version}
    )

    assert answer.status_code == 302
    kept.refresh_from_db()
    assert (kept.audience, kept.confirmed_on, kept.basis) == (
        Audience.AGREEMENT,
        dt.date(2026, 1, 1),
        Basis.DOCUMENT,
    )
    assert not Hazard.objects.filter(pk=gone.pk).exists()
    assert not Hazard.objects.get(term=fresh).is_present


def test_hazard_update_that_leaves_a_question_out_is_refused_there() -> None:
    home = house()
    HazardFactory.create(site=home.site)
    TermFactory.create(code="haz.hpapi", hazard=True)
    client = signed_in(home.editor)
    url = reverse("partners:hazard_update", args=[home.site.slug])
    version = client.get(url).context["form"]["version"].value()

    answer = client.post(url, {"haz-cytotoxic": "no", "haz-hpapi": "perhaps", "version": version})

    assert answer.status_code == 422
    assert "haz-hpapi" in answer.context["form"].errors
    assert Hazard.objects.get().is_present


def test_hazard_update_when_answered_meanwhile_shows_both_values_and_saves_nothing() -> None:
    home = house()
    TermFactory.create(code="haz.cytotoxic", hazard=True)
    client = signed_in(home.editor)
    url = reverse("partners:hazard_update", args=[home.site.slug])
    version = client.get(url).context["form"]["version"].value()
    theirs = HazardFactory.create(site=home.site)

    answer = client.post(url, {"haz-cytotoxic": "no", "version": version})

    assert answer.status_code == 422
    assert [(each.typed, each.stored) for each in answer.context["differences"]] == [("No", "Yes")]
    theirs.refresh_from_db()
    assert theirs.is_present


def test_hazard_confirm_counts_the_answers_of_one_place_from_today() -> None:
    home = house()
    old = dt.date(2023, 1, 1)
    here = HazardFactory.create(site=home.site, confirmed_on=old)
    line = LineFactory.create(site=home.site)
    there = HazardFactory.create(site=home.site, scope="line", line=line, confirmed_on=old)

    signed_in(home.editor).post(reverse("partners:hazard_confirm", args=[home.site.slug, "site"]))

    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.confirmed_on, there.confirmed_on) == (timezone.localdate(), old)


def test_certificate_and_inspection_are_stated_changed_and_removed() -> None:
    home = house()
    TermFactory.create(code="cer.gmp-certificate", facet__code="certificate")
    TermFactory.create(code="reg.fda", facet__code="regulator")
    client, slug = signed_in(home.editor), home.site.slug

    client.post(
        reverse("partners:certificate_create", args=[slug]),
        {"term": "cer.gmp-certificate", "number": "IE/1", "inspected_on": "2025-03-01"},
    )
    client.post(
        reverse("partners:inspection_create", args=[slug]), {"authority": "reg.fda", "outcome": "NAI"}
    )

    certificate, inspection = Certificate.objects.get(), Inspection.objects.get()
    assert (certificate.origin, inspection.outcomes.get().outcome) == (Origin.COMPANY, "NAI")
    url = reverse("partners:certificate_update", args=[slug, certificate.uid])
    assert client.post(url, {"term": "cer.gmp-certificate", "version": "old"}).status_code == 422
    assert Certificate.objects.get().number == "IE/1"
    client.post(reverse("partners:certificate_delete", args=[slug, certificate.uid]))
    client.post(reverse("partners:inspection_delete", args=[slug, inspection.uid]))
    assert not Certificate.objects.exists()
    assert not Inspection.objects.exists()


def test_site_update_and_create_save_the_address() -> None:
    home = house()
    client = signed_in(home.editor)
    address = {"name": "Cork West", "city": "Cork", "country": "IE", "time_zone": "Europe/Dublin"}

    client.post(reverse("partners:site_update", args=[home.site.slug]), {**address, "version": "1"})
    client.post(reverse("partners:site_create"), {**address, "name": "Cork East"})

    assert set(Site.objects.values_list("name", "time_zone")) == {
        ("Cork West", "Europe/Dublin"),
        ("Cork East", "Europe/Dublin"),
    }
