"""The controlled vocabulary. Its source is partners/data/vocabulary.yaml; the rows are loaded from it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Facet(models.Model):
    code = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Term(models.Model):
    """One entry of the vocabulary, known by its code. `bit` is its place in stored bit sets, never reused."""

    code = models.CharField(max_length=80, unique=True, help_text=_("e.g. op.lyophilisation"))
    facet = models.ForeignKey(Facet, on_delete=models.PROTECT, related_name="terms")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    label = models.CharField(max_length=160)
    synonyms = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    implies = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    look_alikes = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    bit = models.PositiveIntegerField(unique=True)
    position = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    edqm_code = models.CharField(max_length=20, blank=True)
    eu_gmp_codes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    base_unit = models.CharField(max_length=30, blank=True, help_text=_("Only for scale measures (sc.*)."))
    unit_factors = models.JSONField(default=dict, blank=True, help_text=_("Unit → factor to the base unit."))
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label
