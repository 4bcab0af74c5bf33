"""Bodies that callers send: a field that we do not know is refused, since it was meant to do something."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty


class Body(serializers.Serializer[Any]):
    """The shape of what a caller sends. It validates; an action saves."""

    def to_internal_value(self, data: Any) -> Any:
        return self._refused(data) if self._unknown(data) else super().to_internal_value(data)

    def _unknown(self, data: Any) -> list[str]:
        return sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []

    def _refused(self, data: Any) -> Any:
        """The unknown fields together with whatever else is wrong, so that a caller mends all at once."""
        errors: dict[str, Any] = {}
        try:
            super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail if isinstance(error.detail, dict) else {}
        errors |= dict.fromkeys(self._unknown(data), "There is no such field here.")
        raise serializers.ValidationError(errors)


class Change(Body):
    """A change of some fields: what is left out stays.

    REST framework's `partial` would reach into nested bodies too, and take half a requirement for a whole.
    """

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.required, field.default = False, empty
        return fields
