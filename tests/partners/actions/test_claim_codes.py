"""Proof by mail: a code to an address at the company's domain, typed back."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Delivery, Event
from partners.actions import claim_codes, claims
from partners.actions.claim_refusals import AlreadyDecided, ClaimRefused, TooManyClaims, WrongCode
from partners.actions.editing import NotAllowed
from partners.mail_domains import FREE_MAIL
from partners.models import Claim, ClaimCode
from tests.factories.accounts import MemberFactory
from tests.factories.partners import SiteFactory
from tests.partners.editors import house, operator

pytestmark = pytest.mark.django_db

ADDRESS = "Head.Of.Quality@Larkfen.example"


def claimed(address: str = ADDRESS) -> tuple[Claim, Actor]:
    by = actor_of_member(MemberFactory.create(cdmo=True, editor=True))
    site = SiteFactory.create(registered_only=True)
    return claims.claim(subject=site, proof="Ours.", by=by, address=address), by


def mailed_code() -> str:
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", Delivery.objects.latest("pk").body)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("spelt", [str, str.lower, lambda code: f"  {code.replace('-', ' ')} "])
def test_code_when_typed_back_then_its_domain_is_proved(spelt: type[str]) -> None:
    claim, by = claimed()

    claim_codes.enter_code(claim=claim, typed=spelt(mailed_code()), by=by)

    claim.refresh_from_db()
    assert claim.proved_domain == "larkfen.example"
    assert Delivery.objects.get().address == ADDRESS
    assert Event.objects.filter(kind="claim.proved", object_id=claim.pk).exists()


def test_code_when_stored_is_only_a_keyed_hash_and_events_hold_no_address() -> None:
    claimed()

    code = mailed_code().replace("-", "")
    assert code not in str(ClaimCode.objects.values().get())
    assert "larkfen" not in str(list(Event.objects.values("kind", "data")))


def test_code_when_guessed_five_times_then_the_right_one_works_no_more() -> None:
    claim, by = claimed()
    for _try in range(ClaimCode.MOST_TRIES):
        with pytest.raises(WrongCode):
            claim_codes.enter_code(claim=claim, typed="AAAA-AAAA", by=by)

    with pytest.raises(WrongCode, match="tried too often"):
        claim_codes.enter_code(claim=claim, typed=mailed_code(), by=by)

    claim.refresh_from_db()
    assert claim.proved_domain == ""


def test_code_when_two_days_old_or_replaced_or_used_does_not_work() -> None:
    claim, by = claimed()
    first = mailed_code()

    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)), pytest.raises(WrongCode):
        claim_codes.enter_code(claim=claim, typed=first, by=by)
    claim_codes.send_code(claim=claim, address="b@larkfen.example", by=by)
    with pytest.raises(WrongCode):
        claim_codes.enter_code(claim=claim, typed=first, by=by)
    claim_codes.enter_code(claim=claim, typed=mailed_code(), by=by)
    with pytest.raises(WrongCode):
        claim_codes.enter_code(claim=claim, typed=mailed_code(), by=by)


def test_code_of_one_claim_does_not_prove_another() -> None:
    _claim, by = claimed()
    code = mailed_code()
    other = claims.claim(
        subject=SiteFactory.create(registered_only=True), proof="Ours.", by=by, address="a@other.example"
    )

    with pytest.raises(WrongCode):
        claim_codes.enter_code(claim=other, typed=code, by=by)


def test_code_to_a_free_mail_address_is_refused_and_the_claim_is_not_made_by_halves() -> None:
    with pytest.raises(ClaimRefused, match="company's own domain"):
        claimed(f"head.of.quality@{min(FREE_MAIL).upper()}")

    assert not Claim.objects.exists()
    assert not Delivery.objects.exists()


def test_codes_when_very_many_were_sent_in_a_day_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_codes, "MOST_A_DAY", 1)
    claim, by = claimed()

    with pytest.raises(TooManyClaims):
        claim_codes.send_code(claim=claim, address=ADDRESS, by=by)

    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        claim_codes.send_code(claim=claim, address=ADDRESS, by=by)


def test_code_for_anybody_but_the_claimants_editors_or_after_the_end_is_refused() -> None:
    claim, by = claimed()
    colleague = MemberFactory.create(organisation=by.organisation, viewer=True)

    for person in (house().actor, operator(), actor_of_member(colleague)):
        with pytest.raises(NotAllowed):
            claim_codes.send_code(claim=claim, address=ADDRESS, by=person)
        with pytest.raises(NotAllowed):
            claim_codes.enter_code(claim=claim, typed=mailed_code(), by=person)
    claims.withdraw(claim=claim, by=by)
    claim.refresh_from_db()
    with pytest.raises(AlreadyDecided):
        claim_codes.enter_code(claim=claim, typed=mailed_code(), by=by)
