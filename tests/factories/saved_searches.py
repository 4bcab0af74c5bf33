import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from cdmo_portal.accounts.models import Member
from partners.models import SavedSearch, SearchAlert, SearchWatch
from tests.factories.accounts import MemberFactory


def verified_member(**fields: object) -> Member:
    """An owner of a sponsor who has confirmed their address."""
    member: Member = MemberFactory.create(**fields)
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member


class SavedSearchFactory(DjangoModelFactory[SavedSearch]):
    """All sites of the directory, nobody told; nothing of it is known yet."""

    class Meta:
        model = SavedSearch
        exclude = ("member",)
        skip_postgeneration_save = True

    class Params:
        at_once = factory.Trait(alert=SavedSearch.Alert.AT_ONCE)
        daily = factory.Trait(alert=SavedSearch.Alert.DAILY)
        shared = factory.Trait(is_shared=True)

    member = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("member.organisation")
    user = factory.SelfAttribute("member.user")
    name = factory.Sequence(lambda n: f"Search {n}")
    watch = factory.RelatedFactory("tests.factories.saved_searches.SearchWatchFactory", "search")


class SearchWatchFactory(DjangoModelFactory[SearchWatch]):
    class Meta:
        model = SearchWatch

    search = factory.SubFactory(SavedSearchFactory, watch=None)
    organisation = factory.SelfAttribute("search.organisation")


class SearchAlertFactory(DjangoModelFactory[SearchAlert]):
    class Meta:
        model = SearchAlert

    search = factory.SubFactory(SavedSearchFactory)
    organisation = factory.SelfAttribute("search.organisation")
    # Below those of real leases.
    lease_token = factory.Sequence(lambda n: -n - 1)
    new_count = 1
