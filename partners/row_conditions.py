"""Conditions on search rows that no lookup of Django's says by itself."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Func, Q, Value

from cdmo_portal.look.areas import Area


def any_of(column: str, ids: Iterable[int]) -> Q:
    """The rows with these ids: one parameter, where `__in` would make thousands of them."""
    known = Value(list(ids), output_field=ArrayField(BigIntegerField()))
    is_one = Func(F(column), known, arg_joiner=" = ANY(", template="%(expressions)s)")
    return Q(ExpressionWrapper(is_one, output_field=BooleanField()))


def in_area(area: Area) -> Q:
    """Rows with a position inside; an area that crosses the 180th meridian is two stripes."""
    is_east, is_west = Q(longitude__gte=area.west), Q(longitude__lte=area.east)
    across = (is_east | is_west) if area.crosses else (is_east & is_west)
    return across & Q(latitude__range=(area.south, area.north))
