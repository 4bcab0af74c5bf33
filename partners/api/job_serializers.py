"""How bulk answers and jobs are read."""

from typing import Any

from rest_framework import serializers

from partners.bulk_rows import Became, Mode
from partners.models import Job, JobRow

STATES = ("waiting", "running", "done", "failed", "cancelled")


class RowErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="The field of the row at fault.")
    detail = serializers.CharField()
    code = serializers.CharField()


class RowResultSerializer(serializers.ModelSerializer[JobRow]):
    """What became of one row."""

    index = serializers.IntegerField(min_value=0, help_text="Its place among the rows, from 0.")
    line = serializers.IntegerField(min_value=1, allow_null=True, help_text="Its line; null in a JSON array.")
    status = serializers.ChoiceField(
        choices=[each.value for each in Became],
        help_text="`left-out`: good, but nothing was kept because another row was refused.",
    )
    uid = serializers.UUIDField(allow_null=True, help_text="Of what the row became.")
    # `errors` is also what a serializer says of its input; as a declared field it never meets that.
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]

    class Meta:
        model = JobRow
        fields = ["index", "line", "status", "uid", "errors"]


class TotalsSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    left_out = serializers.IntegerField()


class BulkAnswerSerializer(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=[each.value for each in Mode])
    totals = TotalsSerializer()
    results = RowResultSerializer(many=True, help_text="A row each, in the order in which they were sent.")


class JobSerializer(serializers.ModelSerializer[Job]):
    """Rows on their way. `rows_checked` grows while they are read; then they are applied all at once."""

    mode = serializers.ChoiceField(choices=[each.value for each in Mode])
    state = serializers.ChoiceField(choices=STATES, source="shown_state")
    rows = serializers.IntegerField(source="row_count")
    rows_checked = serializers.IntegerField(source="checked_count")
    rows_done = serializers.IntegerField(source="done_count")
    totals = TotalsSerializer(allow_null=True, help_text="Null until the rows have been judged.")
    failure = serializers.CharField(help_text="Why it failed; empty otherwise.")

    class Meta:
        model = Job
        fields = [
            "uid",
            "kind",
            "mode",
            "state",
            "rows",
            "rows_checked",
            "rows_done",
            "totals",
            "failure",
            "created_at",
            "ended_at",
        ]
