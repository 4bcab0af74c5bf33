"""The compare page: the address makes it, in whatever order; audiences hold; nothing grows without bound."""

import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import load_workbook

from partners.models import Audience, FormerSlug, Partner, Site
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import (
    CertificateFactory,
    InspectionFactory,
    InspectionOutcomeFactory,
    RegistrationFactory,
)
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db
# Session, user, membership, organisation of the transaction and its savepoint are the first six.
ALWAYS = 6


@pytest.fixture
def sponsor(client: Client) -> Client:
    client.force_login(MemberFactory.create().user)
    return client


def compare(client: Client, *rows: Site | Partner, more: str = "") -> str:
    answer = client.get(f"/compare/?ids={','.join(row.slug for row in rows)}{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def row_of(page: str, label: str) -> str:
    """The markup of a row, from its heading to its end."""
    return page.split(f'<th scope="row">{label}')[1].split("</tr>", maxsplit=1)[0]


def states(site: Site, code: str, **more: Any) -> Any:
    return CapabilityFactory.create(site=site, term=TermFactory.create(code=code), **more)


@pytest.fixture
def pair() -> tuple[Site, Site]:
    cork, linz = SiteFactory.create(name="Cork works"), SiteFactory.create(name="Linz works", country="AT")
    states(cork, "op.lyophilisation")
    states(linz, "op.lyophilisation", is_offered=False)
    states(cork, "op.isolator")
    states(linz, "op.isolator")
    states(cork, "op.bfs")
    return cork, linz


def test_compare_when_facts_are_stated_then_a_yes_a_no_and_silence_stay_apart(
    sponsor: Client, pair: tuple[Site, Site]
) -> None:
    page = compare(sponsor, *pair)

    assert "<td>Yes<small>" in row_of(page, "Lyophilisation")
    assert "<td>No<small>" in row_of(page, "Lyophilisation")
    assert '<td class="none">Not stated</td>' in row_of(page, "Bfs")
    assert "company’s own word, today" in row_of(page, "Isolator")
    assert "best-tag" not in page


def test_compare_when_asked_for_differences_then_agreeing_rows_and_empty_groups_vanish(
    sponsor: Client, pair: tuple[Site, Site]
) -> None:
    whole, only = compare(sponsor, *pair), compare(sponsor, *pair, more="&diff=1")
    turned = compare(sponsor, *reversed(pair), more="&diff=1")

    assert "Isolator" in whole
    assert "Isolator" not in only
    for page in (only, turned):
        assert "Lyophilisation" in page
        assert "Bfs" in page
    assert "Show all" in only


def test_compare_when_the_address_is_sent_to_a_colleague_then_shows_the_same_to_them(
    client: Client, pair: tuple[Site, Site]
) -> None:
    member = MemberFactory.create()
    colleague = MemberFactory.create(organisation=member.organisation, viewer=True)

    seen = []
    for user in (member.user, colleague.user):
        client.force_login(user)
        seen.append(compare(client, *pair).split("<main")[1].split("</main>")[0])

    assert seen[0] == seen[1]


def test_compare_when_ids_are_unknown_then_names_them_and_shows_the_rest(
    sponsor: Client, pair: tuple[Site, Site]
) -> None:
    FormerSlug.objects.create(slug="old-cork", site=pair[0])
    partner = PartnerFactory.create(name="Harbour Ltd")

    page = str(
        sponsor.get(f"/compare/?ids=old-cork,no-such,{partner.slug},<b>x</b>,{pair[0].slug}").content.decode()
    )

    assert "No sites or partners are called “no-such”, “&lt;b&gt;x&lt;/b&gt;”" in page
    assert page.count('<th scope="col" id="option-') == 2
    assert f"ids={pair[0].slug},{partner.slug}&amp;diff=1" in page


def test_compare_when_a_partner_has_the_slug_of_a_site_then_each_can_be_named(sponsor: Client) -> None:
    site = SiteFactory.create(slug="harbour", name="Harbour works")
    partner = PartnerFactory.create(slug="harbour", name="Harbour Ltd")

    page = sponsor.get("/compare/?ids=harbour,partner:harbour").content.decode()

    assert site.name in page
    assert partner.name in page
    assert "ids=harbour,partner:harbour" in page


def test_compare_when_more_than_four_are_asked_for_then_shows_four_and_names_the_others(
    sponsor: Client,
) -> None:
    sites = [SiteFactory.create(name=f"Works {number}") for number in range(6)]

    page = compare(sponsor, *sites)

    assert page.count('<th scope="col" id="option-') == 4
    assert "At most 4 can be compared. Left out: Works 4, Works 5." in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "Nothing to compare yet"),
        ("?ids=", "Nothing to compare yet"),
        ("?ids=nobody", "Nothing to compare"),
    ],
)
def test_compare_when_nothing_is_chosen_then_says_how_to_choose(
    sponsor: Client, query: str, expected: str
) -> None:
    answer = sponsor.get(f"/compare/{query}")

    assert answer.status_code == 200
    assert expected in answer.content.decode()


def test_compare_when_one_is_chosen_then_asks_for_one_more(sponsor: Client) -> None:
    assert "One more, please" in compare(sponsor, SiteFactory.create())


def test_compare_when_no_ids_are_named_then_leads_to_what_the_tray_holds(
    sponsor: Client, pair: tuple[Site, Site]
) -> None:
    for site in pair:
        sponsor.post(f"/compare/tray/site/{site.uid}/", {"on": "1"})

    answer = sponsor.get("/compare/")

    assert answer["Location"] == f"/compare/?ids={pair[0].slug},{pair[1].slug}"


def test_compare_when_ids_are_hostile_then_answers_all_the_same(sponsor: Client) -> None:
    for ids in (
        ",,,",
        "a" * 3_000,
        "partner:",
        "site:site:x",
        "%F0%9F%A7%AA",
        ",".join(map(str, range(400))),
    ):
        assert sponsor.get(f"/compare/?ids={ids}&diff=9&group=nope&format=pdf").status_code == 200


def test_compare_when_numbers_come_in_several_units_then_the_row_has_one(sponsor: Client) -> None:
    small, large = SiteFactory.create(), SiteFactory.create()
    term = TermFactory.create(code="op.wet-granulation")
    measure = TermFactory.create(code="sc.granulator-l", measure=True, label="Granulator volume")
    entered = [(small, "200", "L", Decimal(200)), (large, "3", "kL", Decimal(3000))]
    for site, text, unit, litres in entered:
        MeasureFactory.create(
            capability=CapabilityFactory.create(site=site, term=term),
            term=measure,
            lo=litres,
            hi=litres,
            entered_text=text,
            entered_unit=unit,
        )

    cells = row_of(compare(sponsor, small, large), "Wet granulation: Granulator volume").replace(
        "\u00a0", " "
    )

    assert "200 L" in cells
    assert "3,000 L" in cells
    assert cells.count("Highest stated") == 1


@pytest.mark.parametrize(("code", "is_marked"), [("sc.batches-36-months", False), ("sc.granulator-l", True)])
def test_compare_when_a_count_perishes_sooner_than_its_statement_then_nobody_is_marked_for_it(
    sponsor: Client, code: str, is_marked: bool
) -> None:
    sites = SiteFactory.create(), SiteFactory.create()
    term, measure = TermFactory.create(code="op.wet-granulation"), TermFactory.create(code=code, measure=True)
    for number, site in enumerate(sites, 1):
        day = timezone.localdate() - dt.timedelta(days=200 * number)
        MeasureFactory.create(
            capability=CapabilityFactory.create(site=site, term=term, confirmed_on=day),
            term=measure,
            lo=Decimal(number),
            hi=Decimal(number),
        )

    page = compare(sponsor, *sites)

    assert ("Highest stated</span>" in page) is is_marked
    assert ("Too old to count" in page) is not is_marked


@pytest.mark.parametrize(
    "more",
    [
        {"observed_at": timezone.now() - dt.timedelta(days=61)},
        {"valid_until": timezone.localdate() - dt.timedelta(days=1)},
    ],
    ids=["reported long ago", "held until yesterday"],
)
def test_compare_when_capacity_is_too_old_to_count_then_it_says_so_and_has_no_colour(
    sponsor: Client, more: dict[str, Any]
) -> None:
    fresh, old = SiteFactory.create(), SiteFactory.create()
    for site, special in ((fresh, {}), (old, more)):
        line = LineFactory.create(site=site, name=f"Line of {site.name}")
        given = {"observed_at": timezone.now(), "audience": Audience.SPONSORS} | special
        CapacityWindowFactory.create(line=line, **given)

    page = compare(sponsor, fresh, old)
    heat = page.split('<table class="heat">')[1].split("</table>")[0]
    first, second = (row_of(heat, f"Line of {site.name}") for site in (fresh, old))

    assert "Too old to count" not in first
    assert "Too old to count: batches, reported" in second
    assert [bool(re.search(r'class="q[0-5]', row)) for row in (first, second)] == [True, False]


def test_compare_when_there_are_many_lines_then_the_workbook_has_all_of_them(sponsor: Client) -> None:
    sites = SiteFactory.create(), SiteFactory.create()
    for line in LineFactory.create_batch(11, site=sites[0]):
        CapacityWindowFactory.create(line=line, observed_at=timezone.now(), audience=Audience.SPONSORS)

    page = compare(sponsor, *sites)
    answer = sponsor.get(f"/compare/?ids={sites[0].slug},{sites[1].slug}&format=xlsx")

    assert "3 more lines: see the profile" in page
    book = load_workbook(io.BytesIO(b"".join(answer)))
    assert len(book.get_sheet_by_name("Reported open").to_python()) == 1 + 11


def test_compare_when_a_number_is_too_old_to_count_then_nobody_is_marked(sponsor: Client) -> None:
    fresh, old = SiteFactory.create(), SiteFactory.create()
    term = TermFactory.create(code="op.wet-granulation")
    measure = TermFactory.create(code="sc.granulator-l", measure=True, label="Granulator volume")
    long_ago = timezone.localdate() - dt.timedelta(days=900)
    for site, litres, more in ((fresh, 200, {}), (old, 3000, {"confirmed_on": long_ago})):
        MeasureFactory.create(
            capability=CapabilityFactory.create(site=site, term=term, **more),
            term=measure,
            lo=Decimal(litres),
            hi=Decimal(litres),
            entered_text=str(litres),
        )

    page = compare(sponsor, fresh, old)

    assert "Highest stated</span>" not in page
    assert "Too old to count" in row_of(page, "Wet granulation: Granulator volume")


def test_compare_when_a_partner_has_several_sites_then_says_at_how_many(sponsor: Client) -> None:
    partner = PartnerFactory.create(name="Harbour")
    sites = [
        SiteFactory.create(partner=partner, name=f"Harbour, {town}") for town in ("Cork", "Linz", "Graz")
    ]
    for site in sites[:2]:
        states(site, "op.lyophilisation")
    states(sites[2], "op.isolator", is_offered=False)
    other = SiteFactory.create()

    page = compare(sponsor, partner, other)

    assert "Yes at 2 of 3 sites" in row_of(page, "Lyophilisation")
    assert "yes: Cork, Linz" in row_of(page, "Lyophilisation")
    assert "No at 1 of 3 sites" in row_of(page, "Isolator")
    assert "Partner with 3 sites" in page


def test_compare_when_a_partner_has_no_site_then_everything_of_it_is_not_stated(
    sponsor: Client, pair: tuple[Site, Site]
) -> None:
    page = compare(sponsor, PartnerFactory.create(name="Harbour"), pair[0])

    assert "Partner with 0 sites" in page
    assert "Not stated" in row_of(page, "Place")
    assert "Told to sponsors only" not in page


def test_compare_when_records_are_known_then_each_has_its_state_authority_and_age(sponsor: Client) -> None:
    today = timezone.localdate()
    cork, linz = SiteFactory.create(), SiteFactory.create()
    CertificateFactory.create(site=cork, expires_on=today + dt.timedelta(days=400), number="GMP/1")
    CertificateFactory.create(site=linz, expires_on=today - dt.timedelta(days=1))
    visit = InspectionFactory.create(site=cork, ended_on=today - dt.timedelta(days=90))
    InspectionOutcomeFactory.create(inspection=visit)
    RegistrationFactory.create(site=cork, firm_name="Cork Works Ltd", operations=["C82401"])
    HazardFactory.create(site=linz)

    page = compare(sponsor, cork, linz)

    assert "Valid, expires" in row_of(page, "Gmp certificate")
    assert "Expired on" in row_of(page, "Gmp certificate")
    assert "No action indicated" in row_of(page, "Fda")
    assert "None stated" in row_of(page, "Fda")
    assert "Cork Works Ltd" in row_of(page, "Entry")
    assert "No entry was found" in row_of(page, "Entry")
    assert "Handled: whole site" in row_of(page, "Cytotoxic")


def test_compare_when_readers_differ_then_each_sees_what_its_audience_may(client: Client) -> None:
    owner = MemberFactory.create(cdmo=True)
    own = SiteFactory.create(partner=PartnerFactory.create(organisation=owner.organisation))
    other = SiteFactory.create()
    for site, code in ((own, "op.own-secret"), (other, "op.other-secret")):
        states(site, code, audience=Audience.MATCHING)
        states(site, code.replace("secret", "for-sponsors"), audience=Audience.SPONSORS)
        line = LineFactory.create(site=site, name="Filling line")
        CapacityWindowFactory.create(line=line, quantity=Decimal("7.125"), observed_at=timezone.now())
    people = {
        "sponsor": MemberFactory.create().user,
        "own": owner.user,
        "rival": MemberFactory.create(cdmo=True).user,
    }

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = compare(client, own, other)

    assert "Other secret" not in "".join(seen.values())
    assert ["Own secret" in seen[name] for name in people] == [False, True, False]
    assert ["Own for sponsors" in seen[name] for name in people] == [True, True, False]
    assert ["Other for sponsors" in seen[name] for name in people] == [True, False, False]
    assert ["7.125" in seen[name] for name in people] == [False, True, False]
    assert [row_of(seen[name], "Next open quarter").count("Q2 2027") for name in ("sponsor", "own")] == [2, 1]
    assert "Told to sponsors only" in row_of(seen["own"], "Next open quarter")
    assert "Q2 2027" not in seen["rival"]


def test_compare_when_nobody_is_signed_in_then_leads_to_sign_in_and_back(
    client: Client, pair: tuple[Site, Site]
) -> None:
    answer = client.get(f"/compare/?ids={pair[0].slug},{pair[1].slug}")

    assert answer.status_code == 302
    assert f"next=/compare/%3Fids%3D{pair[0].slug}" in answer["Location"]


def many_facts(partner: Partner, sites: int) -> None:
    for number in range(sites):
        site = SiteFactory.create(partner=partner)
        line = LineFactory.create(site=site)
        for step in range(4):
            statement = states(site, f"op.step-{step}", line=line if number % 2 else None)
            MeasureFactory.create(capability=statement)
        HazardFactory.create(site=site)
        CapacityWindowFactory.create(line=line, observed_at=timezone.now(), audience=Audience.SPONSORS)
        InspectionOutcomeFactory.create(inspection=InspectionFactory.create(site=site))
        CertificateFactory.create(site=site)
        RegistrationFactory.create(site=site)


def test_compare_when_partners_have_many_sites_then_asks_no_more_than_for_two_sites(sponsor: Client) -> None:
    partners = [PartnerFactory.create() for _ in range(4)]
    for partner, sites in zip(partners, (1, 1, 6, 6), strict=True):
        many_facts(partner, sites)

    compare(sponsor, *partners)  # loads the vocabulary, which stays
    with CaptureQueriesContext(connection) as few:
        compare(sponsor, *partners[:2])
    many_facts(partners[0], 5)
    many_facts(partners[1], 5)
    with CaptureQueriesContext(connection) as many:
        compare(sponsor, *partners)

    assert len(many) == len(few)
    assert len(many) <= ALWAYS + 17


@pytest.mark.parametrize("is_shared", [True, False], ids=["of the same terms", "of terms of their own"])
def test_compare_when_four_sites_state_300_things_each_then_the_page_stays_under_150_kb(
    sponsor: Client, is_shared: bool
) -> None:
    sites = [SiteFactory.create(name=f"Works with a name of some length {number}") for number in range(4)]
    measure = TermFactory.create(code="sc.bioreactor-l", measure=True, label="Bioreactor working volume")
    for at, site in enumerate(sites):
        for number in range(300):
            code = f"op.operation-of-some-kind-{number if is_shared else 300 * at + number}"
            statement = states(site, code, is_offered=(number + at) % 3 > 0, source="Our audit of some year")
            if number % 3 == 0:
                MeasureFactory.create(capability=statement, term=measure)

    pages = [compare(sponsor, *sites, more=more) for more in ("", "&diff=1", "&group=unit_operation")]

    assert max(len(page.encode()) for page in pages) < 150_000
    assert "no room for them on this page" in pages[0]


def test_compare_when_taken_away_as_a_workbook_then_says_who_when_and_from_what(
    sponsor: Client, pair: tuple[Site, Site]
) -> None:
    RegistrationFactory.create(site=pair[0])
    CapacityWindowFactory.create(
        line=LineFactory.create(site=pair[0]), observed_at=timezone.now(), audience=Audience.SPONSORS
    )

    answer = sponsor.get(f"/compare/?ids={pair[0].slug},{pair[1].slug}&diff=1&format=xlsx")

    book = load_workbook(io.BytesIO(b"".join(answer)))
    facts, opened, told = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    about = {str(row[0]): str(row[1]) for row in told}
    assert facts[0][:3] == ["Part", "Fact", "Cork works"]
    assert next(row for row in facts if row[1] == "Lyophilisation")[2::2] == ["Yes", "No"]
    assert not [row for row in facts if row[1] == "Isolator"]
    assert len(opened) == 2
    assert about["Ids"] == f"{pair[0].slug},{pair[1].slug}"
    assert about["Address"] == f"http://testserver/compare/?ids={about['Ids']}&diff=1"
    assert about["For"].startswith("Organisation")
    assert "Made at" in about
    assert "today" in about["Statements of companies"]
    assert "snapshot of" in about["FDA establishment register"]
