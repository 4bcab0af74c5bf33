"""Options judged for one brief, side by side: verdicts, scores, questions, and who may look."""

import datetime as dt
import io
import re

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from python_calamine import load_workbook

from matching.models import Brief, MatchRun
from partners.models import Partner, Site, Term
from tests.factories.briefs import RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.private_records import PrivateFactFactory, PrivateRecordFactory
from tests.matching.views.conftest import People

TODAY = dt.datetime.now(dt.UTC).date()


def offering(partner: Partner, name: str, *codes: str, refused: str = "") -> Site:
    line = LineFactory.create(site=SiteFactory.create(partner=partner, name=name))
    for code in (*codes, *([refused] if refused else [])):
        CapabilityFactory.create(
            site=line.site,
            line=line,
            term=Term.objects.get(code=code),
            is_offered=code != refused,
            confirmed_on=TODAY,
        )
    site: Site = line.site
    return site


@pytest.fixture
def sites(brief: Brief) -> dict[str, Site]:
    RequirementFactory.create(
        brief=brief, step=brief.steps.get(), scope="line", term=Term.objects.get(code="op.isolator")
    )
    both = ("op.lyophilisation", "op.isolator")
    return {
        "offers": offering(PartnerFactory.create(name="Offers"), "Offers works", *both),
        "refuses": offering(
            PartnerFactory.create(name="Refuses"), "Refuses works", "op.isolator", refused="op.lyophilisation"
        ),
        "silent": offering(PartnerFactory.create(name="Silent"), "Silent works", "op.isolator"),
    }


def address(brief: Brief, *rows: Site | Partner, more: str = "") -> str:
    ids = ",".join(row.slug for row in rows)
    return reverse("matching:brief_compare", args=[brief.uid]) + f"?ids={ids}{more}"


def row_of(page: str, label: str) -> str:
    return page.split(f'<th scope="row">{label}')[1].split("</tr>", maxsplit=1)[0]


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


def test_comparison_when_a_brief_asks_then_each_verdict_has_its_word_reason_and_evidence(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    page = people.author.get(address(brief, *sites.values())).content.decode()

    asked = words(row_of(page, "Lyophilisation"))
    assert "must" in asked
    assert asked.index("Met") < asked.index("Not met") < asked.index("Unknown")
    assert "offered on line" in asked
    assert "today" in asked
    assert "1 question" in words(row_of(page, "Questions to ask"))
    assert "Eligible" in words(row_of(page, "Standing"))


def test_comparison_when_the_sponsor_knows_something_itself_then_it_counts_here_too(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    silent, refuses = sites["silent"], sites["refuses"]
    PrivateFactFactory.create(
        record__organisation=people.organisation,
        record__site=silent,
        line=silent.lines.get(),
        term=Term.objects.get(code="op.lyophilisation"),
        as_of=TODAY,
    )
    PrivateRecordFactory.create(organisation=people.organisation, site=refuses, blocked=True)

    page = people.author.get(address(brief, silent, refuses)).content.decode()

    asked = words(row_of(page, "Lyophilisation"))
    assert "Met" in asked
    assert "seen in our audit, our audit" in asked.lower()
    assert "Not met" not in asked
    assert "Blocked by us" in words(row_of(page, "Standing"))


def test_comparison_when_scores_are_shown_then_points_of_heads_add_up_to_them(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    RequirementFactory.create(brief=brief, wish=True, kind="place", term=None, places=["IE"])

    page = people.author.get(address(brief, *sites.values())).content.decode()

    score = re.findall(r"<td[^>]*>(\d+\.\d)", row_of(page, "Score, of 100"))
    heads = [
        re.findall(r"<td[^>]*>(\d+\.\d)", part)
        for part in page.split('<th scope="row">')
        if re.search(r"<small>of \d+\.\d points</small>", part)
    ]
    assert len(score) == 3
    assert [round(sum(float(head[at]) for head in heads), 1) for at in range(3)] == [
        float(each) for each in score
    ]


def test_comparison_when_one_fails_a_gate_then_is_not_called_highest(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    RequirementFactory.create(brief=brief, wish=True, kind="place", term=None, places=["IE"])
    Site.objects.filter(pk=sites["silent"].pk).update(country="JP")
    good = people.author.get(address(brief, sites["offers"], sites["silent"])).content.decode()
    RequirementFactory.create(brief=brief, term=Term.objects.get(code="op.bfs"))
    CapabilityFactory.create(
        site=sites["offers"], term=Term.objects.get(code="op.bfs"), is_offered=False, confirmed_on=TODAY
    )
    failing = people.author.get(address(brief, sites["offers"], sites["silent"])).content.decode()

    assert good.count("Highest proven") == 1
    assert "Highest proven" not in failing


def test_comparison_when_a_partner_is_compared_then_its_best_site_stands_for_it(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    partner = sites["refuses"].partner
    assert partner is not None
    offering(partner, "Better works", "op.lyophilisation", "op.isolator")

    page = people.author.get(address(brief, partner, sites["silent"])).content.decode()

    assert "Better works" in row_of(page, "Judged by its best site")
    assert "Eligible" in row_of(page, "Standing")


def test_comparison_when_read_then_no_run_is_made_and_facts_of_now_are_judged(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    before = people.colleague.get(address(brief, *sites.values())).content.decode()

    CapabilityFactory.create(
        site=sites["silent"],
        line=sites["silent"].lines.get(),
        term=Term.objects.get(code="op.lyophilisation"),
        confirmed_on=TODAY,
    )
    after = people.colleague.get(address(brief, *sites.values())).content.decode()

    assert row_of(before, "Standing").count("Eligible") + 1 == row_of(after, "Standing").count("Eligible")
    assert not MatchRun.objects.exists()


def test_comparison_when_a_stranger_or_a_cdmo_asks_then_there_is_none(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    wanted = address(brief, *sites.values())

    assert [each.get(wanted).status_code for each in (people.author, people.colleague)] == [200, 200]
    assert [each.get(wanted).status_code for each in (people.stranger, people.cdmo)] == [404, 404]


def test_comparison_when_nothing_has_a_weight_then_compares_without_scores_and_says_so(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    brief.weights = {"fit": 0, "quality": 0, "timing": 0, "experience": 0, "place": 0}
    brief.save()

    page = people.author.get(address(brief, *sites.values())).content.decode()

    assert "This brief cannot be scored" in page
    assert "Isolator" in page


def test_comparison_when_three_heads_have_points_then_draws_a_radar_with_the_same_values_as_a_table(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    few = people.author.get(address(brief, *sites.values())).content.decode()
    RequirementFactory.create(brief=brief, wish=True, kind="place", term=None, places=["IE"])
    RequirementFactory.create(brief=brief, wish=True, term=Term.objects.get(code="op.bfs"))

    answer = people.author.get(address(brief, *sites.values()))

    page = answer.content.decode()
    drawn = page.split('<h2 id="radar-title">')[1].split("</table>")[0]
    values = [float(each) for each in re.findall(r"<td>([\d.]+)</td>", drawn)]
    assert 'id="radar-title"' not in few
    assert drawn.count('class="ser ') == 3
    assert len(values) == 3 * drawn.count('<th scope="row">')
    by_axis = zip(*(each["values"] for each in answer.context["radar"]["series"]), strict=True)
    assert values == [each for axis in by_axis for each in axis]
    assert 0 < max(values) <= 1
    assert "Part, 0 to 1<" in drawn


def test_comparison_when_nothing_is_named_then_leads_to_the_tray_under_this_brief(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    for name in ("offers", "silent"):
        people.author.post(f"/compare/tray/site/{sites[name].uid}/", {"on": "1"})

    answer = people.author.get(reverse("matching:brief_compare", args=[brief.uid]))

    assert answer["Location"] == address(brief, sites["offers"], sites["silent"])
    assert (
        reverse("matching:brief_compare", args=[brief.uid])
        in people.author.get(reverse("matching:shortlist", args=[brief.uid])).content.decode()
    )


def test_comparison_when_taken_away_then_the_workbook_names_the_brief_and_the_verdicts(
    people: People, brief: Brief, sites: dict[str, Site]
) -> None:
    answer = people.author.get(address(brief, *sites.values(), more="&format=xlsx"))

    book = load_workbook(io.BytesIO(answer.content))
    facts = book.get_sheet_by_name("Comparison").to_python()
    about = book.get_sheet_by_name("About this export").to_python()
    asked = next(row for row in facts if row[0] == "What the brief asks")
    assert asked[2::2] == ["Met", "Not met", "Unknown"]
    assert ["Brief", f"{brief.title}, version {brief.version}"] in about


def test_comparison_when_partners_have_many_sites_then_asks_a_fixed_number_of_queries(
    people: People,
    brief: Brief,
    sites: dict[str, Site],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    partners = [PartnerFactory.create() for _ in range(4)]
    for partner in partners:
        for number in range(6):
            offering(partner, f"Works {number} of {partner.slug}", "op.lyophilisation", "op.isolator")

    with django_assert_max_num_queries(40):
        answer = people.author.get(address(brief, *partners))

    assert answer.status_code == 200
