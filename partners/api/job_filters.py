"""Filters of jobs and of what became of their rows."""

import django_filters

from partners.bulk_rows import Became
from partners.models import Job, JobRow


class JobFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Job.Kind.choices)
    state = django_filters.ChoiceFilter(choices=Job.State.choices, help_text="A running job is `waiting`.")

    class Meta:
        model = Job
        fields: list[str] = []


class JobRowFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Became])

    class Meta:
        model = JobRow
        fields: list[str] = []
