"""The people who speak for a profile."""

from django.db.models import Q

from cdmo_portal.accounts.models import Organisation, Role, User


def people_keeping(organisation_id: int | None) -> list[User]:
    """Owners and editors of the organisation that keeps a profile; where nobody keeps it, the operators."""
    is_keeper = Q(is_operator=True)
    if organisation_id is not None:
        is_keeper = Q(
            memberships__organisation_id=organisation_id,
            memberships__role__in=[Role.OWNER, Role.EDITOR],
            memberships__organisation__state=Organisation.State.APPROVED,
        )
    return list(User.objects.filter(is_keeper, is_active=True).order_by("pk"))
