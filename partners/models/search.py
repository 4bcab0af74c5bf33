"""One row per site and audience, for the directory: text, facets and numbers in one place."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.sites import Site


class SearchRow(models.Model):
    """What the directory knows of a site for one audience. Rebuilt from the site's facts when they change."""

    class Reader(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        SPONSORS = "sponsors", _("Signed-in sponsors")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="search_rows")
    reader = models.CharField(max_length=10, choices=Reader)
    name = models.CharField(max_length=420, help_text=_("Partner and site, normalised, for typos."))
    sort_name = models.CharField(max_length=420)
    words = SearchVectorField(help_text=_("Names, places, terms with synonyms."))
    term_bits = ArrayField(
        models.IntegerField(), default=list, help_text=_("Bits of terms offered, parents included.")
    )
    operations = ArrayField(
        models.CharField(max_length=12), default=list, help_text=_("Registered operations (NCIt).")
    )
    inspected_by = ArrayField(models.CharField(max_length=40), default=list)
    country = models.CharField(max_length=2)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    last_inspected_on = models.DateField(null=True)
    is_profiled = models.BooleanField(default=False)
    statements = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "reader"], name="one_search_row_per_reader")]
        indexes = [
            GinIndex(fields=["words"], name="search_words"),
            GinIndex(OpClass("name", name="gin_trgm_ops"), name="search_name_trigrams"),
            GinIndex(fields=["term_bits"], name="search_terms"),
            GinIndex(fields=["operations"], name="search_operations"),
            models.Index(fields=["reader", "-is_profiled", "sort_name", "site"], name="search_default_order"),
            models.Index(fields=["reader", "country"], name="search_country"),
            models.Index(fields=["reader", "sort_name", "site"], name="search_by_name"),
            models.Index(fields=["reader", "-statements", "sort_name", "site"], name="search_by_statements"),
            models.Index(
                "reader",
                models.F("last_inspected_on").desc(nulls_last=True),
                "sort_name",
                "site",
                name="search_by_inspection",
            ),
        ]

    def __str__(self) -> str:
        return self.sort_name


class SearchMark(models.Model):
    """How far the changes of sites have been followed (see `partners.changes`); and which writing of the rows
    is the latest."""

    name = models.CharField(max_length=20, primary_key=True)
    mark = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.mark}"
