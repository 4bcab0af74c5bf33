"""Saved searches, comparisons, readers, reviews, changes, reports, claims and documents."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction

from cdmo_portal.accounts.actors import actor_of_member
from partners.actions import profiles, reviewing
from partners.actions.profile_drafts import seen_mark
from partners.models import (
    Audience,
    Confirmation,
    ProfileChange,
    ProfileDraft,
    ReaderAgreement,
    Site,
    Subject,
)
from partners.review_items import review_items
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.api_matrix.writes import write
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.confirmations import ConfirmationFactory
from tests.factories.error_reports import ErrorReportFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.factories.saved_searches import SavedSearchFactory
from tests.factories.stored_files import StoredFileFactory

V1 = "/api/v1"


def searches(tail: str, **facts: Any) -> Callable[[World], str]:
    """A search of the sponsor's owner: colleagues read it where it is shared."""

    def address(world: World) -> str:
        row = SavedSearchFactory.create(member=world.sponsor, name=world.sponsor_secret, **facts)
        return f"{V1}/saved-searches/{tail.format(row.uid)}"

    return address


def agreement(tail: str, **facts: Any) -> Callable[[World], str]:
    def address(world: World) -> str:
        given = {"organisation": world.cdmo.organisation, "note": world.cdmo_secret}
        row = ReaderAgreementFactory.create(kind=ReaderAgreement.Kind.CDA, **given | facts)
        return f"{V1}/reader-agreements/{tail.format(row.uid)}"

    return address


def exclusion(tail: str, **facts: Any) -> Callable[[World], str]:
    def address(world: World) -> str:
        given = {"organisation": world.cdmo.organisation, "reason": world.cdmo_secret}
        return f"{V1}/exclusions/{tail.format(ExclusionFactory.create(**given | facts).uid)}"

    return address


def stated(world: World) -> str:
    row = CapabilityFactory.create(site=world.site, audience=Audience.MATCHING, note=world.cdmo_secret)
    return str(row.uid)


def item(world: World) -> str:
    return f"{V1}/review-items/capability-{stated(world)}/confirm/"


def items(world: World) -> str:
    stated(world)
    return f"{V1}/review-items/"


def confirmation(tail: str) -> Callable[[World], str]:
    def address(world: World) -> str:
        row = ConfirmationFactory.create(
            site=world.site, subject_uid=HazardFactory.create(site=world.site).uid
        )
        return f"{V1}/review-items/confirmations/{tail.format(row.uid)}"

    return address


def confirmed(world: World) -> str:
    """A confirmation that nothing has happened to since."""
    key = f"{Confirmation.Kind.CAPABILITY}-{stated(world)}"
    shown = review_items(Site.objects.filter(pk=world.site.pk), timezone.localdate())
    seen = next(each for each in shown if each.key == key)
    row = reviewing.confirm(
        site=world.site,
        kind=Confirmation.Kind.CAPABILITY,
        uid=seen.uid,
        seen=seen.mark,
        by=actor_of_member(world.cdmo),
    )
    return f"{V1}/review-items/confirmations/{row.uid}/undo/"


def change(tail: str) -> Callable[[World], str]:
    def address(world: World) -> str:
        row = CapabilityFactory.create(site=world.site, audience=Audience.MATCHING, note=world.cdmo_secret)
        by = actor_of_member(world.cdmo)
        profiles.delete_capability(capability=row, version=str(row.version), by=by)
        return f"{V1}/profile-changes/{tail.format(ProfileChange.objects.get().uid)}"

    return address


def draft_of(world: World) -> ProfileDraft:
    return ProfileDraft.objects.create(
        organisation=world.cdmo.organisation,
        site=world.site,
        subject=Subject.SITE,
        key=str(world.site.uid),
        values={"name": world.cdmo_secret},
    )


def draft(tail: str) -> Callable[[World], str]:
    return lambda world: f"{V1}/drafts/{tail.format(draft_of(world).uid)}"


def published(world: World) -> dict[str, Any]:
    """A statement that is gone already is taken back."""
    row = ProfileDraft.objects.create(
        organisation=world.cdmo.organisation,
        site=world.site,
        subject=Subject.CAPABILITY,
        key="0199a1de-0000-7000-8000-000000000000",
        values=None,
        base={"note": world.cdmo_secret},
    )
    return {"site": str(world.site.uid), "drafts": {str(row.uid): seen_mark(row, None)}}


def report(tail: str) -> Callable[[World], str]:
    def address(world: World) -> str:
        row = ErrorReportFactory.create(site=world.site, wrong=world.cdmo_secret)
        return f"{V1}/error-reports/{tail.format(row.uid)}"

    return address


def said_wrong(world: World) -> dict[str, str]:
    return {"site": str(world.site.uid), "part": "other", "wrong": "The name.", "how_known": "A letter."}


def claim(tail: str) -> Callable[[World], str]:
    def address(world: World) -> str:
        given = {"organisation": world.cdmo.organisation, "proof": world.cdmo_secret}
        return f"{V1}/claims/{tail.format(ClaimFactory.create(**given).uid)}"

    return address


def free_site(_world: World) -> dict[str, str]:
    return {
        "site": str(SiteFactory.create(partner=PartnerFactory.create(unclaimed=True)).uid),
        "proof": "A letter.",
    }


def document(tail: str, **facts: Any) -> Callable[[World], str]:
    def address(world: World) -> str:
        row = StoredFileFactory.create(site=world.site, name=f"{world.cdmo_secret}.pdf", **facts)
        return f"{V1}/documents/{tail.format(row.uid)}"

    return address


def compared(world: World) -> str:
    stated(world)
    return f"{V1}/comparisons/?ids={world.site.uid},{SiteFactory.create().uid}"


def own_persons(name: str, method: str, address: Callable[[World], str], done: int, colleague: int) -> Row:
    """Of a search that the owner keeps: colleagues get `colleague`."""
    return Row(
        name,
        method,
        "sponsor",
        address,
        viewer=colleague,
        editor=colleague,
        owner=done,
        stranger_sponsor=404,
        stranger_cdmo=404,
        body={} if method == "patch" else None,
        if_match="" if method == "post" else "*",
    )


REMOVED = {"removed_at": LazyFunction(timezone.now)}
SHARED = {"shared": True}
ROWS: list[Row] = [
    everybody("api-comparison-list", compared, "cdmo"),
    everybody("api-saved-search-list", searches("", **SHARED)),
    own_only("api-saved-search-detail", searches("{}/", **SHARED), "sponsor"),
    write(
        "api-saved-search-list",
        "post",
        "sponsor",
        f"{V1}/saved-searches/",
        201,
        body={"name": "All", "query": ""},
        strangers=(201, 403),
        viewer=201,
    ),
    own_persons("api-saved-search-detail", "patch", searches("{}/", **SHARED), 200, 403),
    own_persons("api-saved-search-detail", "delete", searches("{}/", **SHARED), 204, 403),
    own_persons("api-saved-search-restore", "post", searches("{}/restore/"), 200, 404),
    own_persons("api-saved-search-seen", "post", searches("{}/seen/", **SHARED), 200, 200),
    everybody("api-reader-agreement-list", agreement(""), "cdmo"),
    own_only("api-reader-agreement-detail", agreement("{}/"), "cdmo"),
    write(
        "api-reader-agreement-list",
        "post",
        "cdmo",
        f"{V1}/reader-agreements/",
        201,
        body={"domain": "reader.example", "kind": "cda", "starts_on": "2026-01-01"},
        strangers=(403, 201),
    ),
    write("api-reader-agreement-detail", "patch", "cdmo", agreement("{}/"), 200, body={"ends_on": None}),
    write("api-reader-agreement-detail", "delete", "cdmo", agreement("{}/"), 204),
    write("api-reader-agreement-restore", "post", "cdmo", agreement("{}/restore/", **REMOVED), 200),
    everybody("api-exclusion-list", exclusion(""), "cdmo"),
    own_only("api-exclusion-detail", exclusion("{}/"), "cdmo"),
    write(
        "api-exclusion-list",
        "post",
        "cdmo",
        f"{V1}/exclusions/",
        201,
        body={"domain": "rival.example"},
        strangers=(403, 201),
    ),
    write("api-exclusion-detail", "delete", "cdmo", exclusion("{}/"), 204),
    write("api-exclusion-restore", "post", "cdmo", exclusion("{}/restore/", **REMOVED), 200),
    everybody("api-review-item-list", items, "cdmo"),
    Row(
        "api-review-item-confirm",
        "post",
        "cdmo",
        item,
        viewer=403,
        editor=201,
        owner=201,
        stranger_sponsor=404,
        stranger_cdmo=404,
        if_match="*",
    ),
    everybody("api-confirmation-list", confirmation(""), "cdmo"),
    own_only("api-confirmation-detail", confirmation("{}/"), "cdmo"),
    write("api-confirmation-undo", "post", "cdmo", confirmed, 200),
    everybody("api-profile-change-list", change(""), "cdmo"),
    own_only("api-profile-change-detail", change("{}/"), "cdmo"),
    Row(
        "api-profile-change-restore",
        "post",
        "cdmo",
        change("{}/restore/"),
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
        if_match="*",
    ),
    everybody("api-draft-list", draft(""), "cdmo"),
    own_only("api-draft-detail", draft("{}/"), "cdmo"),
    write("api-draft-detail", "delete", "cdmo", draft("{}/"), 204),
    write("api-draft-publish", "post", "cdmo", f"{V1}/drafts/publish/", 200, body=published, strangers=400),
    everybody("api-error-report-list", report(""), "cdmo"),
    own_only("api-error-report-detail", report("{}/"), "cdmo"),
    # Viewers report errors, too, and strangers for themselves.
    write(
        "api-error-report-list",
        "post",
        "cdmo",
        f"{V1}/error-reports/",
        201,
        body=said_wrong,
        strangers=201,
        viewer=201,
    ),
    write("api-error-report-decide", "post", "cdmo", report("{}/decide/"), 200, body={"is_right": True}),
    everybody("api-claim-list", claim(""), "cdmo"),
    own_only("api-claim-detail", claim("{}/"), "cdmo"),
    write("api-claim-list", "post", "cdmo", f"{V1}/claims/", 201, body=free_site, strangers=(403, 201)),
    write("api-claim-withdraw", "post", "cdmo", claim("{}/withdraw/"), 200),
    everybody("api-document-list", document(""), "cdmo"),
    own_only("api-document-detail", document("{}/"), "cdmo"),
    own_only("api-document-content", document("{}/content/"), "cdmo"),
    write("api-document-detail", "patch", "cdmo", document("{}/"), 200, body={}),
    write("api-document-detail", "delete", "cdmo", document("{}/"), 204),
    write("api-document-restore", "post", "cdmo", document("{}/restore/", **REMOVED), 200),
]
