"""A brief that no site could pass: the page says so when it is opened or matched, and nothing is kept."""

import pytest
from django.urls import reverse

from matching.models import Brief
from partners.models import Term
from tests.factories.briefs import RequirementFactory
from tests.matching.views.conftest import People


@pytest.fixture
def contradictory(brief: Brief) -> Brief:
    """The brief asks for lyophilisation on a line; this excludes it from the site."""
    RequirementFactory.create(
        brief=brief, exclusion=True, term=Term.objects.get(code="op.lyophilisation"), label="No freeze-drying"
    )
    return brief


@pytest.mark.parametrize(("state", "page"), [("draft", "brief_open"), ("open", "match_rerun")])
def test_brief_that_no_site_could_pass_names_both_gates_and_keeps_nothing(
    people: People, contradictory: Brief, state: str, page: str
) -> None:
    Brief.objects.update(state=state)

    answer = people.author.post(reverse(f"matching:{page}", args=[contradictory.uid]), follow=True)

    contradictory.refresh_from_db()
    text = answer.content.decode()
    assert "This brief cannot be scored: “Lyophilisation” (must) and “No freeze-drying” (must not)" in text
    assert (contradictory.state, contradictory.match_runs.count()) == (state, 0)
