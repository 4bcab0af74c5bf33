"""Persons by name in place of the numbers that histories keep."""

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from cdmo_portal.accounts.models import User


def name_of(number: str) -> Subquery:
    """The name of the user whose key stands in this annotation of the outer rows, as `str` gives it."""
    shown = Coalesce(NullIf(F("full_name"), Value("")), F("email"), output_field=CharField())
    named = User.objects.annotate(shown=shown).filter(pk=OuterRef(number))
    return Subquery(named.values("shown")[:1])
