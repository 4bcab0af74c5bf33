"""Any sequence of changes, restored one by one from the newest back, gives the first state again."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.actions import lines, profiles, restoring, site_facts
from partners.actions.capability_bulk import state_capabilities, stated_at
from partners.actions.profile_values import read, values_of_line
from partners.models import Audience, Basis, Line, ProfileChange, Subject, Term
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.capacity import LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, lyophilisation, vessel_volume

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 1, 5)
WORDS = st.sampled_from(["", "Hall 2", "µ × 5"])
NUMBERS = st.sampled_from([None, Decimal("0.5"), Decimal(12)])


class World:
    """A profile with two lines, and what a person does to it; a step that has nothing to act on is none."""

    def __init__(self) -> None:
        self.home: House = house()
        self.terms: list[Term] = [lyophilisation(), TermFactory.create(code="op.bfs")]
        self.hazards: list[Term] = [TermFactory.create(code=f"haz.{name}") for name in ("hormone", "lactam")]
        self.measure = vessel_volume()
        self.scheme, self.authority = (TermFactory.create(code=code) for code in ("cer.eu-gmp", "reg.ema"))
        rows: list[Line] = [LineFactory.create(site=self.home.site, name=name) for name in ("L-1", "L-2")]
        CapabilityFactory.create(
            site=self.home.site, line=rows[0], term=self.terms[0], basis=Basis.INSPECTED, confirmed_on=DAY
        )
        HazardFactory.create(
            site=self.home.site,
            scope="line",
            line=rows[1],
            term=self.hazards[0],
            basis=Basis.INSPECTED,
            confirmed_on=DAY,
        )

    @property
    def lines(self) -> list[Line]:
        return list(self.home.site.lines.order_by("name", "pk"))

    def line(self, at: int) -> Line | None:
        return dict(enumerate(self.lines, start=1)).get(at)

    def facts(self, term: int, line: int, word: str, number: Decimal | None) -> profiles.CapabilityFacts:
        measure = profiles.MeasureFacts(
            term=self.measure, lo=number, hi=None, count=1, entered_text=f"{number}", entered_unit="L"
        )
        return profiles.CapabilityFacts(
            term=self.terms[term],
            line=self.line(line),
            is_offered=word == "",
            basis=Basis.CLAIMED,
            confirmed_on=DAY,
            audience=Audience.SPONSORS if number else Audience.PUBLIC,
            note=word,
            measures=(measure,) if number else (),
        )

    def state(self, term: int, line: int, word: str, number: Decimal | None) -> None:
        """Anew, or over what is stated there."""
        facts = self.facts(term, line, word, number)
        row = self.home.site.capabilities.filter(term=facts.term, line=facts.line).first()
        profiles.save_capability(
            site=self.home.site,
            facts=facts,
            by=self.home.actor,
            capability=row,
            version=str(row.version) if row else "",
        )

    def state_both(self, _term: int, line: int, word: str, number: Decimal | None) -> None:
        told = [self.facts(term, line, word, number) for term in (0, 1)]
        if not stated_at(self.home.site, told[0].line):
            state_capabilities(site=self.home.site, facts=told, by=self.home.actor)

    def confirm(self, term: int, line: int, _word: str, _number: Decimal | None) -> None:
        for row in self.home.site.capabilities.filter(term=self.terms[term], line=self.line(line)):
            profiles.confirm_capability(capability=row, by=self.home.actor)

    def take_back(self, term: int, line: int, _word: str, _number: Decimal | None) -> None:
        for row in self.home.site.capabilities.filter(term=self.terms[term], line=self.line(line)):
            profiles.delete_capability(capability=row, version=str(row.version), by=self.home.actor)

    def answer(self, term: int, line: int, word: str, number: Decimal | None) -> None:
        site, row = self.home.site, self.line(line)
        place = next(
            each for each in site_facts.hazard_places(site) if each.key == (str(row.uid) if row else "site")
        )
        answer = None if number is None else word == ""
        version = site_facts.hazards_mark(site, place)
        answers = {self.hazards[term]: answer}
        site_facts.save_hazards(
            site=site, place=place, answers=answers, version=version, by=self.home.actor, source=word
        )
        site_facts.confirm_hazards(site=site, place=place, by=self.home.actor)

    def certify(self, term: int, _line: int, word: str, number: Decimal | None) -> None:
        site, by = self.home.site, self.home.actor
        for row in list(site.certificates.filter(number=word)) if number else []:
            site_facts.delete_regulatory(row=row, by=by)
        site_facts.save_certificate(
            site=site, facts=site_facts.CertificateFacts(term=self.scheme, number=word, issued_on=DAY), by=by
        )
        outcome = "NAI" if term else ""
        site_facts.save_inspection(
            site=site, facts=site_facts.InspectionFacts(authority=self.authority, outcome=outcome), by=by
        )

    def equip(self, _term: int, line: int, word: str, number: Decimal | None) -> None:
        row = self.line(line)
        if row is None:
            return
        told = {**values_of_line(row), "slot_means": word, "days_per_batch": number}
        facts = read(lines.LineFacts, told, building=None)
        lines.save_line(
            site=self.home.site, facts=facts, by=self.home.actor, line=row, version=str(row.version)
        )

    def remove(self, _term: int, line: int, _word: str, _number: Decimal | None) -> None:
        row = self.line(line)
        if row is not None:
            lines.delete_line(line=row, version=str(row.version), by=self.home.actor)

    def rename(self, _term: int, _line: int, word: str, _number: Decimal | None) -> None:
        home = self.home
        for row in (home.partner, home.site):
            row.refresh_from_db()
        profiles.update_partner(
            partner=home.partner, summary=word, website="", version=str(home.partner.version), by=home.actor
        )
        facts = profiles.SiteFacts(name=word or "Cork", country="IE", city="Cork")
        profiles.save_site(
            partner=home.partner, facts=facts, by=home.actor, site=home.site, version=str(home.site.version)
        )

    def said(self) -> dict[str, Any]:
        """All that the profile says, by what it says it of."""
        site, partner = self.home.site, self.home.partner
        keys = [(Subject.SITE, str(site.uid)), (Subject.PARTNER, str(partner.uid))]
        keys += [(Subject.HAZARDS, place.key) for place in site_facts.hazard_places(site)]
        for subject, rows in (
            (Subject.CAPABILITY, site.capabilities),
            (Subject.CERTIFICATE, site.certificates),
            (Subject.INSPECTION, site.inspections),
            (Subject.LINE, site.lines),
        ):
            keys += [(subject, str(uid)) for uid in rows.values_list("uid", flat=True)]
        for row in (site, partner):
            row.refresh_from_db()
        return {
            f"{subject} {key}": restoring.present(
                restoring.Part(subject=subject, key=key, partner=partner, site=site)
            )
            for subject, key in keys
        }


STEPS: list[Callable[..., None]] = [
    World.state,
    World.state_both,
    World.confirm,
    World.take_back,
    World.answer,
    World.certify,
    World.equip,
    World.remove,
    World.rename,
]


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 2), WORDS, NUMBERS),
        min_size=1,
        max_size=10,
    )
)
def test_restore_when_every_change_is_restored_from_the_newest_back_then_the_first_state_stands(
    steps: list[tuple[Callable[..., None], int, int, str, Decimal | None]],
) -> None:
    with transaction.atomic():
        world = World()
        first = world.said()
        for step, *given_to in steps:
            step(world, *given_to)
        changed = world.said()
        changes = list(ProfileChange.objects.select_related("site__partner", "partner"))

        for change in changes:
            for row in (change.partner, change.site):
                if row is not None:
                    row.refresh_from_db()
            now = restoring.present(restoring.part_of(change))
            restoring.restore(change=change, seen=restoring.mark(now), by=world.home.actor)

        assert world.said() == first
        assert bool(changes) or changed == first
        transaction.set_rollback(True)
