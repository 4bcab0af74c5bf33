"""Errors that people report on profiles: who hears of them, who decides, and what stays untold."""

import pytest
from django.test import Client
from django.urls import reverse

from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Delivery, Event
from partners.actions.error_reports import MOST_A_DAY
from partners.models import ErrorReport
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.error_reports import ErrorReportFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.partners.editors import House, house, signed_in

pytestmark = pytest.mark.django_db
SENT = {"part": "capabilities", "wrong": "Line 2 closed.", "right": "One line.", "how_known": "I work there."}


@pytest.fixture
def home() -> House:
    return house()


@pytest.fixture
def reporter() -> Member:
    return MemberFactory.create(organisation__name="Quietly Pharma")


def send(member: Member, home: House, **more: str) -> int:
    path = reverse("partners:site_report", args=[home.site.slug])
    return int(signed_in(member).post(path, {**SENT, **more}).status_code)


def decide(client: Client, report: ErrorReport, **sent: str) -> tuple[int, str]:
    response = client.post(report.get_absolute_url(), sent)
    return response.status_code, response.content.decode()


def test_report_when_the_profile_is_kept_then_its_editors_are_told_and_not_who_it_was(
    home: House, reporter: Member
) -> None:
    assert send(reporter, home) == 302

    row = ErrorReport.objects.get()
    assert (row.site, row.state, row.reporter) == (home.site, "new", reporter.user)
    (mail,) = Delivery.objects.all()
    assert mail.recipient == home.editor.user
    assert "Line 2 closed." in mail.body
    shown = signed_in(home.editor).get(row.get_absolute_url()).content.decode()
    listed = signed_in(home.editor).get(reverse("partners:report_list")).content.decode()
    for text in (mail.body, shown, listed):
        assert "Quietly Pharma" not in text
        assert str(reporter.user) not in text
        assert reporter.user.email not in text
    assert Event.objects.get(kind="error_report.made").data == {"part": "capabilities"}
    assert (
        "error_report"
        not in signed_in(home.editor).get(f"{home.site.get_absolute_url()}history/").content.decode()
    )


def test_report_when_the_reporter_wishes_then_their_organisation_is_named_and_no_person(
    home: House, reporter: Member
) -> None:
    send(reporter, home, names_organisation="on")

    shown = signed_in(home.editor).get(ErrorReport.objects.get().get_absolute_url()).content.decode()

    assert "Quietly Pharma" in shown
    assert reporter.user.email not in shown


def test_report_when_nobody_keeps_the_profile_then_operators_are_told_and_see_who_it_was(
    reporter: Member,
) -> None:
    operator = UserFactory.create(operator=True)
    partner = PartnerFactory.create(unclaimed=True)
    path = reverse("partners:partner_report", args=[partner.slug])

    signed_in(reporter).post(path, {**SENT, "part": "summary"})

    assert [mail.recipient for mail in Delivery.objects.all()] == [operator]
    client = Client()
    client.force_login(operator)
    shown = client.get(ErrorReport.objects.get().get_absolute_url()).content.decode()
    assert "Quietly Pharma" in shown
    assert reporter.user.email in shown


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"wrong": ""}, "What is wrong: This field is required."),
        ({"how_known": ""}, "How you know: This field is required."),
        ({"part": "summary"}, "Where on the page: Select a valid choice"),
        ({"wrong": "x" * 2_001}, "at most 2000 characters"),
        ({"right": "a\x00b"}, "Null characters"),
    ],
)
def test_report_when_something_is_missing_then_says_what_and_keeps_nothing(
    home: House, reporter: Member, sent: dict[str, str], says: str
) -> None:
    path = reverse("partners:site_report", args=[home.site.slug])

    response = signed_in(reporter).post(path, {**SENT, **sent})

    assert response.status_code == 422
    assert says in response.content.decode()
    assert ErrorReport.objects.count() == 0


def test_report_when_sent_twice_then_it_is_one(home: House, reporter: Member) -> None:
    for _ in range(2):
        send(reporter, home)

    assert ErrorReport.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_report_when_a_person_reports_too_much_in_a_day_then_429_and_others_still_may(
    home: House, reporter: Member
) -> None:
    ErrorReportFactory.create_batch(MOST_A_DAY, reporter=reporter.user)

    assert send(reporter, home) == 429
    assert send(MemberFactory.create(), home) == 302


def test_reports_when_a_stranger_or_a_sponsor_asks_then_they_do_not_exist(
    home: House, reporter: Member
) -> None:
    report = ErrorReportFactory.create(site=home.site, reporter=reporter.user)

    for other in (reporter, MemberFactory.create(cdmo=True)):
        assert signed_in(other).get(report.get_absolute_url()).status_code == 404
        assert decide(signed_in(other), report, decision="accept")[0] == 404
    assert signed_in(reporter).get(reverse("partners:report_list")).status_code == 404
    elsewhere = signed_in(MemberFactory.create(cdmo=True)).get(reverse("partners:report_list"))
    assert "Nothing waits" in elsewhere.content.decode()


def test_report_when_a_viewer_of_the_keeper_decides_then_403(home: House) -> None:
    report = ErrorReportFactory.create(site=home.site)

    assert signed_in(home.viewer).get(report.get_absolute_url()).status_code == 200
    assert decide(signed_in(home.viewer), report, decision="accept")[0] == 403
    assert ErrorReport.objects.get().state == "new"


def test_report_when_accepted_then_its_editor_goes_on_to_correct_it_and_the_reporter_hears(
    home: House,
) -> None:
    report = ErrorReportFactory.create(site=home.site)

    response = signed_in(home.editor).post(report.get_absolute_url(), {"decision": "accept"})

    assert response.headers["Location"] == reverse("partners:own_site", args=[home.site.slug])
    report.refresh_from_db()
    assert (report.state, report.decided_by) == ("accepted", home.editor.user)
    (mail,) = Delivery.objects.all()
    assert mail.recipient == report.reporter
    assert "was accepted, and the profile is being corrected" in mail.body


def test_report_when_declined_then_a_reason_is_needed_and_the_reporter_reads_it(home: House) -> None:
    report = ErrorReportFactory.create(site=home.site)
    editor = signed_in(home.editor)

    status, shown = decide(editor, report, decision="decline")
    assert status == 422
    assert "Say why nothing is changed." in shown
    assert decide(editor, report, decision="decline", reason="It is open.")[0] == 302

    (mail,) = Delivery.objects.all()
    assert "was declined.\n\nIt is open." in mail.body
    status, shown = decide(editor, report, decision="accept")
    assert status == 409
    assert "decided meanwhile" in shown
    assert ErrorReport.objects.get().state == "declined"
    assert Delivery.objects.count() == 1


def test_report_list_when_there_are_many_then_the_number_of_queries_stays(
    home: House, django_assert_max_num_queries: object
) -> None:
    for _ in range(5):
        ErrorReportFactory.create(site=home.site)
        ErrorReportFactory.create(site=home.site, declined=True)
        ErrorReportFactory.create(site=SiteFactory.create())
    client = signed_in(home.editor)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = client.get(reverse("partners:report_list")).content.decode()

    assert "5 new" in page
