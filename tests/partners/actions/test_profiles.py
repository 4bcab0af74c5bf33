"""What editing a profile promises: who may, what is kept, who hears of it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.events.models import Event
from partners.actions import profiles
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.actions.profiles import (
    CapabilityFacts,
    EvidenceIsForTheOldStatement,
    MeasureFacts,
    SiteFacts,
    free_slug,
)
from partners.models import Audience, Basis, Capability, FormerSlug, Partner, SearchRow, Site, SiteChange
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.partners.editors import House, house, lyophilisation, vessel_volume

pytestmark = pytest.mark.django_db


def facts() -> CapabilityFacts:
    return CapabilityFacts(
        term=lyophilisation(),
        line=None,
        is_offered=True,
        basis=Basis.CLAIMED,
        confirmed_on=dt.date(2026, 1, 5),
        audience=Audience.SPONSORS,
        measures=(volume(50, 2000),),
    )


def volume(lo: int, hi: int) -> MeasureFacts:
    return MeasureFacts(
        term=vessel_volume(),
        lo=Decimal(lo),
        hi=Decimal(hi),
        count=1,
        entered_text=f"{lo}–{hi}",
        entered_unit="L",
    )


def state(home: House, said: CapabilityFacts) -> Capability:
    return profiles.save_capability(site=home.site, facts=said, by=home.actor)


def test_save_capability_by_an_editor_writes_the_statement_the_event_and_the_change() -> None:
    home = house()

    saved = state(home, facts())

    stored = Capability.objects.get(pk=saved.pk)
    assert (stored.audience, stored.measures.get().hi) == (Audience.SPONSORS, Decimal(2000))
    assert SiteChange.objects.filter(site=home.site).count() == 1
    event = Event.objects.get(kind="capability.stated")
    assert (event.object_id, event.organisation_id) == (saved.pk, home.organisation.pk)


def test_save_capability_when_committed_is_found_in_the_directory(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    home, said = house(), facts()

    with django_capture_on_commit_callbacks(execute=True):
        state(home, said)

    row = SearchRow.objects.get(site=home.site, reader=SearchRow.Reader.SPONSORS)
    assert said.term.bit in row.term_bits


def test_save_capability_on_a_registered_site_makes_it_a_profiled_one() -> None:
    home = house()
    Site.objects.filter(pk=home.site.pk).update(is_profiled=False)

    state(home, facts())

    assert Site.objects.get(pk=home.site.pk).is_profiled


def test_save_capability_by_viewer_stranger_or_sponsor_is_refused_and_writes_nothing() -> None:
    home = house()
    others = [home.viewer, MemberFactory.create(cdmo=True), MemberFactory.create()]

    for member in others:
        with pytest.raises(NotAllowed):
            profiles.save_capability(site=home.site, facts=facts(), by=actor_of_member(member))

    assert not Capability.objects.exists()
    assert not Event.objects.exists()


def test_save_capability_on_another_sites_line_is_refused() -> None:
    home = house()

    with pytest.raises(NotAllowed):
        state(home, replace(facts(), line=LineFactory.create()))


def test_save_capability_of_an_old_version_changes_nothing() -> None:
    home = house()
    first = state(home, facts())
    changed = replace(facts(), note="Changed by a colleague")
    profiles.save_capability(site=home.site, facts=changed, by=home.actor, capability=first, version="1")

    with pytest.raises(ChangedMeanwhile):
        profiles.save_capability(site=home.site, facts=facts(), by=home.actor, capability=first, version="1")

    stored = Capability.objects.get()
    assert (stored.version, stored.note) == (2, "Changed by a colleague")


def test_save_capability_about_a_term_stated_already_is_refused() -> None:
    home = house()
    state(home, facts())

    with pytest.raises(AlreadyThere):
        state(home, facts())


def test_save_capability_with_numbers_replaces_the_old_ones() -> None:
    home = house()
    first = state(home, facts())

    profiles.save_capability(
        site=home.site,
        facts=replace(facts(), measures=(volume(5, 10), volume(20, 20))),
        by=home.actor,
        capability=first,
        version="1",
    )

    assert set(first.measures.values_list("lo", flat=True)) == {5, 20}


@pytest.mark.parametrize("basis", [Basis.CERTIFICATE, Basis.INSPECTED])
def test_save_capability_claiming_outside_evidence_is_refused(basis: Basis) -> None:
    with pytest.raises(EvidenceIsForTheOldStatement):
        state(house(), replace(facts(), basis=basis))


def test_save_capability_keeps_outside_evidence_while_the_statement_stays_the_same() -> None:
    home = house()
    first = state(home, facts())
    Capability.objects.update(basis=Basis.INSPECTED)
    reworded = replace(facts(), basis=Basis.INSPECTED, note="Now with a note")

    profiles.save_capability(site=home.site, facts=reworded, by=home.actor, capability=first, version="1")

    assert Capability.objects.get().basis == Basis.INSPECTED
    for other in (
        replace(reworded, measures=(volume(50, 9000),)),
        replace(reworded, is_offered=False),
        replace(reworded, stages=("stg.commercial",)),
    ):
        with pytest.raises(EvidenceIsForTheOldStatement):
            profiles.save_capability(
                site=home.site, facts=other, by=home.actor, capability=first, version="2"
            )


def test_confirm_capability_when_still_true_counts_from_today_and_keeps_the_rest() -> None:
    home = house()
    row = CapabilityFactory.create(
        site=home.site, confirmed_on=dt.date(2024, 1, 1), basis=Basis.INSPECTED, audience=Audience.AGREEMENT
    )

    profiles.confirm_capability(capability=row, by=home.actor)

    row.refresh_from_db()
    assert (row.confirmed_on, row.basis) == (timezone.localdate(), Basis.INSPECTED)
    assert (row.audience, row.version) == (Audience.AGREEMENT, 2)
    assert Event.objects.filter(kind="capability.confirmed").count() == 1


def test_delete_capability_takes_the_statement_back_and_tells() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site)

    profiles.delete_capability(capability=row, version="1", by=home.actor)

    assert not Capability.objects.exists()
    assert SiteChange.objects.filter(site=home.site).exists()
    assert Event.objects.filter(kind="capability.deleted").exists()


def test_delete_capability_changed_or_removed_meanwhile_is_refused() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, version=2)

    with pytest.raises(ChangedMeanwhile):
        profiles.delete_capability(capability=row, version="1", by=home.actor)

    Capability.objects.filter(pk=row.pk).delete()
    with pytest.raises(ChangedMeanwhile):
        profiles.delete_capability(capability=row, version="2", by=home.actor)


def test_update_partner_by_an_editor_is_saved_and_by_others_refused() -> None:
    home = house()

    profiles.update_partner(
        partner=home.partner, summary="We fill vials.", website="", version="1", by=home.actor
    )

    assert Partner.objects.get(pk=home.partner.pk).summary == "We fill vials."
    assert SiteChange.objects.filter(site=home.site).exists()
    for member in (home.viewer, MemberFactory.create(cdmo=True)):
        with pytest.raises(NotAllowed):
            profiles.update_partner(
                partner=home.partner, summary="", website="", version="2", by=actor_of_member(member)
            )


def test_save_site_with_an_id_of_a_sister_site_is_refused() -> None:
    home = house()
    SiteFactory.create(partner=home.partner, external_id="CORK-1")

    with pytest.raises(AlreadyThere):
        profiles.save_site(
            partner=home.partner,
            facts=SiteFacts(name="Second", country="IE", external_id="CORK-1"),
            by=home.actor,
        )

    assert not Site.objects.filter(name="Second").exists()


@pytest.mark.parametrize(
    ("moved", "is_known"), [({"city": "Galway"}, False), ({"country": "GB"}, False), ({"name": "New"}, True)]
)
def test_save_site_in_another_town_or_country_forgets_the_old_position(
    moved: dict[str, str], is_known: bool
) -> None:
    home = house()
    Site.objects.filter(pk=home.site.pk).update(latitude=51.9, longitude=-8.5)
    kept = SiteFacts(name=home.site.name, city=home.site.city, country=home.site.country)

    profiles.save_site(
        partner=home.partner, facts=replace(kept, **moved), by=home.actor, site=home.site, version="1"
    )

    site = Site.objects.get(pk=home.site.pk)
    assert (site.latitude, site.longitude) == ((51.9, -8.5) if is_known else (None, None))


def test_save_site_of_somebody_else_is_refused() -> None:
    home = house()

    with pytest.raises(NotAllowed):
        profiles.save_site(
            partner=home.partner,
            facts=SiteFacts(name="Taken over", country="IE"),
            by=home.actor,
            site=SiteFactory.create(),
            version="1",
        )


def test_free_slug_never_is_or_was_anybodys() -> None:
    PartnerFactory.create(slug="cloonmore")
    FormerSlug.objects.create(slug="cloonmore-2", partner=PartnerFactory.create())

    assert free_slug(Partner, "Cloonmore") == "cloonmore-3"
    assert free_slug(Partner, "製薬") == "partner"
