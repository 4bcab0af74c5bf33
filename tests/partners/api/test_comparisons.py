"""Sites and partners side by side: the rows of the page, cut to what the reader may know."""

import pytest
from django.test import Client

from partners.models import Audience
from tests.accounts.api.callers import client_of, parameters, partner_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/comparisons/"


@pytest.fixture
def client() -> Client:
    return client_of(MemberFactory.create())


def test_sites_and_partners_are_named_by_uid_or_slug(client: Client) -> None:
    one, other = SiteFactory.create(), SiteFactory.create()
    ids = f"{one.uid},{other.slug},{partner_of(other).uid}"

    answer = client.get(f"{ADDRESS}?ids={ids}")

    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert [(each["kind"], each["uid"]) for each in found["options"]] == [
        ("site", str(one.uid)),
        ("site", str(other.uid)),
        ("partner", str(partner_of(other).uid)),
    ]
    assert all(len(row["cells"]) == 3 for group in found["groups"] for row in group["rows"])


def test_rows_say_what_is_stated_and_which_of_them_differ(client: Client) -> None:
    one, other = SiteFactory.create(), SiteFactory.create()
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation", facet__code="unit_operation")
    CapabilityFactory.create(site=one, term=term)
    query = f"{ADDRESS}?ids={one.uid},{other.uid}"

    rows = [row for group in client.get(query).json()["groups"] for row in group["rows"]]
    short = client.get(f"{query}&only_differences=true").json()

    (row,) = [row for row in rows if row["label"] == "Lyophilisation"]
    assert [cell["is_stated"] for cell in row["cells"]] == [True, False]
    assert row["differs"]
    assert all(row["differs"] for group in short["groups"] for row in group["rows"])


def test_what_is_for_matching_only_is_in_no_comparison(client: Client) -> None:
    one, other = SiteFactory.create(), SiteFactory.create()
    CapabilityFactory.create(site=one, audience=Audience.MATCHING, note="Hall 2")

    assert "Hall 2" not in client.get(f"{ADDRESS}?ids={one.uid},{other.uid}").content.decode()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "ids"),
        ("ids=nobody,nothing", "ids"),
        ("ids=0199a1de-0000-7000-8000-000000000000", "ids"),
        ("ids=,", "ids"),
        ("ids=a&sort=name", "sort"),
        ("ids=a&only_differences=1", "only_differences"),
    ],
)
def test_question_that_cannot_be_used_is_refused_at_its_parameter(
    client: Client, query: str, parameter: str
) -> None:
    answer = client.get(f"{ADDRESS}?{query}")

    assert answer.status_code == 400
    assert parameters(answer) == [parameter]


def test_one_alone_and_five_are_refused(client: Client) -> None:
    sites = SiteFactory.create_batch(5)

    for chosen in (sites[:1], sites):
        ids = ",".join(str(site.uid) for site in chosen)
        assert parameters(client.get(f"{ADDRESS}?ids={ids}")) == ["ids"]
