"""What a sponsor notes of a partner or site: the record itself, an agreement, a fact of its own."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Member, Organisation
from partners.actions.private_records import AgreementFacts, OwnFact, RecordFacts
from partners.actions.stated import STATED_FACETS
from partners.forms.capabilities import MeasureForm
from partners.forms.editing import DayField, LineField, TextField, VersionedForm, initial_of
from partners.forms.terms import TermField
from partners.importers.countries import country_names
from partners.models import Partner, PrivateAgreement, PrivateFact, PrivateRecord, Site
from partners.models.private_records import BASES
from partners.profile_rules import audit_problems, private_agreement_problems
from partners.vocabulary import current_vocabulary

Status = PrivateRecord.Status


class RecordForm(VersionedForm):
    """`record` is the one being changed; a new one about `subject` starts with its name and place."""

    name = LineField(label=_("What you call it"), max_length=200)
    city = LineField(label=_("City"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    status = forms.ChoiceField(
        label=_("Your status"),
        choices=Status.choices,
        widget=forms.RadioSelect,
        help_text=_("Blocked: never in your match lists, only counted there."),
    )
    condition = TextField(
        label=_("Condition"),
        max_length=1000,
        rows=2,
        required=False,
        help_text=_("What an approval depends on, such as: oral solids only."),
    )
    vendor_number = LineField(label=_("Vendor number"), max_length=60, required=False)
    last_audit_on = DayField(is_past=True, label=_("Last audit"), required=False)
    next_audit_due_on = DayField(is_past=False, label=_("Next audit due"), required=False)
    owner = forms.ChoiceField(label=_("Relationship owner"), required=False)
    notes = TextField(label=_("Notes"), max_length=4000, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        organisation: Organisation,
        record: PrivateRecord | None = None,
        subject: Partner | Site | None = None,
    ) -> None:
        super().__init__(data, initial=initial_of_record(record) if record else initial_of_subject(subject))
        members = organisation.members.select_related("user").order_by("user__full_name", "pk")
        self.members: dict[str, Member] = {str(member.uid): member for member in members}
        names = [(uid, member.user.full_name or member.user.email) for uid, member in self.members.items()]
        fields: Any = self.fields
        fields["owner"].choices = [("", _("Nobody named")), *names]
        fields["country"].choices = [("", _("Not stated")), *country_names().items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.add_problems(audit_problems(cleaned))
        return cleaned

    def record_facts(self) -> RecordFacts:
        facts = self.facts()
        return RecordFacts(**{**facts, "owner": self.members.get(facts["owner"])})


def initial_of_record(record: PrivateRecord) -> dict[str, Any]:
    owner = str(record.owner.uid) if record.owner else ""
    return {**initial_of(record, RecordForm), "owner": owner, "version": version_of(record)}


def initial_of_subject(subject: Partner | Site | None) -> dict[str, Any]:
    given: dict[str, Any] = {"status": Status.NONE}
    if subject is not None:
        given["name"] = subject.name
    if isinstance(subject, Site):
        given |= {"city": subject.city, "country": subject.country}
    return given


def version_of(row: PrivateRecord | PrivateAgreement | PrivateFact | None) -> str:
    """What `require_present` compares: a removed row is another state than any that could be edited."""
    if row is None:
        return ""
    return "removed" if row.is_removed else str(row.version)


class AgreementForm(VersionedForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=PrivateAgreement.Kind.choices)
    reference = LineField(label=_("Reference"), max_length=120, required=False)
    starts_on = DayField(
        is_past=False, label=_("In force from"), required=False, help_text=_("Empty means not stated.")
    )
    ends_on = DayField(
        is_past=False,
        label=_("In force until"),
        required=False,
        help_text=_("The last day. Empty means open-ended."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, agreement: PrivateAgreement | None = None
    ) -> None:
        given = initial_of(agreement, AgreementForm) if agreement else {}
        super().__init__(data, initial={**given, "version": version_of(agreement)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.add_problems(private_agreement_problems(cleaned))
        return cleaned

    def agreement_facts(self) -> AgreementFacts:
        return AgreementFacts(**self.facts())


class FactForm(VersionedForm):
    """A fact of the organisation's own about one term at `site`; `fact` is the one being changed."""

    term = TermField(
        facets=STATED_FACETS, label=_("What"), help_text=_("Type a few letters. Synonyms and codes work too.")
    )
    is_offered = forms.TypedChoiceField(
        label=_("Is it done there?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(
        label=_("Where"), required=False, help_text=_("A line, if it is true of that line only.")
    )
    measure = TermField(facets=("scale",), label=_("Measure"), required=False)
    number = LineField(
        label=_("Number or range"), max_length=80, required=False, help_text=_("500–1,500, or up to 40.")
    )
    unit = LineField(
        label=_("Unit"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    stages = forms.MultipleChoiceField(
        label=_("Project stages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means not stated."),
    )
    basis = forms.ChoiceField(label=_("How you know it"), choices=[*BASES.items()])
    source = LineField(label=_("Source"), max_length=300, help_text=_("Such as: our audit 2027."))
    as_of = DayField(
        is_past=True,
        label=_("As of"),
        help_text=_("It counts in matches for 24 months from then; batches done for 12."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, site: Site, fact: PrivateFact | None = None
    ) -> None:
        super().__init__(data, initial=initial_of_fact(fact))
        self.lines = {str(line.uid): line for line in site.lines.order_by("name")}
        fields: Any = self.fields
        names = [(uid, line.name) for uid, line in self.lines.items()]
        fields["place"].choices = [("", _("The whole site")), *names]
        stages = current_vocabulary().of_facet("stage")
        fields["stages"].choices = [(stage.code, stage.label) for stage in stages]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {name: cleaned.get(name) for name in ("measure", "number")}
        if any(given.values()) and not {*given} & set(self.errors):
            cleaned["numbers"] = self._numbers()
        elif cleaned.get("unit") and not any(given.values()):
            self.add_error("number", _("Give the number that this unit belongs to."))
        return cleaned

    def _numbers(self) -> dict[str, Any]:
        """Read as the numbers of a company's statement are, so that both can be compared."""
        sent = {"term": self.data.get("measure"), "number": self.data.get("number")}
        read = MeasureForm({**sent, "unit": self.data.get("unit", "")})
        if read.is_valid() and (facts := read.cleaned_data.get("facts")):
            values = {"measure": facts.term, "lo": facts.lo, "hi": facts.hi, "count": facts.count}
            return {**values, "entered_text": facts.entered_text, "entered_unit": facts.entered_unit}
        for name, messages in read.errors.items():
            self.add_error({"term": "measure"}.get(name, name), ValidationError([*messages]))
        return {}

    def own_fact(self) -> OwnFact:
        facts = self.facts()
        numbers = facts.pop("numbers", {})
        for name in ("measure", "number", "unit"):
            facts.pop(name)
        line = self.lines.get(facts.pop("place"))
        return OwnFact(**{**facts, "stages": tuple(facts["stages"])}, **numbers, line=line)


def initial_of_fact(fact: PrivateFact | None) -> dict[str, Any]:
    if fact is None:
        return {"is_offered": "yes", "basis": "inspected"}
    return {
        **initial_of(fact, FactForm),
        "is_offered": "yes" if fact.is_offered else "no",
        "place": str(fact.line.uid) if fact.line else "",
        "number": fact.entered_text,
        "unit": fact.entered_unit,
        "version": version_of(fact),
    }
