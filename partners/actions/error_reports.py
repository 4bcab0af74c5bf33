"""Telling the keeper of a profile what is wrong in it, and what they make of that."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import enqueue_mail, record
from partners.actions.editing import NotAllowed, locked
from partners.keepers import people_keeping
from partners.models import ErrorReport, Partner, Site
from partners.permissions import can_decide_report

MOST_A_DAY: Final = 10


class TooManyReports(Exception):
    """This person has reported as much as one may in a day."""


class AlreadyDecided(Exception):
    """The report is not new any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    part: str
    wrong: str
    how_known: str
    right: str = ""
    names_organisation: bool = False


@transaction.atomic
def report(*, about: Site | Partner, facts: ReportFacts, by: Actor) -> ErrorReport:
    """Tell whoever keeps the profile; sent twice, it is one report. Raises NotAllowed or TooManyReports."""
    if by.user is None:
        raise NotAllowed(_("Sign in to report an error."))
    # One after the other, so that nobody passes the number by sending several at once.
    locked(by.user)
    known = ErrorReport.objects.filter(**_about(about), reporter=by.user, state=ErrorReport.State.NEW)
    same = known.filter(part=facts.part, wrong=facts.wrong, right=facts.right).first()
    if same is not None:
        return same
    yesterday = timezone.now() - dt.timedelta(days=1)
    if ErrorReport.objects.filter(reporter=by.user, made_at__gt=yesterday).count() >= MOST_A_DAY:
        raise TooManyReports(
            _("You have reported %d errors in a day, which is the most. Come back tomorrow.") % MOST_A_DAY
        )
    row = ErrorReport.objects.create(
        **_about(about),
        part=facts.part,
        wrong=facts.wrong,
        right=facts.right,
        how_known=facts.how_known,
        names_organisation=facts.names_organisation and by.organisation is not None,
        reporter=by.user,
        organisation=by.organisation,
    )
    event = record("error_report.made", by=by, about=row, data={"part": row.part})
    _tell_keepers(row, event)
    return row


@transaction.atomic
def accept(*, report: ErrorReport, by: Actor) -> None:
    """The report is right: whoever accepts it corrects the profile. Raises NotAllowed or AlreadyDecided."""
    _decide(report, ErrorReport.State.ACCEPTED, "", by)


@transaction.atomic
def decline(*, report: ErrorReport, reason: str, by: Actor) -> None:
    """Nothing is changed, for a reason that the reporter reads. Raises NotAllowed or AlreadyDecided."""
    _decide(report, ErrorReport.State.DECLINED, reason, by)


def _about(about: Site | Partner) -> dict[str, Site | Partner]:
    return {"site": about} if isinstance(about, Site) else {"partner": about}


def _decide(report: ErrorReport, state: ErrorReport.State, reason: str, by: Actor) -> None:
    if not can_decide_report(by, report):
        raise NotAllowed(_("Editors of the organisation that keeps the profile decide, and operators."))
    row = locked(report)
    if row.state != ErrorReport.State.NEW:
        raise AlreadyDecided(_("This report was decided meanwhile."))
    row.state, row.reason, row.decided_at, row.decided_by = state, reason, timezone.now(), by.user
    row.save()
    event = record(f"error_report.{state}", by=by, about=row)
    _tell_reporter(row, event)


def _tell_keepers(row: ErrorReport, event: Event) -> None:
    """The keepers of the profile; where nobody keeps it, the operators."""
    name = " ".join(row.subject.name.split())
    for user in people_keeping(row.keeper_id):
        enqueue_mail(
            event=event,
            to_user=user,
            subject=_("Error reported on “%(name)s”") % {"name": name},
            body=_("Somebody reports an error on “%(name)s”.\n\nWhere: %(part)s\n\n%(wrong)s\n\n%(url)s")
            % {
                "name": name,
                "part": row.get_part_display(),
                "wrong": row.wrong,
                "url": settings.PUBLIC_URL + row.get_absolute_url(),
            },
        )


def _tell_reporter(row: ErrorReport, event: Event) -> None:
    if row.reporter is None or not row.reporter.is_active:
        return
    name = " ".join(row.subject.name.split())
    is_accepted = row.state == ErrorReport.State.ACCEPTED
    said = _("was accepted, and the profile is being corrected.") if is_accepted else _("was declined.")
    reason = f"\n\n{row.reason}" if row.reason else ""
    link = settings.PUBLIC_URL + row.subject.get_absolute_url()
    enqueue_mail(
        event=event,
        to_user=row.reporter,
        subject=_("Your report of an error on “%(name)s”") % {"name": name},
        body=_("Your report (%(part)s) on “%(name)s” %(said)s")
        % {"part": row.get_part_display(), "name": name, "said": said}
        + f"{reason}\n\n{link}",
    )
