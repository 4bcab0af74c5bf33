"""Rows that belong to one organisation."""

from typing import Self

from django.db import models

from cdmo_portal.accounts.actors import Actor


class OwnedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows of one organisation; other organisations' rows do not exist for the actor."""

    def visible_to(self, actor: Actor) -> Self:
        if not actor.is_sponsor:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)
