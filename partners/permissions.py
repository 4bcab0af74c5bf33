"""Who may do what with partners and sites. Rows that somebody may not see at all are cut by querysets."""

from django.db.models import Q

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Role
from partners.models import Audience, Claim, ErrorReport, Partner, SavedSearch, SearchRow, Site
from partners.models.readers import reader_rights


def reader_of(actor: Actor) -> SearchRow.Reader:
    """Which rows of the directory this actor reads. A CDMO reads what everybody reads, also of itself."""
    if actor.is_sponsor or actor.is_operator:
        return SearchRow.Reader.SPONSORS
    return SearchRow.Reader.PUBLIC


def audiences_of(reader: SearchRow.Reader) -> list[Audience]:
    """The statements that may stand in this reader's rows of the directory."""
    if reader == SearchRow.Reader.SPONSORS:
        return [Audience.PUBLIC, Audience.SPONSORS]
    return [Audience.PUBLIC]


def directory_rows(actor: Actor) -> Q:
    """The rows of the directory that this actor reads; of sites that exclude it, those of everybody."""
    rows = Q(reader=reader_of(actor))
    excluding = reader_rights(actor).excluding
    if not excluding:
        return rows
    theirs = Q(site__in=Site.objects.filter(partner__organisation_id__in=excluding))
    return (rows & ~theirs) | (Q(reader=SearchRow.Reader.PUBLIC) & theirs)


def directory_statements(actor: Actor, path: str = "") -> Q:
    """The statements that stand in those rows; `path` leads to them."""
    told = Q(**{f"{path}audience__in": audiences_of(reader_of(actor))})
    excluding = reader_rights(actor).excluding
    if not excluding:
        return told
    theirs = Q(**{f"{path}site__in": Site.objects.filter(partner__organisation_id__in=excluding)})
    return told & (Q(**{f"{path}audience": Audience.PUBLIC}) | ~theirs)


def shared_audiences(actor: Actor, partner: Partner | None) -> list[Audience]:
    """Whose statements of this partner the actor reads without any agreement."""
    return [Audience.PUBLIC] if is_excluded_by(actor, partner) else audiences_of(reader_of(actor))


def audiences_at(actor: Actor, partner: Partner | None) -> list[Audience]:
    """Whose statements of this partner the actor reads, not being its keeper."""
    agreed = reader_rights(actor).agreed
    is_agreed = partner is not None and partner.organisation_id in agreed
    return [*shared_audiences(actor, partner), *([Audience.AGREEMENT] if is_agreed else [])]


def is_excluded_by(actor: Actor, partner: Partner | None) -> bool:
    return partner is not None and partner.organisation_id in reader_rights(actor).excluding


def is_own_partner(actor: Actor, partner: Partner | None) -> bool:
    return actor.is_cdmo and partner is not None and partner.organisation_id == actor.organisation_id


def can_edit_partner(actor: Actor, partner: Partner | None) -> bool:
    return is_own_partner(actor, partner) and actor.has_role(Role.EDITOR)


def can_edit_site(actor: Actor, site: Site) -> bool:
    return can_edit_partner(actor, site.partner)


def can_see_capacity_of_others(actor: Actor) -> bool:
    """Whether something of other sites' capacity may be shown at all: a CDMO never sees another CDMO's."""
    return actor.is_sponsor or actor.is_operator


def can_see_capacity(actor: Actor, site: Site) -> bool:
    """Whether anything of this site's capacity may be shown at all."""
    if is_excluded_by(actor, site.partner):
        return False
    return can_see_capacity_of_others(actor) or is_own_partner(actor, site.partner)


def is_capacity_told(actor: Actor, site: Site) -> bool:
    """Whether a page may say that nothing is stated, not who is told: nobody learns of being excluded."""
    return can_see_capacity_of_others(actor) or is_own_partner(actor, site.partner)


def can_keep_readers(actor: Actor) -> bool:
    """Whether the actor may say with whom there is an agreement, and who is excluded."""
    return actor.is_cdmo and actor.has_role(Role.EDITOR)


def keeper_id_of(subject: Partner | Site) -> int | None:
    """The organisation that keeps a profile, if any does; a site's partner has to be selected for lists."""
    partner = subject.partner if isinstance(subject, Site) else subject
    return partner.organisation_id if partner else None


def can_make_claims(actor: Actor) -> bool:
    return actor.is_cdmo and actor.has_role(Role.EDITOR)


def claim_offer(actor: Actor, subject: Partner | Site) -> Claim.Kind | None:
    """How the actor may ask to keep this: claim what is free, contest what somebody else keeps.

    An organisation keeps one partner at most, so whoever keeps one asks for further sites one by one.
    """
    keeper_id = keeper_id_of(subject)
    if not can_make_claims(actor) or keeper_id == actor.organisation_id:
        return None
    if isinstance(subject, Partner) and Partner.objects.filter(organisation=actor.organisation).exists():
        return None
    return Claim.Kind.NEW if keeper_id is None else Claim.Kind.CONTEST


def can_withdraw_claim(actor: Actor, claim: Claim) -> bool:
    """Whether the actor acts for the organisation that claims: may prove the claim and take it back."""
    return can_make_claims(actor) and claim.organisation_id == actor.organisation_id


def can_answer_claim(actor: Actor, claim: Claim) -> bool:
    return claim.is_contest and can_make_claims(actor) and claim.keeper_id == actor.organisation_id


def can_keep_files(actor: Actor) -> bool:
    """Documents are a CDMO's own; which of them somebody may read, `StoredFile.objects.readable_by` says."""
    return actor.is_cdmo and actor.has_role(Role.EDITOR)


def can_save_searches(actor: Actor) -> bool:
    """A saved search is a person's own, so every member of a sponsor may keep some, viewers too."""
    return actor.is_sponsor and actor.has_role(Role.VIEWER)


def is_own_search(actor: Actor, search: SavedSearch) -> bool:
    """Whether this person saved the search, acting for the organisation that they saved it for."""
    is_own = (search.user_id, search.organisation_id) == (actor.user_id, actor.organisation_id)
    return can_save_searches(actor) and is_own


def can_decide_report(actor: Actor, report: ErrorReport) -> bool:
    """Operators, and editors of the organisation that keeps the profile."""
    is_keeper = actor.is_cdmo and report.keeper_id == actor.organisation_id
    return actor.is_operator or (is_keeper and actor.has_role(Role.EDITOR))


def can_read_records(actor: Actor) -> bool:
    """Private records are a sponsor's own; rows of other organisations are cut by `visible_to`."""
    return actor.is_sponsor


def can_write_records(actor: Actor) -> bool:
    return actor.is_sponsor and actor.has_role(Role.EDITOR)
