"""Every page, by who reads it: what the sweep opens, and why some addresses are not in it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from cdmo_portal.accounts.models import Organisation
from matching.models import Brief, Requirement
from partners.models import Capability, CapacityWindow, Certificate, Claim, Feed, Inspection, Line, Site
from tests.journeys.people import CDMO, NEWCOMER, OPERATOR, OTHER_SPONSOR, SPONSOR, UNCLAIMED, VISITOR
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


def scored() -> tuple[object, ...]:
    return (scored_brief().uid,)


def one_card() -> tuple[object, ...]:
    brief = scored_brief()
    return (brief.uid, brief.shortlist.to_score()[0].uid)


def one_card_alone() -> tuple[object, ...]:
    brief = brief_scored_alone()
    return (brief.uid, brief.shortlist.to_score()[0].uid)


def of_three_steps() -> tuple[object, ...]:
    return (Brief.objects.get(title__startswith="Phase II antibody").uid,)


def kind(name: str) -> Callable[[], tuple[object, ...]]:
    return lambda: (*capsules(), name)


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


def typed_window() -> tuple[object, ...]:
    return (
        OWN_SITE,
        CapacityWindow.objects.filter(line__site__slug=OWN_SITE, line__name__startswith="SD-1")[0].uid,
    )


def a_site() -> tuple[object, ...]:
    return (Site.objects.get(name="Cloonmore Biologics, Waterford").slug,)


def a_partner() -> tuple[object, ...]:
    return ("larkfen-dosage",)


def an_organisation() -> tuple[object, ...]:
    return (Organisation.objects.get(name="Quillhaven Therapeutics").uid,)


def a_claim() -> tuple[object, ...]:
    return (Claim.objects.get().uid,)


PAGES = [
    PageOf(VISITOR, "home"),
    PageOf(VISITOR, "account_login"),
    PageOf(VISITOR, "account_signup"),
    PageOf(VISITOR, "account_reset_password"),
    PageOf(VISITOR, "ranking_explained"),
    PageOf(VISITOR, "accounts:invitation_accept", lambda: ("no-such-invitation",)),
    PageOf(VISITOR, "home", more="no-such-page/"),
    PageOf(SPONSOR, "matching:brief_list"),
    PageOf(SPONSOR, "matching:brief_create"),
    PageOf(SPONSOR, "matching:brief_read"),
    PageOf(SPONSOR, "matching:brief_detail", capsules),
    PageOf(SPONSOR, "matching:brief_update", capsules),
    PageOf(SPONSOR, "matching:match_list", capsules),
    PageOf(OTHER_SPONSOR, "matching:match_list", of_three_steps),
    PageOf(SPONSOR, "matching:run_list", capsules),
    PageOf(SPONSOR, "matching:run_compare", capsules),
    PageOf(SPONSOR, "matching:shortlist", capsules),
    PageOf(SPONSOR, "matching:shortlist", scored),
    PageOf(SPONSOR, "matching:shortlist", scored, more="?view=table&find=a"),
    PageOf(SPONSOR, "matching:shortlist_history", scored),
    PageOf(SPONSOR, "matching:shortlist_card", one_card),
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
    PageOf(SPONSOR, "partners:site_list", more="?measure=sc.batch-l&value=many&unit=L"),
    PageOf(SPONSOR, "partners:site_detail", a_site),
    PageOf(SPONSOR, "partners:partner_detail", a_partner),
    PageOf(SPONSOR, "accounts:member_list"),
    PageOf(SPONSOR, "accounts:key_list"),
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
    PageOf(CDMO, "partners:site_update", own_site),
    PageOf(CDMO, "partners:capability_create", own_site),
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
    PageOf(CDMO, "partners:feed_list"),
    PageOf(CDMO, "partners:feed_create"),
    PageOf(CDMO, "partners:feed_detail", own_feed),
    PageOf(CDMO, "partners:feed_update", own_feed),
    PageOf(OPERATOR, "status"),
    PageOf(OPERATOR, "mail_list"),
    PageOf(OPERATOR, "accounts:organisation_list"),
    PageOf(OPERATOR, "accounts:organisation_detail", an_organisation),
    PageOf(OPERATOR, "partners:claim_list"),
    PageOf(OPERATOR, "partners:claim_decide", a_claim),
    PageOf(NEWCOMER, "partners:claim_create", lambda: (UNCLAIMED,)),
    PageOf(NEWCOMER, "partners:own_profile"),
]
NOT_SWEPT = {
    "health_live": "JSON",
    "health_ready": "JSON",
    "demo_capacity_feed": "CSV",
    "styleguide": "tests/look has it",
    "accounts:organisation_join": "POST only",
    "accounts:member_update": "POST only",
    "accounts:key_revoke": "POST only",
    "matching:brief_open": "POST only",
    "matching:brief_close": "POST only",
    "matching:brief_reopen": "POST only",
    "matching:requirement_delete": "POST only",
    "matching:match_rerun": "POST only",
    "matching:note_seen": "POST only",
    "matching:match_weights": "POST only",
    "matching:shortlist_toggle": "POST only",
    "matching:shortlist_move": "POST only",
    "matching:shortlist_undo": "POST only",
    "matching:shortlist_export": "XLSX and CSV",
    "matching:evaluator_ask": "POST only",
    "matching:scoring_open": "POST only",
    "matching:scorecard_hand_in": "POST only",
    "matching:scores_export": "XLSX",
    "partners:capability_confirm": "POST only",
    "partners:hazard_confirm": "POST only",
    "partners:line_confirm": "POST only",
    "partners:line_source": "POST only",
    "partners:feed_retry": "POST only",
    "partners:feed_pause": "POST only",
}
