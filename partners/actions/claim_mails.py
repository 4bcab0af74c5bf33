"""What is written to whom about a claim: claimant, keeper, and the address that proves it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cdmo_portal.accounts.models import User
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import enqueue_mail
from partners.keepers import people_keeping
from partners.models import Claim, ClaimCode


def send_code(row: Claim, code: ClaimCode, plain: str, event: Event) -> None:
    enqueue_mail(
        event=event,
        to_address=code.address,
        subject=_("Your code for the CDMO Portal: %(code)s") % {"code": plain},
        body=_(
            "%(organisation)s asks to keep the profile “%(name)s” on the CDMO Portal, and gave this address"
            " as one of the company.\n\nThe code is %(code)s. Type it in here:\n%(url)s\n\n"
            "It works for 48 hours. If you know nothing of this, keep the code to yourself: without it"
            " nothing is proved."
        )
        % {
            "organisation": _line(row.organisation.name),
            "name": _name(row),
            "code": plain,
            "url": settings.PUBLIC_URL + row.get_absolute_url(),
        },
    )


def tell_keeper_of_contest(row: Claim, event: Event) -> None:
    url = settings.PUBLIC_URL + reverse("partners:claim_answer", args=[row.uid])
    until = f"{row.answer_until:%d %B %Y}" if row.answer_until else ""
    _tell_keeper(
        row.keeper_id,
        event,
        _("Another organisation says that “%(name)s” is theirs") % {"name": _name(row)},
        _(
            "%(organisation)s contests that your organisation keeps “%(name)s”. Nothing has changed, and"
            " nothing does before an operator has decided.\n\nPlease answer by %(until)s:\n%(url)s"
        )
        % {"organisation": _line(row.organisation.name), "name": _name(row), "until": until, "url": url},
    )


def tell_keeper_of_end(row: Claim, event: Event) -> None:
    """That a contest is over: lost, turned down or withdrawn."""
    said = {
        Claim.State.ACCEPTED: _(
            "An operator decided for the other organisation, which keeps it from now on."
        ),
        Claim.State.REFUSED: _("An operator turned the contest down. You go on keeping the profile."),
        Claim.State.WITHDRAWN: _("The contest was withdrawn. You go on keeping the profile."),
    }[Claim.State(row.state)]
    subject = _("The contest of “%(name)s” is over") % {"name": _name(row)}
    _tell_keeper(row.keeper_id, event, subject, _with_reason(said, row))


def tell_claimant_of_answer(row: Claim, event: Event) -> None:
    _tell_claimant(
        row,
        event,
        _("The keeper of “%(name)s” has answered") % {"name": _name(row)},
        _("An operator decides next; you get a mail then."),
    )


def tell_claimant_of_decision(row: Claim, event: Event) -> None:
    is_accepted = row.state == Claim.State.ACCEPTED
    said = _("was accepted: your organisation keeps it now.") if is_accepted else _("was refused.")
    text = _("Your claim of the profile “%(name)s” %(said)s") % {"name": _name(row), "said": said}
    subject = _("Your claim of “%(name)s”") % {"name": _name(row)}
    _tell_claimant(row, event, subject, _with_reason(text, row))


def _tell_claimant(row: Claim, event: Event, subject: str, body: str) -> None:
    if row.made_by is None or not row.made_by.is_active:
        return
    _send(row.made_by, event, subject, f"{body}\n\n{settings.PUBLIC_URL}{row.get_absolute_url()}")


def _tell_keeper(organisation_id: int | None, event: Event, subject: str, body: str) -> None:
    if organisation_id is None:
        return
    for user in people_keeping(organisation_id):
        _send(user, event, subject, body)


def _send(user: User, event: Event, subject: str, body: str) -> None:
    enqueue_mail(event=event, to_user=user, subject=subject, body=body)


def _with_reason(text: str, row: Claim) -> str:
    return f"{text}\n\n{row.reason}" if row.reason else text


def _name(row: Claim) -> str:
    return _line(row.subject.name)


def _line(text: str) -> str:
    """For subjects of mails, which hold no line breaks."""
    return " ".join(text.split())
