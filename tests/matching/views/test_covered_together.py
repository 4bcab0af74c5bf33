"""What the match page says when no single site passes every gate, but partners together do."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import Brief, MatchRun
from partners.models import Site, Term
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.matching.views.conftest import People


def maker(name: str, offered: str, refused: str) -> Site:
    site = SiteFactory.create(partner=PartnerFactory.create(name=f"{name} Ltd"), name=f"{name} works")
    for code, is_offered in ((offered, True), (refused, False)):
        CapabilityFactory.create(
            site=site,
            term=Term.objects.get(code=code),
            is_offered=is_offered,
            confirmed_on=timezone.localdate(),
        )
    return site


@pytest.fixture
def chain(people: People, vocabulary: None) -> Brief:
    """An antibody, then freeze-drying: one partner does either, none does both."""
    brief = BriefFactory.create(organisation=people.organisation)
    for position, (kind, code) in enumerate(
        (("drug-substance", "mod.mab"), ("drug-product", "op.lyophilisation"))
    ):
        step = StepFactory.create(brief=brief, kind=kind, position=position)
        RequirementFactory.create(brief=brief, step=step, term=Term.objects.get(code=code))
    maker("Norrvik", "mod.mab", "op.lyophilisation")
    maker("Cloonmore", "op.lyophilisation", "mod.mab")
    return brief


def covered_together(people: People, brief: Brief) -> str:
    page = people.author.get(reverse("matching:match_list", args=[brief.uid])).content.decode()
    found = re.search(r'<section[^>]*aria-labelledby="coverage".*?</section>', page, re.S)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", found.group() if found else ""))


def test_cover_when_two_partners_share_the_work_names_partner_and_site_of_each_part(
    people: People, chain: Brief
) -> None:
    people.author.post(reverse("matching:brief_open", args=[chain.uid]))

    text = covered_together(people, chain)

    assert "2 partners, 1 hand-over " in text
    assert "Drug substance Norrvik Ltd, Norrvik works" in text
    assert "Drug product Cloonmore Ltd, Cloonmore works" in text
    assert "time limit" not in text


def test_cover_when_the_time_limit_was_hit_is_called_the_best_found(people: People, chain: Brief) -> None:
    people.author.post(reverse("matching:brief_open", args=[chain.uid]))
    run = MatchRun.objects.get()
    run.result["coverage"]["is_complete"] = False
    run.save()

    assert "best sets of partners that were found within the time limit" in covered_together(people, chain)


def test_cover_when_nobody_does_a_part_says_that_no_partners_cover_the_brief(
    people: People, chain: Brief
) -> None:
    Site.objects.get(name="Cloonmore works").delete()
    people.author.post(reverse("matching:brief_open", args=[chain.uid]))

    assert "No set of partners covers every part of the brief." in covered_together(people, chain)
