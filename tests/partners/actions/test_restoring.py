"""Every change of a profile keeps both values, and what stood before it can stand again."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from cdmo_portal.accounts.actors import actor_of_member
from partners.actions import lines, profiles, restoring, site_facts
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.actions.profile_values import NoLongerPossible
from partners.actions.profiles import CapabilityFacts
from partners.actions.site_facts import CertificateFacts, InspectionFacts
from partners.models import Audience, Basis, Capability, Hazard, Line, ProfileChange, Subject
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, lyophilisation, vessel_volume

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 1, 5)


def facts(**given: Any) -> CapabilityFacts:
    told: dict[str, Any] = {
        "line": None,
        "is_offered": True,
        "basis": Basis.CLAIMED,
        "confirmed_on": DAY,
        "audience": Audience.PUBLIC,
        **given,
    }
    return CapabilityFacts(**told)


def newest() -> ProfileChange:
    return ProfileChange.objects.select_related("site__partner", "partner")[0]


def undo(home: House, change: ProfileChange | None = None) -> None:
    change = change or newest()
    now = restoring.present(restoring.part_of(change))
    restoring.restore(change=change, seen=restoring.mark(now), by=home.actor)


def test_save_when_a_statement_changes_then_both_values_are_kept_with_who_and_when() -> None:
    home = house()
    row = profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)

    profiles.save_capability(
        site=home.site, facts=facts(term=row.term, note="Hall 2"), by=home.actor, capability=row, version="1"
    )

    change = newest()
    assert change.before is not None
    assert change.after is not None
    assert (change.before["note"], change.after["note"]) == ("", "Hall 2")
    assert (change.user_id, change.key, change.subject) == (home.editor.user_id, str(row.uid), "capability")


def test_save_when_nothing_differs_then_no_change_is_kept() -> None:
    home = house()
    row = profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)

    profiles.save_capability(
        site=home.site, facts=facts(term=row.term), by=home.actor, capability=row, version="1"
    )

    assert ProfileChange.objects.count() == 1


def test_restore_when_a_statement_was_taken_back_then_it_comes_back_whole_with_its_evidence() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    row = CapabilityFactory.create(
        site=home.site, line=line, term=lyophilisation(), basis=Basis.INSPECTED, source="EIR 2024"
    )
    MeasureFactory.create(
        capability=row,
        term=vessel_volume(),
        lo=Decimal("20.5"),
        hi=None,
        entered_text="from 20.5",
        entered_unit="L",
    )
    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)

    undo(home)

    back = Capability.objects.get()
    assert (back.uid, back.line, back.basis, back.source) == (row.uid, line, Basis.INSPECTED, "EIR 2024")
    measure = back.measures.get()
    assert (measure.lo, measure.hi, measure.entered_text) == (Decimal("20.5"), None, "from 20.5")
    assert newest().undoes is not None


def test_restore_when_the_change_was_the_first_statement_then_it_is_not_stated_again() -> None:
    home = house()
    profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)

    undo(home)
    assert not Capability.objects.exists()

    undo(home)
    assert Capability.objects.get().term.code == "op.lyophilisation"


def test_restore_when_something_newer_was_saved_since_then_refuse_and_change_nothing() -> None:
    home = house()
    row = profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)
    change = newest()
    seen = restoring.mark(restoring.present(restoring.part_of(change)))
    profiles.confirm_capability(capability=row, by=home.actor)

    with pytest.raises(ChangedMeanwhile):
        restoring.restore(change=change, seen=seen, by=home.actor)

    assert Capability.objects.exists()


def test_restore_when_another_statement_took_the_place_then_refuse() -> None:
    home = house()
    term = lyophilisation()
    row = profiles.save_capability(site=home.site, facts=facts(term=term), by=home.actor)
    profiles.delete_capability(capability=row, version="1", by=home.actor)
    taken_back = newest()
    profiles.save_capability(site=home.site, facts=facts(term=term), by=home.actor)

    with pytest.raises(AlreadyThere):
        undo(home, taken_back)


def test_restore_when_the_line_went_then_first_the_line_and_then_its_statements_come_back() -> None:
    home = house()
    line = LineFactory.create(site=home.site, name="L-1", nominal_per_quarter=Decimal("12.5"))
    CapabilityFactory.create(site=home.site, line=line, term=lyophilisation())
    lines.delete_line(line=line, version=str(line.version), by=home.actor)
    gone, statement = ProfileChange.objects.select_related("site__partner", "partner").order_by("-pk")

    with pytest.raises(NoLongerPossible):
        undo(home, statement)
    undo(home, gone)
    undo(home, statement)

    back = Line.objects.get()
    assert (back.uid, back.name, back.nominal_per_quarter) == (line.uid, "L-1", Decimal("12.5"))
    assert Capability.objects.get().line == back


def test_restore_when_a_term_is_retired_then_refuse() -> None:
    home = house()
    row = profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)
    profiles.delete_capability(capability=row, version="1", by=home.actor)
    row.term.retired_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    row.term.save()

    with pytest.raises(NoLongerPossible):
        undo(home)


def test_restore_when_answers_about_hazards_changed_then_all_of_the_place_stand_as_they_did() -> None:
    home = house()
    hormone = TermFactory.create(code="haz.hormone")
    lactam = TermFactory.create(code="haz.beta-lactam")
    HazardFactory.create(
        site=home.site, term=lactam, is_present=False, basis=Basis.INSPECTED, confirmed_on=DAY
    )
    place = site_facts.hazard_places(home.site)[0]
    site_facts.save_hazards(
        site=home.site,
        place=place,
        answers={lactam: True, hormone: True},
        version=site_facts.hazards_mark(home.site, place),
        by=home.actor,
    )

    undo(home)

    answer = Hazard.objects.get()
    assert (answer.term, answer.is_present, answer.basis) == (lactam, False, Basis.INSPECTED)
    assert answer.confirmed_on == DAY


def test_restore_when_certificates_and_inspections_were_taken_back_then_they_come_back() -> None:
    home = house()
    term, authority = TermFactory.create(code="cer.eu-gmp"), TermFactory.create(code="reg.ema")
    certificate = site_facts.save_certificate(
        site=home.site,
        facts=CertificateFacts(term=term, authority=authority, number="7", issued_on=DAY),
        by=home.actor,
    )
    inspection = site_facts.save_inspection(
        site=home.site,
        facts=InspectionFacts(authority=authority, ended_on=DAY, outcome="NAI"),
        by=home.actor,
    )
    for row in (certificate, inspection):
        before = restoring.present(restoring.part_of(ProfileChange.objects.get(key=str(row.uid))))
        site_facts.delete_regulatory(row=row, by=home.actor)

        undo(home)

        assert restoring.present(restoring.part_of(newest())) == before


def test_restore_when_site_and_partner_changed_then_their_former_words_stand_again() -> None:
    home = house()
    summary, city = home.partner.summary, home.site.city
    profiles.update_partner(
        partner=home.partner, summary="New", website="", version=str(home.partner.version), by=home.actor
    )
    of_partner = newest()
    profiles.save_site(
        partner=home.partner,
        facts=profiles.SiteFacts(name="New", country="IE", city="Cork"),
        by=home.actor,
        site=home.site,
        version=str(home.site.version),
    )
    of_site = newest()

    for change in (of_partner, of_site):
        change.refresh_from_db()
        undo(home, ProfileChange.objects.select_related("site__partner", "partner").get(pk=change.pk))

    home.partner.refresh_from_db()
    home.site.refresh_from_db()
    assert (home.partner.summary, home.site.city) == (summary, city)


def test_restore_when_the_site_was_added_by_the_change_then_it_is_not_removed() -> None:
    home = house()
    profiles.save_site(
        partner=home.partner, facts=profiles.SiteFacts(name="New", country="IE", city="Cork"), by=home.actor
    )
    assert newest().subject == Subject.SITE

    with pytest.raises(NoLongerPossible):
        undo(home)


def test_restore_when_the_site_changed_hands_then_refuse_and_tell_nothing_of_it() -> None:
    home, other = house(), house()
    profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)
    home.site.partner = other.partner
    home.site.save()

    with pytest.raises(NoLongerPossible):
        restoring.present(restoring.part_of(newest()))
    with pytest.raises(NoLongerPossible):
        restoring.restore(change=newest(), seen="", by=home.actor)


def test_restore_when_viewers_and_strangers_try_then_they_are_refused() -> None:
    home = house()
    profiles.save_capability(site=home.site, facts=facts(term=lyophilisation()), by=home.actor)
    stranger = MemberFactory.create(cdmo=True, editor=True)

    for member in (home.viewer, stranger):
        with pytest.raises(NotAllowed):
            restoring.restore(change=newest(), seen="", by=actor_of_member(member))
    assert not ProfileChange.objects.visible_to(actor_of_member(stranger)).exists()
