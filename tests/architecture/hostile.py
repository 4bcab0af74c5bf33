"""What nobody sends by mistake, and a small world with one of everything to send it to."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member, Role
from matching.models import BriefChange, MatchRun, ShortlistChange
from partners.actions import profile_uploads, record_imports
from partners.actions.profile_values import values_of_capability
from partners.alert_mail import STOPPING
from partners.models import ProfileChange, ProfileDraft, Subject
from partners.reminder_mail import STOPPING as REMINDERS
from tests.architecture.addresses import Address
from tests.factories.accounts import (
    APIKeyFactory,
    InvitationFactory,
    MemberFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.factories.briefs import (
    BriefColleagueFactory,
    BriefCommentFactory,
    BriefFactory,
    CriterionScoreFactory,
    InterestFactory,
    RequirementFactory,
    ScorecardFactory,
    ScoringCriterionFactory,
    ScoringRoundFactory,
    ShortlistEntryFactory,
)
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.confirmations import ConfirmationFactory
from tests.factories.error_reports import ErrorReportFactory
from tests.factories.feeds import FeedTrialFactory, HeldReadingFactory
from tests.factories.partners import ClaimCodeFactory, ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.private_records import (
    PrivateAgreementFactory,
    PrivateFactFactory,
    PrivateRecordFactory,
)
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory
from tests.factories.saved_searches import SavedSearchFactory, SearchAlertFactory
from tests.factories.stored_files import StoredFileFactory
from tests.factories.webhooks import WebhookEndpointFactory

VALUES: Mapping[str, str] = {
    "empty": "",
    "spaces": " \t\r\n ",
    "huge": "x" * 200_000,
    "nul": "a\x00b",
    "right to left and emoji": "\u202eسلام\u200f 👩🏽‍🔬🧪 \U0010ffff",
    "lone surrogate, escaped": "\\ud800",
    "negative": "-1",
    "enormous": str(10**400),
    "tiny": "1e-400",
    "infinite": "Infinity",
    "not a number": "NaN",
    "inverted range": "9-1",
    "year 0": "0000-01-01",
    "year 9999": "9999-12-31",
    "no such day": "2027-02-30",
    "unknown unit": "5 furlongs",
    "markup": "<script>alert(1)</script>'\";--",
    "other digits": "٣٤",
}
WILDEST = ("nul", "enormous", "year 9999", "huge")
NAMES = (
    "q",
    "page",
    "sort",
    "cursor",
    "page_size",
    "next",
    "show",
    "kind",
    "term",
    "line",
    "site",
    "quarter",
)
RAW_QUERIES = ("%ff%fe=%c3%28", "q=%ff", "=&&=;", "q[]=1&q[a]=2", "page=1&page=2&page=", "%F0%9F%A7%AA=1")
RAW_BODIES: Mapping[str, tuple[bytes, str]] = {
    "bytes": (b"\xff\xfe\x00%ff=%zz&&=", "application/x-www-form-urlencoded"),
    "unknown charset": (b"a=b", "application/x-www-form-urlencoded; charset=klingon"),
    "JSON list": (b"[[[[1]]]]", "application/json"),
    "multipart without boundary": (b"--x", "multipart/form-data"),
    "multipart cut off": (
        b'--x\r\nContent-Disposition: form-data; name="q"\r\n',
        "multipart/form-data; boundary=x",
    ),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(5_001)), "application/x-www-form-urlencoded"),
}
RAW_PATHS = (
    "/sites/%00/",
    "/sites/%ff%fe/",
    "/sites/..%2f..%2fetc/",
    f"/sites/{'a' * 5_000}/",
    "/partners/%F0%9F%A7%AA/",
    "/briefs/00000000-0000-0000-0000-000000000000/",
    "/briefs/not-a-uid/matches/",
    "/account/invitations/%00/",
    f"/account/invitations/{'t' * 5_000}/",
    "/account/confirm-email/::::/",
    "/account/password/reset/key/zzzzzzzzzzzzzzzzzzzzzzzz-x/",
    "/api/v1/sites/%00/",
    "/api/v1/sites/not-a-uid/",
    "/no/such/page",
)


@dataclass(frozen=True)
class World:
    """Three people signed in, and the values of the varying parts of addresses."""

    people: Mapping[str, Client]
    values: Mapping[str, Mapping[str, str]]

    def path(self, address: Address) -> str:
        """The address of something that is there."""
        fitting = next((key for key in self.values if address.name.startswith(key)), "")
        given = {**self.values[""], **self.values[fitting]}
        return reverse(address.name, kwargs={name: given[name] for name in address.parameters})


def world() -> World:
    sponsor = MemberFactory.create(role=Role.OWNER)
    keeper = MemberFactory.create(cdmo=True, role=Role.OWNER)
    operator = UserFactory.create(operator=True)
    people = {"sponsor": sponsor.user, "cdmo": keeper.user, "operator": operator}
    clients = {name: Client() for name in people}
    for name, user in people.items():
        clients[name].force_login(user)
    partner = PartnerFactory.create(organisation=keeper.organisation)
    values = {
        **_of_partner(partner, SiteFactory.create(partner=partner)),
        **_of_brief(sponsor, partner),
        **_of_people(sponsor),
        **_of_searches(sponsor),
        **_of_records(sponsor),
        **_of_uploads(keeper, partner),
        **_of_readers(keeper),
        # Keys of mails and passkeys that never were; known ones are allauth's own matter.
        "sign_on:": {"provider": "nobody"},
        "account_": {"key": "abc:def", "uidb36": "1"},
        "mfa_": {"pk": "1"},
        "": {"slug": partner.slug},
    }
    return World(clients, values)


def _of_readers(keeper: Member) -> dict[str, dict[str, str]]:
    agreement = ReaderAgreementFactory.create(organisation=keeper.organisation)
    exclusion = ExclusionFactory.create(organisation=keeper.organisation)
    return {
        "partners:reader_agreement": {"uid": str(agreement.uid)},
        "partners:reader_re": {"kind": "exclusions", "uid": str(exclusion.uid)},
    }


def _of_partner(partner: object, site: object) -> dict[str, dict[str, str]]:
    line, capability = LineFactory.create(site=site), CapabilityFactory.create(site=site)
    held = HeldReadingFactory.create(feed__partner=partner)
    made: dict[str, Any] = {
        "partners:capability": capability,
        "partners:change": _a_change(capability, partner),
        "partners:draft": _a_draft(capability, partner),
        "partners:certificate": CertificateFactory.create(site=site),
        "partners:inspection": InspectionFactory.create(site=site),
        "partners:line": line,
        "partners:window": CapacityWindowFactory.create(line=line),
        "partners:feed_trial": FeedTrialFactory.create(done=True, partner=partner),
        "partners:feed": held.feed,
        "partners:claim_decide": ClaimFactory.create(),
        "partners:claim_answer": ClaimFactory.create(
            contest=True, partner=partner, keeper=getattr(partner, "organisation", None)
        ),
    }
    slug, line_uid = str(getattr(site, "slug", "")), str(line.uid)
    of_site = {"slug": slug, "place": "site", "line_uid": line_uid, "reading": str(held.refresh.uid)}
    found = {prefix: {**of_site, "uid": str(row.uid)} for prefix, row in made.items()}
    found["partners:report_decide"] = {"uid": str(ErrorReportFactory.create(site=site).uid)}
    for prefix in ("partners:site", "partners:own_site", "partners:hazard"):
        found[prefix] = of_site
    found |= _of_what_is_kept_true(site, made["partners:certificate"])
    found["partners:tray_toggle"] = {"kind": "site", "uid": str(getattr(site, "uid", ""))}
    found["partners:claim_create"] = {"slug": PartnerFactory.create(unclaimed=True).slug}
    found["partners:site_claim"] = {"slug": SiteFactory.create(registered_only=True).slug}
    own = ClaimFactory.create(of_site=True, organisation=getattr(partner, "organisation", None))
    ClaimCodeFactory.create(claim=own)
    for name in ("detail", "code_send", "withdraw"):
        found[f"partners:claim_{name}"] = {"uid": str(own.uid)}
    return found


def _a_change(capability: Any, partner: Any) -> ProfileChange:
    return ProfileChange.objects.create(
        organisation=partner.organisation,
        partner=partner,
        site=capability.site,
        subject=Subject.CAPABILITY,
        key=str(capability.uid),
        about="A term",
        before=values_of_capability(capability),
        after={**values_of_capability(capability), "note": "Hall 2"},
    )


def _a_draft(capability: Any, partner: Any) -> ProfileDraft:
    return ProfileDraft.objects.create(
        organisation=partner.organisation,
        site=capability.site,
        subject=Subject.CAPABILITY,
        key=str(capability.uid),
        values={**values_of_capability(capability), "note": "Hall 3"},
        base=values_of_capability(capability),
    )


def _of_what_is_kept_true(site: Any, certificate: Any) -> dict[str, dict[str, str]]:
    """A statement to confirm, one that was confirmed, and a document behind a certificate."""
    row = HazardFactory.create(site=site)
    confirmation = ConfirmationFactory.create(site=site, subject_uid=row.uid)
    file = StoredFileFactory.create(site=site)
    keeper = Member.objects.get(organisation=site.partner.organisation)
    return {
        "partners:review_confirm": {"slug": site.slug, "kind": "hazard", "uid": str(row.uid)},
        "partners:review_undo": {"uid": str(confirmation.uid)},
        "partners:reminder_stop": {"token": REMINDERS.sign(f"{keeper.organisation_id}-{keeper.user_id}")},
        "partners:file_attach": {
            "slug": site.slug,
            "backed": "certificates",
            "uid": str(certificate.uid),
        },
        "partners:file_": {"uid": str(file.uid), "slug": site.slug},
    }


def _of_brief(sponsor: object, partner: object) -> dict[str, dict[str, str]]:
    organisation = getattr(sponsor, "organisation", None)
    brief = BriefFactory.create(organisation=organisation, open=True, needed_by=dt.date(2028, 1, 1))
    requirement = RequirementFactory.create(brief=brief)
    of_shortlist = _of_shortlist(brief, partner)
    draft = BriefFactory.create(organisation=organisation)
    in_draft = RequirementFactory.create(brief=draft)
    of_brief = {"uid": str(brief.uid), "partner_uid": str(getattr(partner, "uid", ""))}
    of_draft = {"uid": str(draft.uid), "requirement_uid": str(in_draft.uid), "kind": "term"}
    of_draft["section"] = "when"
    comment = BriefCommentFactory.create(brief=draft, by=getattr(sponsor, "user", None))
    colleague = BriefColleagueFactory.create(brief=draft, member=sponsor)
    change = BriefChange.objects.create(
        organisation=draft.organisation, brief=draft, kind="field", subject="title", before="A", after="B"
    )
    of_talk = {
        "uid": str(draft.uid),
        "comment_uid": str(comment.uid),
        "member_uid": str(colleague.member.uid),
        "change_uid": str(change.uid),
    }
    return {
        "matching:comment": of_talk,
        "matching:colleague": of_talk,
        "matching:change": of_talk,
        "matching:brief_section": of_draft,
        "matching:brief_undelete": {
            "uid": str(BriefFactory.create(organisation=organisation, deleted=True).uid)
        },
        "matching:scores_": _of_open_scoring(organisation),
        "matching:match_judged": _of_a_run(organisation),
        "matching:requirement": of_draft,
        "matching:brief_update": of_draft,
        "matching:inbox_interest": {"uid": str(InterestFactory.create(partner=partner).uid)},
        "matching:": {**of_brief, **of_shortlist, "requirement_uid": str(requirement.uid), "kind": "csv"},
    }


def _of_searches(sponsor: object) -> dict[str, dict[str, str]]:
    search = SavedSearchFactory.create(member=sponsor, daily=True)
    SearchAlertFactory.create(search=search)
    return {"partners:search": {"uid": str(search.uid), "token": STOPPING.sign(str(search.uid))}}


def _of_records(sponsor: Member) -> dict[str, dict[str, str]]:
    """What the sponsor knows, and a list of its own on its way in, tried and not yet confirmed."""
    record = PrivateRecordFactory.create(organisation=sponsor.organisation)
    agreement, fact = PrivateAgreementFactory.create(record=record), PrivateFactFactory.create(record=record)
    sheets = [{"name": "Ours", "rows": [["Name", "Status"], ["A", "ok"], [None]], "refused": ""}] * 2
    by = actor_of_member(sponsor)
    imported = record_imports.upload(file_name="ours.xlsx", sheets=sheets, by=by)
    imported = record_imports.choose_sheet(imported=imported, sheet=0, by=by)
    record_imports.map_columns(imported=imported, columns={"name": 0}, statuses={}, date_order="", by=by)
    return {
        "partners:record_": {"uid": str(record.uid), "kind": "xlsx"},
        "partners:agreement_": {"uid": str(record.uid), "row_uid": str(agreement.uid)},
        "partners:fact_": {"uid": str(record.uid), "row_uid": str(fact.uid)},
        "partners:import_": {"uid": str(imported.uid), "kind": "xlsx"},
    }


def _of_uploads(keeper: Member, partner: Any) -> dict[str, dict[str, str]]:
    """A table of the keeper's, tried and not yet confirmed."""
    rows = [["site_id", "term", "offered"], ["S1", "op.lyophilisation", "yes"], [None]]
    sheets = [{"name": "Ours", "rows": rows, "refused": ""}]
    uploaded = profile_uploads.upload(
        partner=partner, kind="capabilities", file_name="o.csv", sheets=sheets, by=actor_of_member(keeper)
    )
    return {
        "partners:upload_": {"uid": str(uploaded.uid), "kind": "capabilities", "file_kind": "xlsx"},
    }


def _of_shortlist(brief: Any, partner: object) -> dict[str, str]:
    """A card with a change, and a criterion by which each scores alone."""
    entry = ShortlistEntryFactory.create(brief=brief, partner=partner)
    change = ShortlistChange.objects.create(
        organisation=brief.organisation,
        brief=brief,
        entry=entry,
        kind=ShortlistChange.Kind.MOVED,
        before={"stage": "long-list"},
        after={"stage": "shortlist"},
        version=1,
    )
    ScoringRoundFactory.create(brief=brief)
    ScoringCriterionFactory.create(brief=brief)
    return {"entry_uid": str(entry.uid), "change_uid": str(change.uid)}


def _of_a_run(organisation: object) -> dict[str, str]:
    """A brief with a run that names one site."""
    brief, site = BriefFactory.create(organisation=organisation, open=True), SiteFactory.create()
    told: dict[str, Any] = {
        "key": str(site.uid),
        "name": site.name,
        "partner_name": "",
        "requirements": [],
        "score": None,
    }
    lists: dict[str, Any] = {name: [] for name in ("open_questions", "near_misses", "registered_only")}
    MatchRun.objects.create(
        organisation=brief.organisation,
        brief=brief,
        brief_version=brief.version,
        engine_version="1",
        asked={},
        result={**lists, "eligible": [told], "further": {}},
        facts_sha256="",
    )
    return {"uid": str(brief.uid), "site_uid": str(site.uid)}


def _of_open_scoring(organisation: object) -> dict[str, str]:
    """A brief whose scorecards everybody sees."""
    brief = BriefFactory.create(organisation=organisation, open=True)
    ScoringRoundFactory.create(brief=brief, open=True)
    card = ScorecardFactory.create(brief=brief, handed_in=True)
    score = CriterionScoreFactory.create(scorecard=card)
    return {"uid": str(brief.uid), "entry_uid": str(score.entry.uid)}


def _of_people(sponsor: object) -> dict[str, dict[str, str]]:
    organisation = getattr(sponsor, "organisation", None)
    colleague = MemberFactory.create(organisation=organisation, editor=True)
    invitation = InvitationFactory.create(organisation=organisation)
    return {
        "accounts:member": {"uid": str(colleague.uid)},
        "accounts:webhook": {"uid": str(WebhookEndpointFactory.create(member=sponsor).uid)},
        "accounts:key": {"uid": str(APIKeyFactory.create(member=sponsor).uid)},
        "accounts:organisation_detail": {"uid": str(OrganisationFactory.create(pending=True).uid)},
        "accounts:invitation_accept": {"token": "no-such-token"},
        "accounts:invitation_update": {"uid": str(invitation.uid)},
    }


class Fields(HTMLParser):
    """The names of a page's controls with what stands in them, apart for each method of its forms."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.asked: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self._here = self.asked
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._here = self.sent if (given.get("method") or "get").lower() == "post" else self.asked
        elif tag in {"input", "select", "textarea", "button"} and (name := given.get("name")):
            self._here[name] = given.get("value") or ""
