"""The history of a profile: who may read of which change, and in which words."""

import datetime as dt

import pytest
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Event
from partners import history
from partners.actions import claims, lines, profiles, site_facts
from partners.actions.claims import PartnerFacts
from partners.actions.profiles import CapabilityFacts, SiteFacts
from partners.actions.site_facts import CertificateFacts
from partners.models import Audience, Basis, Capability, Line, Partner, Site, Term
from partners.term_index import term_index
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.regulatory import RegisterSnapshotFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> House:
    return house()


def sponsor() -> Actor:
    return actor_of_member(MemberFactory.create())


def rival() -> Actor:
    return actor_of_member(MemberFactory.create(cdmo=True))


def told(site: Site, actor: Actor) -> list[str]:
    rows = history.site_history(site, actor)[:50]
    changed = history.changes(rows, partner=site.partner, actor=actor, terms=term_index())
    return [": ".join([each.what, *each.about]) + (f" by {each.by}" if each.by else "") for each in changed]


def state(home: House, audience: str, capability: Capability | None = None) -> Capability:
    term: Term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    return profiles.save_capability(
        site=home.site,
        facts=CapabilityFacts(
            term=term,
            line=None,
            is_offered=True,
            basis=Basis.CLAIMED,
            confirmed_on=timezone.localdate(),
            audience=audience,
        ),
        by=home.actor,
        capability=capability,
        version=str(capability.version) if capability else "",
    )


def test_history_when_a_statement_is_public_then_everybody_reads_of_it_and_colleagues_who_did_it(
    home: House,
) -> None:
    row = state(home, Audience.PUBLIC)
    profiles.confirm_capability(capability=row, by=home.actor)

    for actor in (sponsor(), rival()):
        assert told(home.site, actor) == [
            "Capability confirmed: Lyophilisation",
            "Capability stated: Lyophilisation",
        ]
    assert told(home.site, home.actor)[0] == f"Capability confirmed: Lyophilisation by {home.editor.user}"


@pytest.mark.parametrize("audience", [Audience.AGREEMENT, Audience.MATCHING])
def test_history_when_a_statement_is_not_for_readers_then_nothing_betrays_it(
    home: House, audience: Audience
) -> None:
    row = state(home, audience)
    profiles.confirm_capability(capability=row, by=home.actor)
    row.refresh_from_db()
    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)

    assert told(home.site, sponsor()) == []
    assert len(told(home.site, home.actor)) == 3


def test_history_when_a_statement_is_for_sponsors_then_another_cdmo_reads_nothing_of_it(home: House) -> None:
    state(home, Audience.SPONSORS)

    assert told(home.site, sponsor()) == ["Capability stated: Lyophilisation"]
    assert told(home.site, rival()) == []


def test_history_when_a_statement_was_public_once_then_its_past_is_gone_with_it(home: House) -> None:
    row = state(home, Audience.PUBLIC)
    row = state(home, Audience.MATCHING, row)
    assert told(home.site, sponsor()) == []

    row.refresh_from_db()
    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)

    assert told(home.site, sponsor()) == []


def test_history_when_a_hidden_statement_becomes_public_then_it_reads_as_stated_that_day(
    home: House,
) -> None:
    row = state(home, Audience.MATCHING)
    profiles.confirm_capability(capability=row, by=home.actor)
    row.refresh_from_db()

    state(home, Audience.PUBLIC, row)

    assert told(home.site, sponsor()) == ["Capability stated: Lyophilisation"]
    assert told(home.site, home.actor)[0].startswith("Capability changed: Lyophilisation")


def test_history_when_a_public_statement_is_taken_back_then_that_is_told(home: House) -> None:
    row = state(home, Audience.PUBLIC)

    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)

    assert told(home.site, sponsor()) == [
        "Capability taken back: Lyophilisation",
        "Capability stated: Lyophilisation",
    ]


def test_history_when_events_are_older_than_their_audience_then_outsiders_do_not_read_them(
    home: House,
) -> None:
    row = CapabilityFactory.create(site=home.site)
    Event.objects.create(
        kind="capability.changed",
        object_kind="partners.capability",
        object_id=row.pk,
        data={"site": home.site.pk},
    )

    assert told(home.site, sponsor()) == []


@pytest.mark.parametrize(("audience", "count"), [(Audience.PUBLIC, 2), (Audience.MATCHING, 0)])
def test_history_when_hazards_are_answered_then_only_readers_of_all_the_answers_hear_of_it(
    home: House, audience: Audience, count: int
) -> None:
    term: Term = TermFactory.create(code="haz.cytotoxic", hazard=True)
    place = site_facts.hazard_places(home.site)[0]
    site_facts.save_hazards(
        site=home.site,
        place=place,
        answers={term: True},
        version=site_facts.hazards_mark(home.site, place),
        audience=audience,
        by=home.actor,
    )
    site_facts.confirm_hazards(site=home.site, place=place, by=home.actor)

    assert len(told(home.site, sponsor())) == count
    assert len(told(home.site, home.actor)) == 2


def test_history_when_certificates_lines_and_basics_change_then_each_is_told_by_its_name(
    home: House,
) -> None:
    term: Term = TermFactory.create(code="cer.iso-9001", label="ISO 9001", facet__code="certificate")
    certificate = site_facts.save_certificate(
        site=home.site, facts=CertificateFacts(term=term), by=home.actor
    )
    site_facts.delete_regulatory(row=certificate, by=home.actor)
    line: Line = Line.objects.create(site=home.site, name="Line A", lead_time_weeks=12)
    lines.confirm_lead_time(line=line, by=home.actor)

    assert told(home.site, sponsor()) == ["Certificate taken back: ISO 9001", "Certificate added: ISO 9001"]
    assert told(home.site, home.actor)[0].startswith("Lead time confirmed: Line A")


def test_history_when_a_register_lists_and_drops_the_site_then_both_days_stand_among_the_changes(
    home: House,
) -> None:
    today = timezone.localdate()
    row = RegistrationFactory.create(
        site=home.site,
        firm_name="Harbour Ltd",
        first_seen=RegisterSnapshotFactory.create(snapshot_on=today - dt.timedelta(days=400)),
        no_longer_listed_on=today - dt.timedelta(days=30),
    )
    state(home, Audience.PUBLIC)

    assert told(home.site, sponsor()) == [
        "Capability stated: Lyophilisation",
        f"No longer in FDA’s register: {row.firm_name}",
        f"Listed in FDA’s register: {row.firm_name}",
    ]


def test_history_of_a_partner_when_made_and_changed_then_tells_its_own_changes_and_new_sites() -> None:
    by = actor_of_member(MemberFactory.create(cdmo=True))
    partner = claims.create_partner(
        facts=PartnerFacts(name="Larch"), site=SiteFacts(name="Larch, Cork", country="IE"), by=by
    )
    profiles.update_partner(partner=partner, summary="We fill.", website="", version="1", by=by)
    stranger = sponsor()

    rows = history.partner_history(Partner.objects.get(), partner.sites.all(), stranger)[:50]
    changed = history.changes(rows, partner=partner, actor=stranger, terms=term_index())

    assert [each.what for each in changed] == [
        "Summary or website was changed",
        "The company added this site",
        "The company made this profile",
    ]
    assert [each.by for each in changed] == ["", "", ""]
