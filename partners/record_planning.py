"""The dry run of an import: what each row of a sponsor's list would do to its private records.

A plan is plain JSON, so that it can be kept, shown and then applied exactly as it was shown.
"""

import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cdmo_portal.accounts.models import Member
from partners.importers.record_columns import AGREEMENTS
from partners.importers.record_rows import Cells, Mapped, ReadRow, Term, body_of, read_row
from partners.models import PrivateAgreement, PrivateRecord
from partners.portal_names import (
    Found,
    PortalNames,
    Sought,
    Subject,
    by_name,
    by_number,
    by_numbers,
    near_sites,
    nearly,
    same,
)

type Plan = dict[str, Any]

UNLINKED: Final = "none"
"""What a person chooses who keeps a row under its own name."""
OF_RECORDS: Final = (
    "name", "city", "country", "status", "condition", "vendor_number", "last_audit_on", "next_audit_due_on",
    "owner", "notes",
)  # fmt: skip
IN_SIGHT: Final = {"name", "city", "country"}


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Books:
    """The organisation's records as they stand, by everything that a row may name them by."""

    records: Mapping[int, PrivateRecord]
    by_subject: Mapping[tuple[str, int], PrivateRecord]
    by_name: Mapping[str, list[PrivateRecord]]
    by_vendor: Mapping[str, list[PrivateRecord]]
    members: Mapping[str, list[Member]]

    @classmethod
    def read(cls, organisation_id: int) -> "Books":
        present = Prefetch("agreements", PrivateAgreement.objects.present().order_by("pk"))
        rows = PrivateRecord.objects.present().filter(organisation_id=organisation_id)
        records = {each.pk: each for each in rows.prefetch_related(present).order_by("pk")}
        by_subject: dict[tuple[str, int], PrivateRecord] = {}
        by_name: dict[str, list[PrivateRecord]] = defaultdict(list)
        by_vendor: dict[str, list[PrivateRecord]] = defaultdict(list)
        for record in records.values():
            if record.subject_key is not None:
                by_subject[record.subject_key] = record
            by_name[same(record.name)].append(record)
            if record.vendor_number:
                by_vendor[record.vendor_number.casefold()].append(record)
        members: dict[str, list[Member]] = defaultdict(list)
        for member in Member.objects.filter(organisation_id=organisation_id).select_related("user"):
            for name in {member.user.email.casefold(), member.user.full_name.casefold()} - {""}:
                members[name].append(member)
        return cls(records, by_subject, by_name, by_vendor, members)

    @property
    def state(self) -> str:
        """Differs once any record or agreement was added, changed or removed."""
        versions = [
            (pk, record.version, [(each.pk, each.version) for each in record.agreements.all()])
            for pk, record in self.records.items()
        ]
        return hashlib.sha256(json.dumps(versions).encode()).hexdigest()

    def named(self, read: ReadRow) -> PrivateRecord | None:
        """The one record that is called so and stands there, else the one that is called so and stands where
        the row says as far as it says, else the one with this vendor number."""
        name, city, country = place_of(read.values)
        called = [(each, same(each.city), each.country) for each in self.by_name.get(name, ())]
        there = [each for each, *place in called if place == [city, country]]
        near = [each for each, *place in called if city in {"", place[0]} and country in {"", place[1]}]
        vendor = read.values.get("vendor_number", "").casefold()
        for found in (there, near, self.by_vendor.get(vendor, []) if vendor else []):
            if len(found) == 1:
                return found[0]
        return None


def place_of(values: Mapping[str, str]) -> tuple[str, str, str]:
    return same(values.get("name", "")), same(values.get("city", "")), values.get("country", "")


def plan(
    rows: Sequence[Cells],
    mapped: Mapped,
    *,
    organisation_id: int,
    choices: Mapping[str, str],
    today: dt.date,
) -> tuple[list[Plan], str]:
    """What every row would do, and the state of the records that this was worked out on."""
    books, names = Books.read(organisation_id), PortalNames.read()
    read = [read_row(number, cells, mapped, today=today) for number, cells in body_of(rows)]
    planner = Planner(books, names, choices, [sought_by(each) for each in read])
    return [planner.row(each) for each in read], books.state


def sought_by(read: ReadRow) -> Sought:
    given = {name: read.values.get(name, "") for name in ("name", "city", "country", "duns", "fei")}
    return Sought(**given)


class Planner:
    """One list: what rows before said decides whether a row says something for the second time."""

    def __init__(
        self, books: Books, names: PortalNames, choices: Mapping[str, str], sought: Iterable[Sought]
    ) -> None:
        self.books, self.names, self.choices = books, names, choices
        self.sought = list(sought)
        self.numbers = by_numbers(self.sought)
        self.near = near_sites([each for each in self.sought if self._needs_likeness(each)])
        self.taken: dict[tuple[str, object], int] = {}

    def _needs_likeness(self, sought: Sought) -> bool:
        found = by_number(sought, self.names, self.numbers)
        return found.subject is None and by_name(sought, self.names).subject is None

    def row(self, read: ReadRow) -> Plan:
        found, record = self._meant(read)
        chosen = self.choices.get(str(read.number), "")
        subject = next((each for each in found.offered if each.key == chosen), found.subject)
        record = self._record_of(subject) or record
        values, changes = self._values(read, record)
        agreements, agreed, wrong = planned_agreements(read.agreements, record)
        problems = [*read.problems, *wrong, *self._owner_problem(read)]
        problems += self._second_time(read, subject, record, is_good=not problems)
        is_linked = subject is not None and (record is None or record.subject_key is None)
        return {
            "row": read.number,
            "name": read.name or (record.name if record else ""),
            "outcome": outcome(problems, record, differs=bool(values or agreed or is_linked)),
            "subject": said(subject) if subject else None,
            "how": "chosen" if subject and subject is not found.subject else found.how,
            "is_linked": is_linked,
            "record": record.pk if record else None,
            "values": values,
            "agreements": agreements,
            "changes": [*changes, *agreed],
            "problems": [[name, reason] for name, reason in problems],
            "offered": [said(each) for each in found.offered],
            "chosen": chosen if subject or chosen == UNLINKED else "",
            "unknown_number": found.unknown_number,
        }

    def _meant(self, read: ReadRow) -> tuple[Found, PrivateRecord | None]:
        """By number; else by what the organisation has under this name; else by name in the portal."""
        sought = sought_by(read)
        numbered = by_number(sought, self.names, self.numbers)
        if numbered.subject is not None:
            return numbered, self._record_of(numbered.subject) or self._unlinked(read)
        record = self.books.named(read)
        if record is not None and record.subject_key is not None:
            return Found(self._subject_of(record), "own", unknown_number=numbered.unknown_number), record
        if numbered.offered:
            return numbered, record
        named = by_name(sought, self.names)
        if named.subject is None and sought.name:
            offered = {each.key: each for each in (*named.offered, *nearly(sought, self.names, self.near))}
            named = Found(offered=list(offered.values()))
        return Found(named.subject, named.how, named.offered, numbered.unknown_number), record

    def _subject_of(self, record: PrivateRecord) -> Subject | None:
        if record.site_id is not None:
            return self.names.sites.get(record.site_id)
        return self.names.partners.get(record.partner_id or 0)

    def _record_of(self, subject: Subject | None) -> PrivateRecord | None:
        return self.books.by_subject.get((subject.kind, subject.pk)) if subject else None

    def _unlinked(self, read: ReadRow) -> PrivateRecord | None:
        record = self.books.named(read)
        return record if record is not None and record.subject_key is None else None

    def _second_time(
        self, read: ReadRow, subject: Subject | None, record: PrivateRecord | None, *, is_good: bool
    ) -> list[tuple[str, str]]:
        """Only a good row stands in the way of one that says the same."""
        marks: list[tuple[str, object]] = [("subject", subject.key)] if subject else []
        marks += [("record", record.pk)] if record else []
        if not marks:
            marks.append(("name", place_of(read.values)))
        before = next((self.taken[mark] for mark in marks if mark in self.taken), None)
        self.taken |= dict.fromkeys(marks, read.number) if before is None and is_good else {}
        return [("name", _("is the same as row %d") % before)] if before is not None else []

    def _owner_problem(self, read: ReadRow) -> list[tuple[str, str]]:
        owner = read.values.get("owner", "")
        if not owner or len(self.books.members.get(owner.casefold(), ())) == 1:
            return []
        return [("owner", _("“%s” is not one member of your organisation") % owner[:40])]

    def _values(self, read: ReadRow, record: PrivateRecord | None) -> tuple[dict[str, str], list[list[str]]]:
        """What differs from the record, and that as field, before and after. Empty cells change nothing.

        Of a new record, what it would hold beside its name and place.
        """
        values = {name: read.values[name] for name in OF_RECORDS if name in read.values}
        members = self.books.members.get(values.get("owner", "").casefold(), ())
        if "owner" in values:
            values["owner"] = str(members[0].pk) if len(members) == 1 else ""
        if record is None:
            shown = {name: value for name, value in values.items() if name not in IN_SIGHT}
            return values, [[name, "", value] for name, value in shown.items()]
        before = {name: kept(record, name) for name in values}
        differing = {name: value for name, value in values.items() if value != before[name]}
        return differing, [[name, before[name], value] for name, value in differing.items()]


def kept(record: PrivateRecord, name: str) -> str:
    """A field as plans and history hold it."""
    value = record.owner_id if name == "owner" else getattr(record, name)
    return "" if value is None else str(value)


def said(subject: Subject) -> dict[str, Any]:
    place = ", ".join(part for part in (subject.city, subject.country) if part)
    return {"key": subject.key, "kind": subject.kind, "pk": subject.pk, "name": subject.name, "place": place}


def planned_agreements(
    terms: Mapping[str, Term], record: PrivateRecord | None
) -> tuple[list[dict[str, Any]], list[list[str]], list[tuple[str, str]]]:
    """Agreements to add or change, the same as kind, before and after, and what is wrong with them.

    The latest of a kind is the one that is meant; a day that the row is silent on stays as it is noted.
    """
    planned, told, problems = [], [], []
    for kind, term in terms.items():
        known = [each for each in record.agreements.all() if each.kind == kind] if record else []
        latest = max(known, key=lambda each: (each.ends_on or dt.date.max, each.pk), default=None)
        noted = (latest.starts_on, latest.ends_on) if latest else (None, None)
        starts_on = term.starts_on or noted[0]
        ends_on = term.ends_on if term.ends_on or term.is_open else noted[1]
        if latest is not None and noted == (starts_on, ends_on):
            continue
        if starts_on and ends_on and ends_on < starts_on:
            problems.append((AGREEMENTS[kind][1], f"{ends_on} is before the start, {starts_on}"))
        planned.append(
            {
                "pk": latest.pk if latest else None,
                "kind": kind,
                "starts_on": starts_on.isoformat() if starts_on else None,
                "ends_on": ends_on.isoformat() if ends_on else None,
            }
        )
        told.append([kind, in_words(*noted) if latest else "", in_words(starts_on, ends_on)])
    return planned, told, problems


def in_words(starts_on: dt.date | None, ends_on: dt.date | None) -> str:
    until = _("until %s") % ends_on if ends_on else _("open-ended")
    return f"{_('from %s') % starts_on}, {until}" if starts_on else until


def outcome(problems: Sequence[object], record: PrivateRecord | None, *, differs: bool) -> Outcome:
    if problems:
        return Outcome.REFUSED
    if record is None:
        return Outcome.NEW
    return Outcome.CHANGED if differs else Outcome.UNCHANGED


def counted(plans: Iterable[Plan]) -> dict[str, int]:
    """Rows by outcome, and those that a person may still choose for."""
    plans = list(plans)
    counts = Counter(str(each["outcome"]) for each in plans)
    found = {value.value: counts[value.value] for value in Outcome}
    open_ones = sum(1 for each in plans if is_open(each))
    return {**found, "choose": open_ones, "linked": sum(1 for each in plans if each["subject"])}


def is_open(planned: Plan) -> bool:
    """Whether a person could say what this row is, and has not."""
    return bool(planned["offered"]) and planned["outcome"] != Outcome.REFUSED and not planned["chosen"]


def signature(plans: Sequence[Plan], base: str) -> str:
    """Stands for exactly this dry run on exactly these records."""
    text = json.dumps([base, *plans], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
