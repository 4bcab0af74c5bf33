"""Proof by mail: a code goes to an address at the company's domain, and comes back typed."""

import datetime as dt
import secrets
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions import claim_mails
from partners.actions.claim_refusals import AlreadyDecided, ClaimRefused, TooManyClaims, WrongCode
from partners.actions.editing import NotAllowed, locked
from partners.mail_domains import FREE_MAIL, domain_of
from partners.models import Claim, ClaimCode
from partners.permissions import can_withdraw_claim

# Without the signs that people take for each other: 0 and O, 1, I and L.
ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH: Final = 8
HOURS: Final = 48
MOST_A_DAY: Final = 10


@transaction.atomic
def send_code(*, claim: Claim, address: str, by: Actor) -> ClaimCode:
    """Mail a code to an address; codes that were sent for this claim before stop working.

    Raises NotAllowed or a ClaimRefused.
    """
    row = _own_open(claim, by)
    if domain_of(address) in FREE_MAIL:
        raise ClaimRefused(_("Anybody can have such an address. Use one at the company's own domain."))
    now = timezone.now()
    # The organisation's row is the lock, so that nobody passes the number by sending several at once.
    locked(row.organisation)
    sent = ClaimCode.objects.filter(organisation_id=row.organisation_id)
    if sent.filter(made_at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyClaims(
            _("%d codes were mailed for your organisation in a day. Come back tomorrow.") % MOST_A_DAY
        )
    row.codes.usable(now).update(expires_at=now)
    plain = "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))
    code = ClaimCode.objects.create(
        claim=row,
        organisation_id=row.organisation_id,
        address=address,
        code_hash=_hash(row, plain),
        expires_at=now + dt.timedelta(hours=HOURS),
    )
    event = record("claim.code_sent", by=by, about=row)
    claim_mails.send_code(row, code, f"{plain[:4]}-{plain[4:]}", event)
    return code


def enter_code(*, claim: Claim, typed: str, by: Actor) -> None:
    """Compare what was typed with the code that was mailed last, and keep its domain as proved.

    Raises NotAllowed or a ClaimRefused. Not atomic as a whole: a wrong try is counted all the same.
    """
    row = _own_open(claim, by)
    code = row.codes.order_by("-pk").first()
    usable = ClaimCode.objects.usable(timezone.now()).filter(pk=code.pk if code else 0)
    if code is None or not usable.update(tries=F("tries") + 1):
        raise WrongCode(_("No code works any more: too old, or tried too often. Ask for a new one."))
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if not constant_time_compare(_hash(row, signs), code.code_hash):
        left = ClaimCode.MOST_TRIES - code.tries - 1
        raise WrongCode(_("This is not the code that was mailed. Tries left: %d.") % left)
    _prove(row, code, by)


@transaction.atomic
def _prove(row: Claim, code: ClaimCode, by: Actor) -> None:
    now = timezone.now()
    changed = Claim.objects.open().filter(pk=row.pk).update(proved_domain=code.domain, proved_at=now)
    if not changed:
        raise AlreadyDecided(_("This claim was decided or withdrawn meanwhile."))
    ClaimCode.objects.filter(pk=code.pk).update(used_at=now)
    record("claim.proved", by=by, about=row)


def _own_open(claim: Claim, by: Actor) -> Claim:
    if not can_withdraw_claim(by, claim):
        raise NotAllowed(_("Editors and owners of the organisation that claims may prove it."))
    if not claim.is_open:
        raise AlreadyDecided(_("This claim was decided or withdrawn meanwhile."))
    return claim


def _hash(claim: Claim, plain: str) -> str:
    """Keyed, since so short a code could be found from a bare hash."""
    return salted_hmac("partners.claim_code", f"{claim.pk}:{plain}", algorithm="sha256").hexdigest()
