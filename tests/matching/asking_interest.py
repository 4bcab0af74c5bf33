"""Who asks and who answers in the tests of interests: a sponsor with its card, and a CDMO."""

import datetime as dt
from dataclasses import dataclass, field

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member
from matching.actions import interests
from matching.interest_teasers import mark_of, teaser_of
from matching.models import Brief, Interest, ShortlistEntry
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory, StepFactory
from tests.factories.partners import PartnerFactory
from tests.partners.editors import House, house


def asking_brief(member: Member, **more: object) -> Brief:
    """An open brief of which two lines can be told."""
    brief: Brief = BriefFactory.create(
        organisation=member.organisation, open=True, needed_by=dt.date(2030, 8, 17), **more
    )
    StepFactory.create(brief=brief)
    return brief


@dataclass(frozen=True)
class Asking:
    """An editor's brief with a partner on its shortlist that `house` keeps."""

    member: Member = field(default_factory=lambda: MemberFactory.create(editor=True))
    house: House = field(default_factory=house)

    def __post_init__(self) -> None:
        brief = asking_brief(self.member, title="Ours")
        ShortlistEntryFactory.create(brief=brief, partner=self.house.partner)

    @property
    def actor(self) -> Actor:
        return actor_of_member(self.member)

    @property
    def brief(self) -> Brief:
        return Brief.objects.get(organisation=self.member.organisation, title="Ours")

    @property
    def entry(self) -> ShortlistEntry:
        return ShortlistEntry.ever.get(brief=self.brief, partner=self.house.partner)

    def ask(self) -> Interest:
        return ask(self.actor, self.entry)


def ask(by: Actor, entry: ShortlistEntry) -> Interest:
    """Having looked at what the partner is told."""
    return interests.ask(by=by, entry=entry, shown=mark_of(teaser_of(entry.brief)))


def unkept_entry(asking: Asking) -> ShortlistEntry:
    entry: ShortlistEntry = ShortlistEntryFactory.create(
        brief=asking.brief, partner=PartnerFactory.create(unclaimed=True)
    )
    return entry
