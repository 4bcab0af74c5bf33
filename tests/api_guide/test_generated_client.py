"""The description is true: a client generated from it works, and what it answers has the described types."""

import datetime as dt
import sys
from collections.abc import Iterator
from compileall import compile_dir
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from pytest_django.live_server_helper import LiveServer

from partners.models import Site
from partners.searching import rebuild
from tests.accounts.api.callers import key_of
from tests.api_guide.generating import PACKAGE, Generated, described_operations, generate
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("generated client"),
]
# The generator knows no NDJSON. It writes these two calls all the same, which then send a JSON array.
PASSED_OVER = {
    f"POST /api/v1/{resource}/bulk/": "Unsupported content type application/x-ndjson"
    for resource in ("capabilities", "capacity-windows")
}
CODE = "df.capsule-hard"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    made = generate(tmp_path_factory.mktemp("client"))
    sys.path.insert(0, str(made.folder))
    yield made
    sys.path.remove(str(made.folder))
    for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def sites() -> list[Site]:
    """Two sites in Ireland that make capsules, and one in Germany that says nothing."""
    term = TermFactory.create(code=CODE)
    made = [SiteFactory.create(country="IE") for _ in range(2)]
    for site in made:
        CapabilityFactory.create(site=site, term=term)
    rebuild([*(site.pk for site in made), SiteFactory.create(country="DE").pk])
    return made


@pytest.fixture
def client(generated: Generated, live_server: LiveServer) -> Iterator[Any]:
    key = key_of(MemberFactory.create())
    with generated.client(base_url=live_server.url, token=key, raise_on_unexpected_status=True) as opened:
        yield opened


def brief_body(generated: Generated, term: str = CODE) -> Any:
    must = generated.models.RequirementBodyRequest(kind="term", step="drug-product", scope="site", term=term)
    near = generated.models.RequirementBodyRequest(kind="place", strength="prefer", places=["IE"])
    return generated.models.BriefBodyRequest(
        title="Capsules", steps=["drug-product"], requirements=[must, near], needed_by=dt.date(2099, 1, 1)
    )


def test_generator_when_it_reads_the_description_then_it_writes_every_operation(generated: Generated) -> None:
    assert generated.passed_over == PASSED_OVER
    assert generated.operations() == described_operations()
    assert compile_dir(generated.folder, quiet=1)


def test_client_when_it_lists_sites_then_it_pages_through_typed_rows(
    generated: Generated, client: Any, sites: list[Site]
) -> None:
    sites_list = generated.call("sites", "sites_list")
    asked = {"client": client, "country": ["IE"], "page_size": 1}

    first = sites_list.sync(**asked)
    (cursor,) = parse_qs(urlsplit(first.next_).query)["cursor"]
    second = sites_list.sync(**asked, cursor=cursor)

    assert isinstance(first, generated.models.PaginatedSiteList)
    assert isinstance(first.results[0], generated.models.Site)
    assert isinstance(first.results[0].updated_at, dt.datetime)
    assert [first.results[0].uid, second.results[0].uid] == [site.uid for site in sites]
    assert second.next_ is None


def test_client_when_it_asks_for_fields_and_expands_then_the_rows_have_those(
    generated: Generated, client: Any, sites: list[Site]
) -> None:
    sites_list = generated.call("sites", "sites_list")

    page = sites_list.sync(client=client, country=["DE"], fields=["name", "partner"], expand=["partner"])

    (site,) = page.results
    assert isinstance(site.name, str)
    assert isinstance(site.partner, generated.models.PartnerDetail)
    assert not site.uid


def test_client_when_it_writes_a_brief_twice_then_there_is_one_and_it_is_matched(
    generated: Generated, client: Any, sites: list[Site]
) -> None:
    create = generated.call("briefs", "briefs_create")
    body = brief_body(generated)

    brief = create.sync(client=client, body=body, idempotency_key="once")
    again = create.sync(client=client, body=body, idempotency_key="once")
    opened = generated.call("briefs", "briefs_open_create").sync(brief.uid, client=client)
    run = generated.call("briefs", "briefs_match_runs_create").sync(brief.uid, client=client)

    assert isinstance(brief, generated.models.BriefDetail)
    assert isinstance(brief.uid, UUID)
    assert (brief.state, brief.needed_by, again.uid) == ("draft", dt.date(2099, 1, 1), brief.uid)
    assert opened.state == "open"
    assert isinstance(run, generated.models.MatchRun)
    assert all(isinstance(each, generated.models.SiteMatch) for each in run.result.eligible)
    assert {each.key for each in run.result.eligible} == {str(site.uid) for site in sites}
    assert isinstance(run.result.eligible[0].score, generated.models.Score)


def test_client_when_a_brief_was_changed_meanwhile_then_it_gets_a_typed_problem(
    generated: Generated, client: Any, sites: list[Site]
) -> None:
    made = generated.call("briefs", "briefs_create").sync_detailed(client=client, body=brief_body(generated))
    change = generated.call("briefs", "briefs_partial_update")
    asked = {"client": client, "if_match": made.headers["ETag"]}

    changed = change.sync(
        made.parsed.uid, **asked, body=generated.models.PatchedBriefChangeRequest(title="Tablets")
    )
    refused = change.sync_detailed(
        made.parsed.uid, **asked, body=generated.models.PatchedBriefChangeRequest(title="Vials")
    )

    assert changed.title == "Tablets"
    assert isinstance(refused.parsed, generated.models.Problem)
    assert (refused.status_code, refused.parsed.code) == (412, "changed_meanwhile")


def test_client_when_a_brief_asks_for_what_nobody_knows_then_the_problem_points_at_it(
    generated: Generated, client: Any, sites: list[Site]
) -> None:
    create = generated.call("briefs", "briefs_create")

    problem = create.sync(client=client, body=brief_body(generated, term="df.no-such"))

    assert isinstance(problem, generated.models.Problem)
    assert problem.status == 400
    (error,) = problem.errors
    assert isinstance(error, generated.models.ProblemErrorsItem)
    assert (error.pointer, error.code) == ("#/requirements/0/term", "unknown")
