"""Every page, by who reads it: what the sweep opens, and why some addresses are not in it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from cdmo_portal.accounts.models import Member, Organisation
from cdmo_portal.events.models import WebhookEndpoint
from matching.models import Brief, BriefComment, Interest, Requirement
from matching.views.brief_sections import ORDER
from partners.alert_mail import STOPPING
from partners.models import (
    Capability,
    CapacityWindow,
    Certificate,
    Claim,
    ErrorReport,
    Feed,
    FeedTrial,
    Inspection,
    Line,
    PrivateAgreement,
    PrivateFact,
    PrivateRecord,
    ProfileChange,
    ProfileDraft,
    ProfileUpload,
    RecordImport,
    SavedSearch,
    Site,
)
from partners.reminder_mail import STOPPING as REMINDERS
from tests.journeys.asked import LARKFEN, NOT_ASKED, asked_brief, card_of
from tests.journeys.people import (
    CDMO,
    FREE_PARTNER,
    FREE_SITE,
    NEWCOMER,
    OPERATOR,
    OTHER_CDMO,
    OTHER_SPONSOR,
    SEARCH,
    SPONSOR,
    TALKED_ABOUT,
    VISITOR,
    WRONG,
)
from tests.journeys.scored import brief_scored_alone, scored_brief

OWN_SITE = "larkfen-dosage-nottingham"


@dataclass(frozen=True, slots=True)
class PageOf:
    """`arguments` are read when the world is loaded; `more` is what follows the address."""

    reader: str
    name: str
    arguments: Callable[[], tuple[object, ...]] = tuple
    more: str = ""

    @property
    def path(self) -> str:
        return reverse(self.name, args=[str(each) for each in self.arguments()]) + self.more

    def __str__(self) -> str:
        return f"{self.name}{self.more}-{self.reader.partition('@')[0] or 'visitor'}"


def capsules() -> tuple[object, ...]:
    return (Brief.objects.get(title__startswith="First-in-human capsules").uid,)


def a_candidate() -> tuple[object, ...]:
    brief = Brief.objects.get(title__startswith="First-in-human capsules")
    return (brief.uid, brief.match_runs.order_by("-pk")[0].result["eligible"][0]["key"])


def a_webhook() -> tuple[object, ...]:
    return (WebhookEndpoint.objects.get(description="ERP test").uid,)


def scored() -> tuple[object, ...]:
    return (scored_brief().uid,)


def one_card() -> tuple[object, ...]:
    brief = scored_brief()
    return (brief.uid, brief.shortlist.to_score()[0].uid)


def one_card_alone() -> tuple[object, ...]:
    brief = brief_scored_alone()
    return (brief.uid, brief.shortlist.to_score()[0].uid)


def asked() -> tuple[object, ...]:
    return (asked_brief().uid,)


def asked_card() -> tuple[object, ...]:
    return (asked_brief().uid, card_of(LARKFEN).uid)


def unasked_card() -> tuple[object, ...]:
    return (asked_brief().uid, card_of(NOT_ASKED).uid)


def a_question(**which: object) -> Callable[[], tuple[object, ...]]:
    return lambda: (Interest.objects.filter(partner__name=LARKFEN, **which)[0].uid,)


def of_three_steps() -> tuple[object, ...]:
    return (Brief.objects.get(title__startswith="Phase II antibody").uid,)


def kind(name: str) -> Callable[[], tuple[object, ...]]:
    return lambda: (*capsules(), name)


def section(name: str) -> Callable[[], tuple[object, ...]]:
    return lambda: (*capsules(), name)


def talked_about() -> tuple[object, ...]:
    return (Brief.objects.get(title__startswith=TALKED_ABOUT).uid,)


def one_comment() -> tuple[object, ...]:
    return (*talked_about(), BriefComment.objects.filter(by__email=SPONSOR)[0].uid)


def one_requirement() -> tuple[object, ...]:
    measured = Requirement.objects.filter(
        brief__title__startswith="First-in-human capsules", measure__isnull=False
    )
    return (*capsules(), measured[0].uid)


def own_site() -> tuple[object, ...]:
    return (OWN_SITE,)


def own(
    model: type[Capability | CapacityWindow | Certificate | Inspection | Line],
) -> Callable[[], tuple[object, ...]]:
    return lambda: (OWN_SITE, model._default_manager.filter(site__slug=OWN_SITE)[0].uid)


def own_feed() -> tuple[object, ...]:
    return (Feed.objects.get(organisation__name="Larkfen Dosage").uid,)


def a_trial() -> tuple[object, ...]:
    return (FeedTrial.objects.filter(state=FeedTrial.State.DONE)[0].uid,)


def typed_window() -> tuple[object, ...]:
    return (
        OWN_SITE,
        CapacityWindow.objects.filter(line__site__slug=OWN_SITE, line__name__startswith="SD-1")[0].uid,
    )


def a_site() -> tuple[object, ...]:
    return (Site.objects.get(name="Cloonmore Biologics, Waterford").slug,)


def a_search() -> tuple[object, ...]:
    return (SavedSearch.objects.get(name=SEARCH).uid,)


def a_stop_link() -> tuple[object, ...]:
    return (STOPPING.sign(str(a_search()[0])),)


def a_backed_certificate() -> tuple[object, ...]:
    return (OWN_SITE, "certificates", own(Certificate)()[1])


def a_reminder_link() -> tuple[object, ...]:
    member = Member.objects.get(user__email=CDMO)
    return (REMINDERS.sign(f"{member.organisation_id}-{member.user_id}"),)


def a_partner() -> tuple[object, ...]:
    return ("larkfen-dosage",)


def an_organisation() -> tuple[object, ...]:
    return (Organisation.objects.get(name="Quillhaven Therapeutics").uid,)


def a_change() -> tuple[object, ...]:
    return (ProfileChange.objects.filter(organisation__name="Larkfen Dosage")[0].uid,)


def a_draft() -> tuple[object, ...]:
    return (OWN_SITE, ProfileDraft.objects.filter(site__slug=OWN_SITE)[0].uid)


def a_report() -> tuple[object, ...]:
    return (ErrorReport.objects.filter(wrong=WRONG)[0].uid,)


def a_claim() -> tuple[object, ...]:
    return (Claim.objects.get(kind=Claim.Kind.NEW).uid,)


def a_contest() -> tuple[object, ...]:
    return (Claim.objects.get(kind=Claim.Kind.CONTEST).uid,)


COMPARED = "?ids=larkfen-dosage,cloonmore-biologics-waterford,fernlow-capsules,nobody"


def best_known() -> PrivateRecord:
    """The record of the sample sponsor's that has a fact of its own and two agreements."""
    return PrivateRecord.objects.select_related("site").get(name="Hajdan Solid Forms")


def known_record() -> tuple[object, ...]:
    return (best_known().uid,)


def known_site() -> tuple[object, ...]:
    site = best_known().site
    return (site.slug if site else "",)


def part_of_record(model: type[PrivateAgreement | PrivateFact]) -> Callable[[], tuple[object, ...]]:
    return lambda: (*known_record(), model._default_manager.filter(record=best_known())[0].uid)


def a_table(kind: str) -> Callable[[], tuple[object, ...]]:
    return lambda: (ProfileUpload.objects.get(kind=kind).uid,)


def an_import() -> tuple[object, ...]:
    return (RecordImport.objects.filter(user__email=SPONSOR)[0].uid,)


PAGES = [
    PageOf(VISITOR, "home"),
    PageOf(VISITOR, "account_login"),
    PageOf(VISITOR, "account_signup"),
    PageOf(VISITOR, "account_reset_password"),
    PageOf(VISITOR, "ranking_explained"),
    PageOf(VISITOR, "partners:feed_formats"),
    PageOf(VISITOR, "accounts:invitation_accept", lambda: ("no-such-invitation",)),
    PageOf(VISITOR, "home", more="no-such-page/"),
    PageOf(SPONSOR, "matching:brief_list"),
    PageOf(SPONSOR, "matching:brief_create"),
    PageOf(SPONSOR, "matching:brief_read"),
    PageOf(SPONSOR, "matching:brief_detail", capsules),
    PageOf(SPONSOR, "matching:brief_update", capsules),
    *(PageOf(SPONSOR, "matching:brief_section", section(each)) for each in ORDER),
    PageOf(SPONSOR, "matching:brief_people", capsules),
    PageOf(SPONSOR, "matching:brief_history", talked_about),
    PageOf(SPONSOR, "matching:comment_list", talked_about),
    PageOf(SPONSOR, "matching:comment_update", one_comment),
    PageOf(SPONSOR, "matching:brief_list", more="?q=nothing+is+called+zzxqj"),
    PageOf(SPONSOR, "matching:match_list", capsules),
    PageOf(OTHER_SPONSOR, "matching:match_list", of_three_steps),
    PageOf(SPONSOR, "matching:match_judged", a_candidate),
    PageOf(SPONSOR, "matching:brief_compare", capsules, more=COMPARED),
    PageOf(SPONSOR, "matching:run_list", capsules),
    PageOf(SPONSOR, "matching:run_compare", capsules),
    PageOf(SPONSOR, "matching:shortlist", capsules),
    PageOf(SPONSOR, "matching:shortlist", scored),
    PageOf(SPONSOR, "matching:shortlist", scored, more="?view=table&find=a"),
    PageOf(SPONSOR, "matching:shortlist_history", scored),
    PageOf(SPONSOR, "matching:shortlist_card", one_card),
    PageOf(SPONSOR, "matching:shortlist", asked),
    PageOf(SPONSOR, "matching:shortlist_card", asked_card),
    PageOf(SPONSOR, "matching:interest_ask", unasked_card),
    PageOf(SPONSOR, "matching:interest_ask", one_card),
    PageOf(SPONSOR, "matching:scoring", capsules),
    PageOf(SPONSOR, "matching:scoring", scored),
    PageOf(SPONSOR, "matching:criteria_update", capsules),
    PageOf(SPONSOR, "matching:scorecard_update", one_card_alone),
    PageOf(SPONSOR, "matching:scores_together", scored),
    PageOf(SPONSOR, "matching:scores_of", one_card),
    *(PageOf(SPONSOR, "matching:requirement_create", kind(each.value)) for each in Requirement.Kind),
    PageOf(SPONSOR, "matching:requirement_update", one_requirement),
    PageOf(SPONSOR, "partners:site_list"),
    PageOf(SPONSOR, "partners:site_list", more="?q=nothing+is+called+zzxqj"),
    PageOf(SPONSOR, "partners:site_list", more="?measure=sc.bioreactor-l&value=many&unit=L"),
    PageOf(SPONSOR, "partners:search_list"),
    PageOf(SPONSOR, "partners:search_create", more="?country=IE"),
    PageOf(SPONSOR, "partners:search_detail", a_search),
    PageOf(SPONSOR, "partners:search_update", a_search),
    PageOf(VISITOR, "partners:search_stop", a_stop_link),
    PageOf(VISITOR, "partners:search_stop", lambda: ("no-such-token",)),
    PageOf(SPONSOR, "partners:site_list", more="?view=map"),
    PageOf(SPONSOR, "partners:site_list", more="?view=map&area=-11,40,20,60&q=lyo+vial"),
    PageOf(SPONSOR, "partners:site_list", more="?measure=sc.batch-units&value=50k&measure_2=sc.oel-ug-m3"),
    PageOf(SPONSOR, "partners:site_detail", a_site),
    PageOf(SPONSOR, "partners:site_history", own_site),
    PageOf(SPONSOR, "partners:site_report", a_site),
    PageOf(SPONSOR, "partners:partner_detail", a_partner),
    PageOf(SPONSOR, "partners:partner_history", a_partner),
    PageOf(SPONSOR, "partners:partner_report", a_partner),
    PageOf(SPONSOR, "partners:compare", more=COMPARED),
    PageOf(SPONSOR, "partners:compare", more="?ids=nobody"),
    PageOf(CDMO, "partners:compare", more=f"{COMPARED}&diff=1"),
    PageOf(SPONSOR, "partners:site_list", more="?our_status=approved"),
    PageOf(SPONSOR, "partners:site_detail", known_site),
    PageOf(SPONSOR, "partners:record_list"),
    PageOf(SPONSOR, "partners:record_list", more="?status=blocked&audit=overdue"),
    PageOf(SPONSOR, "partners:record_list", more="?status=maybe"),
    PageOf(OTHER_SPONSOR, "partners:record_list"),
    PageOf(SPONSOR, "partners:record_create"),
    PageOf(SPONSOR, "partners:record_create", more="?site=larkfen-dosage-nottingham"),
    PageOf(SPONSOR, "partners:record_detail", known_record),
    PageOf(SPONSOR, "partners:record_update", known_record),
    PageOf(SPONSOR, "partners:agreement_create", known_record),
    PageOf(SPONSOR, "partners:agreement_update", part_of_record(PrivateAgreement)),
    PageOf(SPONSOR, "partners:fact_create", known_record),
    PageOf(SPONSOR, "partners:fact_update", part_of_record(PrivateFact)),
    PageOf(SPONSOR, "partners:import_create"),
    PageOf(SPONSOR, "partners:import_sheet", an_import),
    PageOf(SPONSOR, "partners:import_columns", an_import),
    PageOf(SPONSOR, "partners:import_check", an_import),
    PageOf(SPONSOR, "accounts:member_list"),
    PageOf(SPONSOR, "accounts:key_list"),
    PageOf(SPONSOR, "accounts:webhook_list"),
    PageOf(OTHER_SPONSOR, "accounts:webhook_list"),
    PageOf(SPONSOR, "accounts:webhook_create"),
    PageOf(CDMO, "accounts:webhook_create"),
    PageOf(SPONSOR, "accounts:webhook_detail", a_webhook),
    PageOf(SPONSOR, "accounts:webhook_detail", a_webhook, more="?state=held"),
    PageOf(SPONSOR, "accounts:webhook_update", a_webhook),
    PageOf(SPONSOR, "accounts:webhook_rotate", a_webhook),
    PageOf(SPONSOR, "accounts:webhook_delete", a_webhook),
    PageOf(SPONSOR, "accounts:organisation_choose"),
    PageOf(SPONSOR, "accounts:application_create"),
    PageOf(SPONSOR, "api_docs"),
    PageOf(SPONSOR, "account_email"),
    PageOf(SPONSOR, "account_change_password"),
    PageOf(SPONSOR, "account_logout"),
    PageOf(SPONSOR, "mfa_index"),
    PageOf(SPONSOR, "usersessions_list"),
    PageOf(CDMO, "partners:own_profile"),
    PageOf(CDMO, "partners:partner_create"),
    PageOf(CDMO, "partners:site_create"),
    PageOf(CDMO, "partners:own_site", own_site),
    PageOf(CDMO, "partners:draft_list", own_site),
    PageOf(CDMO, "partners:draft_update", a_draft),
    PageOf(CDMO, "partners:change_list"),
    PageOf(CDMO, "partners:change_detail", a_change),
    PageOf(CDMO, "partners:site_update", own_site),
    PageOf(CDMO, "partners:capability_create", own_site),
    PageOf(CDMO, "partners:capability_add", own_site),
    PageOf(CDMO, "partners:capability_add", own_site, more="?q=lyo"),
    PageOf(CDMO, "partners:capability_update", own(Capability)),
    PageOf(CDMO, "partners:capability_delete", own(Capability)),
    PageOf(CDMO, "partners:hazard_update", own_site),
    PageOf(CDMO, "partners:hazard_update_at", lambda: (OWN_SITE, "site")),
    PageOf(CDMO, "partners:certificate_create", own_site),
    PageOf(CDMO, "partners:certificate_update", own(Certificate)),
    PageOf(CDMO, "partners:certificate_delete", own(Certificate)),
    PageOf(CDMO, "partners:inspection_create", own_site),
    PageOf(CDMO, "partners:inspection_update", own(Inspection)),
    PageOf(CDMO, "partners:inspection_delete", own(Inspection)),
    PageOf(CDMO, "partners:line_create", own_site),
    PageOf(CDMO, "partners:line_update", own(Line)),
    PageOf(CDMO, "partners:line_delete", own(Line)),
    PageOf(CDMO, "partners:window_list", own_site),
    PageOf(CDMO, "partners:window_create", own(Line)),
    PageOf(CDMO, "partners:window_update", typed_window),
    PageOf(CDMO, "partners:window_delete", typed_window),
    PageOf(CDMO, "partners:report_list"),
    PageOf(CDMO, "partners:report_decide", a_report),
    PageOf(CDMO, "partners:feed_list"),
    PageOf(CDMO, "partners:feed_formats"),
    PageOf(CDMO, "partners:feed_create"),
    PageOf(CDMO, "partners:feed_detail", own_feed),
    PageOf(CDMO, "partners:feed_update", own_feed),
    PageOf(CDMO, "partners:review"),
    PageOf(CDMO, "partners:review", more=f"?show=all&site={OWN_SITE}"),
    PageOf(CDMO, "partners:file_list", own_site),
    PageOf(CDMO, "partners:file_others"),
    PageOf(CDMO, "partners:file_attach", a_backed_certificate),
    PageOf(VISITOR, "partners:reminder_stop", a_reminder_link),
    PageOf(VISITOR, "partners:reminder_stop", lambda: ("no-such-token",)),
    PageOf(CDMO, "accounts:organisation_leave"),
    PageOf(CDMO, "matching:event_list"),
    PageOf(SPONSOR, "matching:event_list"),
    PageOf(CDMO, "partners:feed_trial", a_trial),
    PageOf(CDMO, "matching:standing"),
    PageOf(CDMO, "matching:inbox"),
    PageOf(CDMO, "matching:inbox_interest", a_question(answer="")),
    PageOf(CDMO, "matching:inbox_interest", a_question(answer=Interest.Answer.DECLINED)),
    PageOf(CDMO, "matching:inbox_interest", a_question(withdrawn_at__isnull=False)),
    PageOf(OTHER_CDMO, "matching:inbox"),
    PageOf(CDMO, "matching:reach"),
    PageOf(CDMO, "partners:partner_preview"),
    PageOf(CDMO, "partners:site_preview", own_site),
    PageOf(CDMO, "partners:site_preview", own_site, more="?as=cdmo"),
    PageOf(CDMO, "partners:site_preview", own_site, more="?as=agreed"),
    PageOf(CDMO, "partners:site_preview", own_site, more="?as=excluded"),
    PageOf(CDMO, "partners:reader_list"),
    PageOf(CDMO, "partners:upload_create", lambda: ("capacity",)),
    PageOf(CDMO, "partners:upload_create", lambda: ("capabilities",)),
    PageOf(CDMO, "partners:upload_sheet", a_table("capabilities")),
    PageOf(CDMO, "partners:upload_check", a_table("capacity")),
    PageOf(OPERATOR, "status"),
    PageOf(OPERATOR, "mail_list"),
    PageOf(OPERATOR, "accounts:organisation_list"),
    PageOf(OPERATOR, "accounts:organisation_detail", an_organisation),
    PageOf(OPERATOR, "partners:report_list"),
    PageOf(OPERATOR, "partners:report_decide", a_report),
    PageOf(OPERATOR, "partners:claim_list"),
    PageOf(OPERATOR, "partners:claim_decide", a_claim),
    PageOf(OPERATOR, "partners:claim_decide", a_contest),
    PageOf(CDMO, "partners:claim_answer", a_contest),
    PageOf(CDMO, "partners:claim_search", more="?q=works"),
    PageOf(CDMO, "partners:site_claim", lambda: (FREE_SITE,)),
    PageOf(NEWCOMER, "partners:claim_search", more="?q=&country=IE"),
    PageOf(NEWCOMER, "partners:claim_create", lambda: (FREE_PARTNER,)),
    PageOf(NEWCOMER, "partners:claim_detail", a_claim),
    PageOf(NEWCOMER, "partners:own_profile"),
]
NOT_SWEPT = {
    "health_live": "JSON",
    "health_ready": "JSON",
    "demo_capacity_feed": "CSV",
    "partners:capacity_schema": "JSON",
    "partners:term_search": "JSON",
    "partners:site_export_csv": "CSV",
    "partners:site_export_xlsx": "XLSX",
    "styleguide": "tests/look has it",
    "sign_on:way": "a fragment of the sign-in page; tests/journeys/test_sign_on.py has both",
    "sign_on:start": "POST only",
    "sign_on:oidc_callback": "leads on, or says what tests/journeys/test_sign_on.py reads",
    "sign_on:saml_answer": "POST only",
    "sign_on:saml_finish": "leads on",
    "sign_on:saml_metadata": "XML",
    "accounts:organisation_join": "POST only",
    "accounts:member_update": "POST only",
    "accounts:invitation_update": "POST only",
    "accounts:key_revoke": "POST only",
    "accounts:key_rotate": "POST only",
    "accounts:webhook_turn": "POST only",
    "accounts:webhook_test": "POST only",
    "accounts:webhook_replay": "POST only",
    "accounts:kept_form_discard": "POST only",
    "matching:brief_open": "POST only",
    "matching:brief_close": "POST only",
    "matching:brief_reopen": "POST only",
    "matching:requirement_delete": "POST only",
    "matching:brief_archive": "POST only",
    "matching:brief_restore": "POST only",
    "matching:brief_duplicate": "POST only",
    "matching:brief_delete": "POST only",
    "matching:brief_undelete": "POST only",
    "matching:brief_access": "POST only",
    "matching:colleague_update": "POST only",
    "matching:change_take_back": "POST only",
    "matching:comment_remove": "POST only",
    "matching:comments_mute": "POST only",
    "matching:match_rerun": "POST only",
    "matching:note_seen": "POST only",
    "matching:match_weights": "POST only",
    "matching:shortlist_toggle": "POST only",
    "partners:record_export": "a file",
    "partners:import_refused": "a file",
    "partners:import_template": "a file",
    "partners:import_discard": "POST only",
    "partners:upload_template": "a file",
    "partners:upload_refused": "a file",
    "partners:upload_discard": "POST only",
    "partners:record_link": "POST only",
    "partners:record_remove": "POST only",
    "partners:record_restore": "POST only",
    "partners:agreement_remove": "POST only",
    "partners:agreement_restore": "POST only",
    "partners:fact_remove": "POST only",
    "partners:fact_restore": "POST only",
    "matching:interest_withdraw": "POST only",
    "matching:inbox_count": "a fragment",
    "matching:shortlist_move": "POST only",
    "matching:shortlist_undo": "POST only",
    "matching:shortlist_export": "XLSX and CSV",
    "matching:evaluator_ask": "POST only",
    "matching:scoring_open": "POST only",
    "matching:scorecard_hand_in": "POST only",
    "matching:scores_export": "XLSX",
    "partners:claim_code_send": "POST only",
    "partners:claim_withdraw": "POST only",
    "partners:capability_confirm": "POST only",
    "partners:draft_discard": "POST only",
    "partners:hazard_confirm": "POST only",
    "partners:line_confirm": "POST only",
    "partners:line_source": "POST only",
    "partners:search_open": "POST only",
    "partners:search_copy": "POST only",
    "partners:search_delete": "POST only",
    "partners:search_restore": "POST only",
    "partners:feed_retry": "POST only",
    "partners:feed_pause": "POST only",
    "partners:feed_held": "POST only",
    "partners:feed_test": "POST only",
    "partners:feed_trial_add": "POST only",
    "partners:review_confirm": "POST only",
    "partners:review_undo": "POST only",
    "partners:reminder_switch": "POST only",
    "partners:reader_agreement_end": "POST only",
    "partners:reader_remove": "POST only",
    "partners:reader_restore": "POST only",
    "partners:file_download": "a file",
    "partners:file_update": "POST only",
    "partners:file_remove": "POST only",
    "partners:file_restore": "POST only",
    "partners:site_viewed": "POST only",
    "partners:tray_toggle": "POST only",
    "partners:tray_clear": "POST only",
    "partners:tray_restore": "POST only",
}
