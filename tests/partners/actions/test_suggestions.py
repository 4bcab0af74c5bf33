import datetime as dt

import pytest

from cdmo_portal.events.models import Event
from partners.actions.register import import_register
from partners.actions.suggestions import SuggestionReport, suggest_partners
from partners.importers.known_sites import KnownSite
from partners.models import FormerSlug, Partner, Site, SiteChange
from tests.factories.partners import PartnerFactory
from tests.partners.importers.register_texts import BERLIN, CORK, CORK_ANNEX, FOUR, SEOUL, register_of

pytestmark = pytest.mark.django_db
GROUP = "Fictional Group / Invented"


@pytest.fixture(autouse=True)
def register() -> None:
    import_register(register=register_of(*FOUR), snapshot_on=dt.date(2025, 7, 25), file_name="drls_reg.txt")


def suggest(*duns: str, group: str = GROUP) -> SuggestionReport:
    return suggest_partners(known_sites=[KnownSite(number, group) for number in duns])


def test_suggestion_when_sites_are_free_makes_an_unclaimed_partner_of_them() -> None:
    SiteChange.objects.all().delete()

    report = suggest(CORK.duns, CORK_ANNEX.duns, SEOUL.duns, "900000099")

    partner = Partner.objects.get()
    assert (report.new_partners, report.attached_sites, report.not_registered) == (1, 2, 1)
    assert (partner.name, partner.slug) == (GROUP, "fictional-group-invented")
    assert (partner.is_suggested, partner.organisation, partner.summary) == (True, None, "")
    assert set(SiteChange.objects.values_list("site_id")) == set(partner.sites.values_list("pk"))
    assert Event.objects.get(kind="partners.suggested").data == {"partners": 1, "sites": 2}


def test_suggestion_when_made_again_changes_nothing() -> None:
    suggest(CORK.duns, SEOUL.duns)
    changes = SiteChange.objects.count()

    report = suggest(CORK.duns, SEOUL.duns)

    assert report.changed_nothing
    assert (Partner.objects.count(), SiteChange.objects.count()) == (1, changes)


def test_suggestion_when_a_site_has_a_partner_leaves_it() -> None:
    keeper = PartnerFactory.create()
    Site.objects.filter(registrations__row_key=CORK.duns).update(partner=keeper)

    report = suggest(CORK.duns)

    assert report.changed_nothing
    assert list(Partner.objects.all()) == [keeper]


def test_suggestion_when_the_profile_was_claimed_leaves_it_alone() -> None:
    claimed = PartnerFactory.create(slug="fictional-group-invented", is_suggested=True)

    report = suggest(BERLIN.duns)

    assert report.left_alone == (GROUP,)
    assert not claimed.sites.exists()


def test_suggestion_when_the_profile_was_renamed_leaves_it_alone() -> None:
    FormerSlug.objects.create(slug="fictional-group-invented", partner=PartnerFactory.create())

    assert suggest(BERLIN.duns).left_alone == (GROUP,)


def test_suggestion_when_group_has_no_latin_letter_is_left_alone() -> None:
    assert suggest(BERLIN.duns, group="虚构").left_alone == ("虚构",)
