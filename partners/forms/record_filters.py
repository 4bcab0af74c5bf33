"""The list of a sponsor's private records: its filters, their counts and its order, all from the address."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cdmo_portal.accounts.actors import Actor
from partners.facets import FacetView, Option
from partners.importers.countries import country_name, country_names
from partners.models import PrivateAgreement, PrivateRecord
from partners.models.private_records import DAYS_AHEAD, ended

Status = PrivateRecord.Status
LONGEST_TEXT: Final = 200
SHOWN: Final = 8
LABELS: Final = {
    "status": lazy("Our status"),
    "agreement": lazy("Agreements"),
    "audit": lazy("Audits"),
    "country": lazy("Country"),
}
AGREEMENT: Final = {
    "in_force": lazy("One in force"),
    "expiring": lazy("One ends within 90 days"),
    "expired": lazy("One has expired"),
    "none": lazy("None noted"),
}
AUDIT: Final = {
    "overdue": lazy("Overdue"),
    "due": lazy("Due within 90 days"),
    "later": lazy("Due later"),
    "none": lazy("No date noted"),
}
SORTS: Final = {
    "name": lazy("Name"),
    "status": lazy("Status"),
    "audit": lazy("Next audit due"),
    "changed": lazy("Newest first"),
}
PRESENT, REMOVED = "", "removed"


class ListForm(forms.Form):
    q = forms.CharField(
        label=lazy("Search"),
        max_length=LONGEST_TEXT,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
    )
    status = forms.MultipleChoiceField(label=LABELS["status"], choices=Status.choices, required=False)
    agreement = forms.MultipleChoiceField(
        label=LABELS["agreement"], choices=[*AGREEMENT.items()], required=False
    )
    audit = forms.MultipleChoiceField(label=LABELS["audit"], choices=[*AUDIT.items()], required=False)
    country = forms.MultipleChoiceField(label=LABELS["country"], required=False)
    sort = forms.ChoiceField(label=lazy("Sort by"), choices=[*SORTS.items()], required=False)
    show = forms.ChoiceField(
        choices=[(PRESENT, lazy("In the list")), (REMOVED, lazy("Removed"))], required=False
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["country"].choices = country_names().items()


class RecordFilter:
    """`rows` are the records that pass, in the order asked for."""

    def __init__(self, asked: QueryDict, *, actor: Actor, today: dt.date) -> None:
        self.asked, self.today = asked, today
        self.form = ListForm(asked)
        self.own = PrivateRecord.objects.visible_to(actor)
        self.values = facet_values(today)

    @property
    def errors(self) -> list[str]:
        unknown = sorted(set(self.asked) - set(self.form.fields) - {"page"})
        found = [_("“%(name)s” is not a filter of this page.") % {"name": name[:60]} for name in unknown[:5]]
        for name, messages in self.form.errors.items():
            label = self.form.fields[name].label if name in self.form.fields else ""
            found += [f"{label}: {message}" for message in messages]
        return found

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        return {name: list(self.form.cleaned_data[name]) for name in LABELS if self.form.cleaned_data[name]}

    @property
    def is_of_removed(self) -> bool:
        return bool(self.form.cleaned_data["show"] == REMOVED)

    @cached_property
    def base(self) -> QuerySet[PrivateRecord]:
        rows = self.own.filter(removed_at__isnull=not self.is_of_removed)
        for word in self.form.cleaned_data["q"].split()[:12]:
            names = Q(name__icontains=word) | Q(city__icontains=word) | Q(vendor_number__icontains=word)
            names |= Q(partner__name__icontains=word) | Q(site__name__icontains=word)
            rows = rows.filter(names | Q(condition__icontains=word) | Q(notes__icontains=word))
        return rows

    @cached_property
    def rows(self) -> QuerySet[PrivateRecord]:
        orders: Mapping[str, Sequence[Any]] = {
            "status": ("status", Lower("name"), "pk"),
            "audit": (F("next_audit_due_on").asc(nulls_last=True), Lower("name"), "pk"),
            "changed": ("-pk",),
        }
        name_first = (Lower("name"), "pk")
        return self._left().order_by(*orders.get(self.form.cleaned_data["sort"], name_first))

    def _left(self, without: str = "") -> QuerySet[PrivateRecord]:
        rows = self.base
        for name, values in self.chosen.items():
            if name != without:
                rows = rows.filter(self._condition(name, values))
        return rows

    def _condition(self, name: str, values: Sequence[str]) -> Q:
        if name == "country":
            return Q(country__in=values)
        found = Q()
        for value in values:
            found |= self.values[name][value]
        return found

    def counts(self) -> dict[str, Counter[str]]:
        """Per facet, the rows of each value among those that the other facets leave; a query for each."""
        found = {}
        for name, values in self.values.items():
            rows = self._left(without=name)
            found[name] = Counter(
                rows.aggregate(**{key: Count("pk", filter=each) for key, each in values.items()})
            )
        countries = self._left(without="country").order_by().values("country").annotate(number=Count("pk"))
        found["country"] = Counter(dict(countries.values_list("country", "number")))
        return found

    def facets(self) -> list[FacetView]:
        counts = self.counts()
        labels: Mapping[str, Mapping[str, Any]] = {
            "status": dict(Status.choices),
            "agreement": AGREEMENT,
            "audit": AUDIT,
            "country": self._countries(counts["country"]),
        }
        return [self._facet(name, labels[name], counts[name]) for name in LABELS]

    def _countries(self, counts: Counter[str]) -> dict[str, str]:
        codes = {code for code in (*counts, *self.chosen.get("country", ())) if code}
        return {code: country_name(code) for code in sorted(codes, key=country_name)}

    def _facet(self, name: str, labels: Mapping[str, Any], counts: Counter[str]) -> FacetView:
        ticked = set(self.chosen.get(name, ()))
        options = [
            Option(value, str(label), counts[value], value in ticked) for value, label in labels.items()
        ]
        shown = [each for index, each in enumerate(options) if index < SHOWN or each.is_checked]
        return FacetView(
            name, str(LABELS[name]), shown, [each for each in options[SHOWN:] if not each.is_checked]
        )


def facet_values(today: dt.date) -> dict[str, dict[str, Q]]:
    soon = today + dt.timedelta(days=DAYS_AHEAD)
    return {
        "status": {value: Q(status=value) for value in Status.values},
        "agreement": agreement_values(today, soon),
        "audit": {
            "overdue": Q(next_audit_due_on__lt=today),
            "due": Q(next_audit_due_on__range=(today, soon)),
            "later": Q(next_audit_due_on__gt=soon),
            "none": Q(next_audit_due_on__isnull=True),
        },
    }


def agreement_values(today: dt.date, soon: dt.date) -> dict[str, Q]:
    """One that was renewed has neither expired nor ends soon: another of its kind goes on."""
    of_record = PrivateAgreement.objects.filter(record=OuterRef("pk"))
    of_kind = PrivateAgreement.objects.filter(record=OuterRef("record"), kind=OuterRef("kind"))
    goes_on_now = Exists(of_kind.in_force(today))
    goes_on_then = Exists(of_kind.present().exclude(ended(soon)).exclude(pk=OuterRef("pk")))
    expiring = of_record.in_force(today).filter(ends_on__lte=soon).filter(~goes_on_then)
    return {
        "in_force": Q(Exists(of_record.in_force(today))),
        "expiring": Q(Exists(expiring)),
        "expired": Q(Exists(of_record.ended(today).filter(~goes_on_now))),
        "none": ~Q(Exists(of_record.present())),
    }
