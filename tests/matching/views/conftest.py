"""The sponsor's three people: who wrote the brief, a colleague who may only read, a stranger."""

from dataclasses import dataclass

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Organisation
from matching.models import Brief
from partners.actions.vocabulary import load_vocabulary
from partners.models import Term
from partners.vocabulary import current_vocabulary
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory


@dataclass(frozen=True)
class People:
    author: Client
    colleague: Client
    stranger: Client
    cdmo: Client
    organisation: Organisation


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def people(db: None) -> People:
    author = MemberFactory.create()
    return People(
        author=client_of(author),
        colleague=client_of(MemberFactory.create(organisation=author.organisation, viewer=True)),
        stranger=client_of(MemberFactory.create()),
        cdmo=client_of(MemberFactory.create(cdmo=True)),
        organisation=author.organisation,
    )


@pytest.fixture
def vocabulary(db: None) -> None:
    load_vocabulary(current_vocabulary())


@pytest.fixture
def brief(people: People, vocabulary: None) -> Brief:
    """A draft that asks for lyophilisation on one line."""
    brief = BriefFactory.create(organisation=people.organisation, title="Lyophilised antibody")
    step = StepFactory.create(brief=brief)
    RequirementFactory.create(
        brief=brief, step=step, scope="line", term=Term.objects.get(code="op.lyophilisation")
    )
    return brief
