"""The sample world's people at their browsers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member, Role, User
from cdmo_portal.events.models import WebhookAttempt, WebhookDelivery
from matching.actions import brief_people, briefs, comments, requirements
from matching.models import Brief
from partners.actions import profile_uploads, profiles, record_imports
from partners.actions.profile_drafts import Intended, keep_draft
from partners.actions.profile_values import values_of_capability
from partners.models import Capability, Line, Partner, Site, Subject
from partners.sample.people import SAMPLE_PASSWORD
from partners.searching import rebuild
from tests.browser import complaints
from tests.factories.accounts import MemberFactory
from tests.factories.error_reports import ErrorReportFactory
from tests.factories.feeds import FeedTrialFactory
from tests.factories.partners import ClaimCodeFactory, ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.saved_searches import SavedSearchFactory, SearchAlertFactory
from tests.factories.webhooks import WebhookDeliveryFactory, WebhookEndpointFactory

SPONSOR = "anna@quillhaven.example"
OTHER_SPONSOR = "anna@solvane.example"
CDMO = "dora@larkfen.example"
OTHER_CDMO = "dora@cloonmore.example"
OPERATOR = "olga@portal.example"
NEWCOMER = "fay@newcomer.example"
VISITOR = ""
COLLEAGUE, READER = "bram@quillhaven.example", "chloe@quillhaven.example"
PEOPLE = (SPONSOR, COLLEAGUE, READER, OTHER_SPONSOR, CDMO, OTHER_CDMO, OPERATOR, NEWCOMER)
UNCLAIMED = "unclaimed-works"
FREE_SITE, FREE_PARTNER = "free-works", "free-works-group"
SEARCH = "Fill and finish in Europe"
WRONG = "The second capsule line was sold last year."
DOMAIN = "@quillhaven.example"
TALKED_ABOUT = "Long list for film-coated"
WIDE: ViewportSize = {"width": 1440, "height": 900}


def add_newcomer() -> None:
    """A CDMO's owner without a profile yet: claims an unclaimed one and contests the sample CDMO's."""
    member = MemberFactory.create(cdmo=True, user__email=NEWCOMER)
    by = {"organisation": member.organisation, "made_by": member.user}
    claim = ClaimFactory.create(partner__name="Unclaimed Works", partner__slug=UNCLAIMED, **by)
    ClaimCodeFactory.create(claim=claim)
    ClaimFactory.create(
        contest=True, partner=Partner.objects.get(organisation__members__user__email=CDMO), **by
    )
    rebuild([SiteFactory.create(registered_only=True, name="Free Works", slug=FREE_SITE).pk])
    PartnerFactory.create(unclaimed=True, name="Free Works Group", slug=FREE_PARTNER)


def add_search() -> None:
    """A search that the sponsor shares and has told once a day, with one mail told already."""
    member = Member.objects.get(user__email=SPONSOR)
    search = SavedSearchFactory.create(
        member=member, name=SEARCH, shared=True, daily=True, query="country=DE&country=IE"
    )
    sites = Site.objects.filter(country="IE").values_list("pk", flat=True)
    SearchAlertFactory.create(search=search, new_ids=list(sites[:2]), new_count=2)


def add_report() -> None:
    """What the sponsor found wrong on a site of the CDMO, not decided yet."""
    member = Member.objects.get(user__email=SPONSOR)
    ErrorReportFactory.create(
        site=Site.objects.get(slug="larkfen-dosage-nottingham"),
        wrong=WRONG,
        reporter=member.user,
        organisation=member.organisation,
    )


def add_change() -> None:
    """The CDMO said anew that something is still true, and drafts what it will say of another thing."""
    member = Member.objects.select_related("user", "organisation").get(user__email=CDMO)
    capability = Capability.objects.filter(site__partner__organisation=member.organisation)[0]
    profiles.confirm_capability(capability=capability, by=actor_of_member(member))
    own = Capability.objects.filter(site__slug="larkfen-dosage-nottingham")[0]
    values = {**values_of_capability(own), "note": "From spring on."}
    intended = Intended(Subject.CAPABILITY, own.term.label, values, str(own.uid))
    keep_draft(site=own.site, intended=intended, by=actor_of_member(member))


def add_upload() -> None:
    """A sponsor's list on its way into its records: mapped, and tried on what the sample world knows."""
    anna = actor_of_member(Member.objects.select_related("user", "organisation").get(user__email=SPONSOR))
    rows = [
        ["Supplier", "City", "Country", "Status"],
        ["Larkfen Dosage", "Nottingham", "GB", "OK"],
        ["Fernlow Capsule", None, "GB", "OK"],
        ["Somebody new", "Lyon", "FR", "No"],
        ["Nowhere Ltd", "Atlantis", "Atlantis", "OK"],
    ]
    sheets = [{"name": name, "rows": rows, "refused": ""} for name in ("Approved suppliers", "Old list")]
    imported = record_imports.upload(file_name="suppliers.xlsx", sheets=sheets, by=anna)
    imported = record_imports.choose_sheet(imported=imported, sheet=0, by=anna)
    record_imports.map_columns(
        imported=imported,
        columns={"name": 0, "city": 1, "country": 2, "status": 3},
        statuses={"ok": "approved", "no": "blocked"},
        date_order="",
        by=anna,
    )


def add_tables() -> None:
    """The CDMO's tables of capacity and of capabilities on their way in: one tried, one with two sheets."""
    dora = actor_of_member(Member.objects.select_related("user", "organisation").get(user__email=CDMO))
    partner = Partner.objects.get(organisation=dora.organisation)
    line = Line.objects.filter(site__partner=partner, capacity_source=Line.Source.FORM).order_by("pk")[0]
    ids = [str(line.site.uid), str(line.uid)]
    heads = ["site_id", "resource_id", "period_start", "period_end", "state", "quantity", "unit"]
    days = ["2028-01-01", "2028-04-01", "open"]
    capacity = [heads, [*ids, *days, 1, line.capacity_unit], [*ids, *days, "a few", line.capacity_unit]]
    can = [
        ["site_id", "term", "offered", "note"],
        [ids[0], "op.lyophilisation", "yes", "In hall 2"],
        [ids[0], "Freeze dyring", "yes"],
    ]
    for kind, rows, names in (("capacity", capacity, ["Plan"]), ("capabilities", can, ["North", "South"])):
        sheets = [{"name": name, "rows": rows, "refused": ""} for name in names]
        profile_uploads.upload(partner=partner, kind=kind, file_name=f"{kind}.xlsx", sheets=sheets, by=dora)


def add_trial() -> None:
    """A test of a feed that the CDMO thinks of, done."""
    FeedTrialFactory.create(done=True, partner=Partner.objects.get(organisation__name="Larkfen Dosage"))


def add_webhooks() -> None:
    """A sponsor's endpoint that fails, with a message in every state, and one that nothing was sent to."""
    member = Member.objects.get(user__email=SPONSOR)
    endpoint = WebhookEndpointFactory.create(
        member=member, description="ERP test", failing_since=timezone.now(), last_delivered_at=timezone.now()
    )
    data = {
        "brief": "0199a1de-0000-7000-8000-000000000000",
        "url": "https://portal.example/api/v1/briefs/0199/",
    }
    for state in WebhookDelivery.State.values:
        row = WebhookDeliveryFactory.create(endpoint=endpoint, state=state, attempts=2, data=data)
        WebhookAttempt.objects.create(
            delivery=row,
            lease_token=1,
            at=timezone.now(),
            duration_ms=1_234,
            status_code=500,
            error="The address answered with status 500.",
            answer="<html>" + "a-long-word-without-a-blank" * 30,
        )
    WebhookEndpointFactory.create(member=member, url=f"https://{'long-' * 40}name.example/hooks")


def add_talk() -> None:
    """A brief with changes, named colleagues, and comments, one of them removed."""
    members = {each.user.full_name: each for each in Member.objects.filter(user__email__endswith=DOMAIN)}
    by, colleague = (actor_of_member(members[name]) for name in ("Anna", "Bram"))
    brief = Brief.objects.get(title__startswith=TALKED_ABOUT)
    for title in (
        "Long list for film-coated tablets, bottles",
        "Long list for film-coated tablets, blisters",
    ):
        fields = {"title": title, "text": f"{title}. " * 60}
        briefs.update(by=by, brief=brief, version=brief.version, fields=fields, steps=["drug-product"])
    brief_people.name_colleague(by=by, brief=brief, member=members["Bram"], role=Role.EDITOR)
    row = brief.requirements.all()[0]
    comments.write(by=by, brief=brief, body="See https://example.com/blisters first.", requirement=row)
    requirements.remove_requirement(by=colleague, requirement=row, version=row.version)
    removed = comments.write(by=colleague, brief=brief, body="Never mind.")
    comments.remove(by=colleague, comment=removed)


@dataclass
class Portal:
    """`page_of` gives each person one browser of their own, signed in already, for all tests of a module."""

    url: str
    browser: Browser
    sessions: dict[str, str]
    pages: dict[str, Page] = field(default_factory=dict)
    noted: dict[str, list[str]] = field(default_factory=dict)

    def page_of(self, email: str) -> Page:
        if email not in self.pages:
            context = self.new_browser()
            if email:
                context.add_cookies([{"name": "sessionid", "value": self.sessions[email], "url": self.url}])
            self.noted[email] = complaints(context)
            self.pages[email] = context.new_page()
        self.noted[email].clear()
        return self.pages[email]

    def new_browser(self, **more: Any) -> BrowserContext:
        """Options of Playwright's `new_context`; their types are too many to repeat here."""
        context = self.browser.new_context(base_url=self.url, viewport=WIDE, reduced_motion="reduce", **more)
        context.set_default_timeout(15_000)
        return context

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def session_of(email: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def sign_in(page: Page, email: str, password: str = SAMPLE_PASSWORD) -> None:
    """By the form, as people do."""
    page.goto("/account/login/")
    fill_in_sign_in(page, email, password)


def fill_in_sign_in(page: Page, email: str, password: str = SAMPLE_PASSWORD) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def outside(work: Callable[[], object]) -> None:
    """In a thread of its own, as a worker: outside of the test's transaction."""

    def run() -> None:
        work()
        connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join()
