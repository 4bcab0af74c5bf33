"""A claim and a decision at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable

import pytest
from django.db import Error, connection, transaction

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Organisation
from partners.actions import claim_decisions, claims
from partners.actions.claim_refusals import AlreadyClaimed, ClaimRefused
from tests.factories.accounts import MemberFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.partners.editors import operator
from tests.partners.locks import until_waiting

pytestmark = pytest.mark.django_db(transaction=True)


def test_claim_of_a_site_while_its_partner_is_granted_waits_and_learns_that_it_is_kept() -> None:
    by = actor_of_member(MemberFactory.create(cdmo=True, editor=True))
    assert by.organisation is not None
    partner = PartnerFactory.create(unclaimed=True)
    site = SiteFactory.create(partner=partner)
    granted = ClaimFactory.create(partner=partner, organisation=by.organisation)
    ended: dict[str, object] = {}

    def end(name: str, act: Callable[[], object]) -> None:
        try:
            ended[name] = act()
        except (ClaimRefused, Error) as error:
            ended[name] = error
        finally:
            connection.close()

    acts: dict[str, Callable[[], object]] = {
        "decision": lambda: claim_decisions.accept(claim=granted, by=operator()),
        "claim": lambda: claims.claim(subject=site, proof="Ours.", by=by, address="a@ours.example"),
    }
    threads = [threading.Thread(target=end, args=each) for each in acts.items()]
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=by.organisation.pk)
        for number, thread in enumerate(threads, 1):
            thread.start()
            until_waiting(number)
    for thread in threads:
        thread.join(timeout=20)

    assert ended["decision"] is None
    assert isinstance(ended["claim"], AlreadyClaimed)
    partner.refresh_from_db()
    assert partner.organisation == by.organisation
