"""Lines of a site."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.lines import LineFacts
from partners.ageing import CAPACITY_DAYS
from partners.forms.editing import AmountField, LineField, VersionedForm, initial_of
from partners.models import Audience, Building, Line, Site
from partners.profile_rules import batch_problems, campaign_problems

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LineForm(VersionedForm):
    """`site` is where the line stands; `line` is the one being changed."""

    name = LineField(label=_("Name"), max_length=120, help_text=_("As your colleagues call it."))
    building = forms.ModelChoiceField(
        label=_("Building"), queryset=Building.objects.none(), required=False, empty_label=_("Not stated")
    )
    external_id = LineField(
        label=_("Your own id"),
        max_length=80,
        required=False,
        help_text=_("The resource_id that a capacity feed uses."),
    )
    capacity_unit = LineField(
        label=_("Capacity is counted in"), max_length=30, help_text=_("batches, days, vials …")
    )
    slot_means = LineField(
        label=_("What one of them means"),
        max_length=200,
        required=False,
        help_text=_("For instance: one batch of up to 20,000 vials with its line clearance."),
    )
    nominal_batch = AmountField(
        label=_("Size of an ordinary batch"), max_digits=14, decimal_places=3, required=False
    )
    nominal_batch_unit = LineField(
        label=_("Unit of that size"), max_length=30, required=False, help_text=_("L, kg, vials …")
    )
    nominal_per_quarter = AmountField(
        label=_("Most it can do in a quarter"),
        max_digits=14,
        decimal_places=3,
        required=False,
        help_text=_("Over all states; windows beyond it are refused."),
    )
    days_per_batch = AmountField(label=_("Days per batch"), max_digits=8, decimal_places=2, required=False)
    changeover_days = AmountField(
        label=_("Days of changeover"), max_digits=8, decimal_places=2, required=False
    )
    smallest_campaign = AmountField(
        label=_("Smallest campaign"), max_digits=14, decimal_places=3, required=False
    )
    largest_campaign = AmountField(
        label=_("Largest campaign"), max_digits=14, decimal_places=3, required=False
    )
    lead_time_weeks = AmountField(
        label=_("Lead time in weeks"),
        max_digits=6,
        decimal_places=1,
        required=False,
        help_text=_("From order to start. It counts for 60 days after you confirmed it."),
    )
    capacity_valid_days = forms.IntegerField(
        label=_("Typed capacity holds for how many days"),
        min_value=1,
        max_value=CAPACITY_DAYS,
        required=False,
        help_text=_(
            "Never more than 60 days after it was typed or confirmed, which is also what empty means."
        ),
    )
    capacity_audience = forms.ChoiceField(
        label=_("Who may see its capacity"),
        choices=Audience.choices,
        initial=Audience.MATCHING,
        help_text=_(
            "Used in matching unless it is for after an agreement; others see only the next open quarter."
        ),
    )
    is_multipurpose = forms.BooleanField(label=_("Used for several products"), required=False, initial=True)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, site: Site, line: Line | None = None
    ) -> None:
        super().__init__(data, initial=initial(line))
        self.site, self.line = site, line
        buildings: Any = self.fields["building"]
        buildings.queryset = Building.objects.filter(site=site).order_by("name")

    def line_facts(self) -> LineFacts:
        return LineFacts(**self.facts())

    def clean_name(self) -> str:
        return self._unique("name", _("Another line of this site has this name."))

    def clean_external_id(self) -> str:
        return self._unique("external_id", _("Another line of this site has this id."))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.add_problems(campaign_problems(values))
        if not {"nominal_batch", "nominal_batch_unit"} & self.errors.keys():
            self.add_problems(batch_problems(values))
        return values

    def _unique(self, name: str, sentence: "StrOrPromise") -> str:
        value = str(self.cleaned_data[name])
        others = self.site.lines.exclude(pk=self.line.pk if self.line else 0)
        if value and others.filter(**{name: value}).exists():
            raise ValidationError(sentence, code="taken")
        return value


def initial(line: Line | None) -> dict[str, Any]:
    if line is None:
        return {"capacity_unit": "batches", "is_multipurpose": True, "capacity_audience": Audience.MATCHING}
    return {**initial_of(line, LineForm), "version": str(line.version)}


class SourceForm(forms.Form):
    """Which way a line's capacity comes from now on."""

    source = forms.ChoiceField(
        label=_("Capacity comes by"), choices=Line.Source.choices, widget=forms.RadioSelect
    )
