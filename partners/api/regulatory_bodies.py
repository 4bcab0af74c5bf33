"""What CDMO staff state of certificates and inspections of their sites."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from partners.actions.site_facts import CertificateFacts, InspectionFacts
from partners.api.body_fields import TermCode, address, one_line, said_day
from partners.models import Certificate, Inspection, InspectionOutcome
from partners.profile_rules import certificate_problems


class CertificateBody(Body):
    site = serializers.UUIDField(help_text="A site of your own.")
    term = TermCode(facet="certificate", help_text="Code of a cer.* term.")
    authority = TermCode(facet="regulator", allow_null=True, default=None, help_text="Code of a reg.* term.")
    authority_name = one_line(160, help_text="The issuing national authority, by its own name.")
    number = one_line(80)
    inspected_on = said_day(is_past=True, help_text="The age of an EU GMP certificate counts from it.")
    issued_on = said_day(is_past=True)
    expires_on = said_day(is_past=False, help_text="EU GMP certificates have no expiry.")
    source = one_line(300)  # type: ignore[assignment]
    source_url = address()
    confirmed_on = said_day(is_past=True)


class CertificateChange(Change, CertificateBody):
    """Any of the fields; what is left out stays."""

    site = None  # type: ignore[assignment]


class InspectionBody(Body):
    site = serializers.UUIDField(help_text="A site of your own.")
    authority = TermCode(facet="regulator", help_text="Code of a reg.* term.")
    authority_name = one_line(160, help_text="The inspecting national authority.")
    reference = one_line(80)
    ended_on = said_day(is_past=True, help_text="Its last day; null: not stated.")
    outcome = serializers.ChoiceField(
        choices=InspectionOutcome.Outcome.choices,
        allow_null=True,
        default=None,
        help_text="Of the whole visit; outcomes of project areas stay as they are.",
    )
    source = one_line(300)  # type: ignore[assignment]
    source_url = address()


class InspectionChange(Change, InspectionBody):
    """Any of the fields; what is left out stays."""

    site = None  # type: ignore[assignment]


def certificate_facts(given: Mapping[str, Any], row: Certificate | None) -> CertificateFacts:
    names = CertificateFacts.__dataclass_fields__
    stands = {name: getattr(row, name) for name in names} if row else {}
    values = stands | {name: value for name, value in given.items() if name in names}
    if problems := certificate_problems(values):
        raise serializers.ValidationError(problems)
    return CertificateFacts(**values)


def inspection_facts(given: Mapping[str, Any], row: Inspection | None) -> InspectionFacts:
    names = InspectionFacts.__dataclass_fields__
    stands: dict[str, Any] = {}
    if row is not None:
        whole = row.outcomes.filter(project_area="").first()
        stands = {name: getattr(row, name) for name in names if name != "outcome"}
        stands["outcome"] = whole.outcome if whole else ""
    values = stands | {name: value for name, value in given.items() if name in names}
    return InspectionFacts(**values | {"outcome": values.get("outcome") or ""})
