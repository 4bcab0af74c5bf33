"""The facts that match runs were made on, each kept once.

They hold what CDMOs share for matching only. No page, export or API shows these tables: they are read to
reproduce a run, and to judge a site again that only another run lists.
"""

from collections.abc import Collection
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _


class FactsVersionQuerySet(models.QuerySet["FactsVersion"]):
    def of(self, snapshot: "FactsSnapshot") -> Self:
        """The versions that a snapshot is made of; those of 10,000 sites are no list of parameters."""
        members = "SELECT unnest(versions) FROM matching_factssnapshot WHERE id = %s"
        return self.filter(pk__in=RawSQL(members, [snapshot.pk]))  # noqa: S611 - no text from outside

    def about(self, keys: Collection[str]) -> Self:
        return self.filter(key__in=keys)


class FactsVersion(models.Model):
    """The facts of one site (or the vocabulary) at one moment, under the SHA-256 of their canonical text."""

    key = models.CharField(max_length=80, db_index=True, help_text=_("The site's; empty: the vocabulary."))
    sha256 = models.CharField(max_length=64, unique=True)
    facts = models.TextField(help_text=_("Canonical JSON of matching.scoring.facts_json."))

    objects: ClassVar[FactsVersionQuerySet] = FactsVersionQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.sha256


class FactsSnapshot(models.Model):
    """All facts as they stood together. Runs on the same facts share one."""

    sha256 = models.CharField(max_length=64, unique=True)
    versions = ArrayField(
        models.BigIntegerField(), help_text=_("Ids of the sites' versions; none is ever deleted.")
    )
    vocabulary = models.ForeignKey(FactsVersion, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.sha256
