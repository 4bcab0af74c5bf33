"""Calls of the API that were made with an Idempotency-Key, and what was answered."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from cdmo_portal.accounts.models.organisations import Organisation
from cdmo_portal.accounts.models.users import User


class AnsweredCallQuerySet(models.QuerySet["AnsweredCall"]):
    def expired(self) -> Self:
        return self.filter(made_at__lt=timezone.now() - dt.timedelta(hours=settings.IDEMPOTENCY_HOURS))


class AnsweredCall(models.Model):
    """One call, found again by its member and key.

    The row is made before anything else is written and filled in the same transaction, so nobody ever sees
    one without its answer, and a call that is refused leaves none. The body is sealed: it may be a new key.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    sealed_body = models.BinaryField(default=b"")

    objects: ClassVar[AnsweredCallQuerySet] = AnsweredCallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "key"],
                nulls_distinct=False,
                name="a_member_uses_an_idempotency_key_once",
            )
        ]

    def __str__(self) -> str:
        return self.key
