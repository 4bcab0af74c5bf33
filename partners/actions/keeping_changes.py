"""Keeping what a profile said before and after a change, in the transaction of the change."""

from cdmo_portal.accounts.actors import Actor
from partners.models import Partner, ProfileChange, Site, Subject
from partners.models.profile_changes import Values

type BeforeAfter = tuple[Values | None, Values | None]


def former_uid(restores: ProfileChange | None) -> dict[str, str]:
    """For a new row: the uid that it had before it was taken back."""
    return {"uid": restores.key} if restores else {}


def keep_change(
    subject: Subject,
    *,
    of: Site | Partner,
    key: object,
    about: object,
    values: BeforeAfter,
    by: Actor,
    undoes: ProfileChange | None = None,
) -> None:
    """Nothing is kept where nothing differs. The caller has checked that the actor edits this profile."""
    change = change_of(subject, of=of, key=key, about=about, values=values, by=by, undoes=undoes)
    if change is not None:
        change.save()


def change_of(
    subject: Subject,
    *,
    of: Site | Partner,
    key: object,
    about: object,
    values: BeforeAfter,
    by: Actor,
    undoes: ProfileChange | None = None,
) -> ProfileChange | None:
    """The change that is to be kept, for who keeps many at once; None where nothing differs."""
    site = of if isinstance(of, Site) else None
    partner = of.partner if isinstance(of, Site) else of
    before, after = values
    if before == after or partner is None or by.organisation is None:
        return None
    return ProfileChange(
        organisation=by.organisation,
        partner=partner,
        site=site,
        subject=subject,
        key=str(key),
        about=str(about)[:300],
        before=before,
        after=after,
        user_id=by.user_id,
        undoes=undoes,
    )
