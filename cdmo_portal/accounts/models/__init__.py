from cdmo_portal.accounts.models.idempotency import AnsweredCall
from cdmo_portal.accounts.models.organisations import (
    APIKey,
    Invitation,
    Member,
    Organisation,
    OrganisationDomain,
    Role,
    country_code,
)
from cdmo_portal.accounts.models.users import User

__all__ = [
    "APIKey",
    "AnsweredCall",
    "Invitation",
    "Member",
    "Organisation",
    "OrganisationDomain",
    "Role",
    "User",
    "country_code",
]
