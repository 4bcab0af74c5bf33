"""What a sponsor's staff send of their private records, agreements and facts."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Flag
from cdmo_portal.accounts.models import Member
from partners.actions.private_records import AgreementFacts, OwnFact, RecordFacts
from partners.actions.stated import STATED_FACETS
from partners.api.bodies import MeasureBody
from partners.api.body_fields import SaidDay, TermCode, one_line, said_day, text_of_lines
from partners.importers.countries import country_names
from partners.models import Basis, Line, Partner, PrivateAgreement, PrivateFact, PrivateRecord, Site, Term
from partners.profile_rules import audit_problems, private_agreement_problems


class SubjectBody(Body):
    """Either a partner or a site of the portal."""

    partner = serializers.UUIDField(allow_null=True, default=None)
    site = serializers.UUIDField(allow_null=True, default=None)


class RecordBody(SubjectBody):
    """About a partner, about a site, or with neither about a company that the portal does not know."""

    name = one_line(200, required=True, help_text="What you call it.")
    city = one_line(120)
    country = serializers.ChoiceField(choices=sorted(country_names()), allow_blank=True, default="")
    status = serializers.ChoiceField(
        choices=PrivateRecord.Status.choices,
        default=PrivateRecord.Status.NONE,
        help_text="blocked: never in your match lists, only counted there.",
    )
    condition = text_of_lines(1000, help_text="What an approval depends on.")
    vendor_number = one_line(60)
    last_audit_on = said_day(is_past=True)
    next_audit_due_on = said_day(is_past=False)
    owner = serializers.UUIDField(
        allow_null=True, default=None, help_text="A member of your organisation: who keeps the relationship."
    )
    notes = text_of_lines(4000)


class RecordChange(Change, RecordBody):
    """Any of the fields; what is left out stays."""

    partner = None  # type: ignore[assignment]
    site = None  # type: ignore[assignment]


class AgreementBody(Body):
    kind = serializers.ChoiceField(choices=PrivateAgreement.Kind.choices)
    reference = one_line(120)
    starts_on = said_day(is_past=False, help_text="null: not stated.")
    ends_on = said_day(is_past=False, help_text="The last day; null: open-ended.")


class AgreementChange(Change, AgreementBody):
    """Any of the fields; what is left out stays."""


class FactBody(Body):
    term = TermCode()
    is_offered = Flag(help_text="Whether it is done there; a no is a fact too.")
    line = serializers.UUIDField(
        allow_null=True, default=None, help_text="A line of the site; null: the site."
    )
    measure = MeasureBody(allow_null=True, default=None)
    stages = serializers.ListField(child=TermCode(facet="stage"), default=list, max_length=20)
    basis = serializers.ChoiceField(choices=Basis.choices, default=Basis.INSPECTED)
    source = one_line(300, required=True, help_text="Such as: our audit 2027.")  # type: ignore[assignment]
    as_of = SaidDay(is_past=True)

    def validate_term(self, term: Term) -> Term:
        if term.facet.code not in STATED_FACETS:
            raise serializers.ValidationError(f"{term.label} is not a capability.")
        return term


class FactChange(Change, FactBody):
    """Any of the fields; what is left out stays. A measure is replaced as a whole."""


def subject_of(given: Mapping[str, Any]) -> Partner | Site | None:
    partner, site = given["partner"], given["site"]
    if partner is not None and site is not None:
        raise serializers.ValidationError({"site": "Give a partner or a site, not both."})
    if site is not None:
        return _found(Site.objects.filter(uid=site).first(), "site")
    return _found(Partner.objects.filter(uid=partner).first(), "partner") if partner is not None else None


def _found[Row: (Partner, Site)](row: Row | None, field: str) -> Row:
    if row is None:
        raise serializers.ValidationError({field: f"There is no such {field}."})
    return row


def record_facts(given: Mapping[str, Any], record: PrivateRecord | None, actor: Actor) -> RecordFacts:
    names = RecordFacts.__dataclass_fields__
    values = _over(record, names, given)
    if "owner" in given:
        values["owner"] = _member(given["owner"], actor)
    if problems := audit_problems(values):
        raise serializers.ValidationError(problems)
    return RecordFacts(**values)


def _member(uid: Any, actor: Actor) -> Member | None:
    if uid is None:
        return None
    member = Member.objects.filter(organisation_id=actor.organisation_id or 0, uid=uid).first()
    if member is None:
        raise serializers.ValidationError({"owner": "Your organisation has no such member."})
    return member


def agreement_facts(given: Mapping[str, Any], row: PrivateAgreement | None) -> AgreementFacts:
    values = _over(row, AgreementFacts.__dataclass_fields__, given)
    if problems := private_agreement_problems(values):
        raise serializers.ValidationError(problems)
    return AgreementFacts(**values)


NUMBERS = ("lo", "hi", "count", "entered_text", "entered_unit")


def own_fact(given: Mapping[str, Any], record: PrivateRecord, row: PrivateFact | None) -> OwnFact:
    values = _over(row, OwnFact.__dataclass_fields__, given)
    if "line" in given:
        values["line"] = _line(record, given["line"])
    if "measure" in given:
        values |= _numbers(given["measure"])
    stages = values["stages"]
    values["stages"] = tuple(stage.code if isinstance(stage, Term) else stage for stage in stages)
    return OwnFact(**values)


def _numbers(measure: Mapping[str, Any] | None) -> dict[str, Any]:
    if measure is None:
        return {"measure": None} | {name: OwnFact.__dataclass_fields__[name].default for name in NUMBERS}
    facts = measure["facts"]
    return {"measure": facts.term} | {name: getattr(facts, name) for name in NUMBERS}


def _line(record: PrivateRecord, uid: Any) -> Line | None:
    if uid is None:
        return None
    line = Line.objects.filter(site=record.site, uid=uid).first()
    if line is None:
        raise serializers.ValidationError({"line": "The site of this record has no such line."})
    return line


def _over(row: Any, names: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent over what stands."""
    stands = {name: getattr(row, name) for name in names} if row is not None else {}
    return stands | {name: value for name, value in given.items() if name in names}
