"""Searches of the directory that a person kept, what is known of their answers, and what was told of them."""

from typing import ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from cdmo_portal.accounts.ownership import OwnedQuerySet
from cdmo_portal.events.leases import LeasedRow

LONGEST_QUERY: Final = 8_000


class SavedSearchQuerySet(OwnedQuerySet["SavedSearch"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own searches and those that colleagues share, but none that was deleted."""
        readable = models.Q(user_id=actor.user_id) | models.Q(is_shared=True)
        return super().visible_to(actor).filter(readable, deleted_at__isnull=True)

    def owned_by(self, actor: Actor) -> Self:
        """The actor's own searches, deleted ones too."""
        return super().visible_to(actor).filter(user_id=actor.user_id)


class SavedSearch(models.Model):
    """A query of the directory under a name: its owner's alone unless shared with colleagues."""

    class Alert(models.TextChoices):
        NONE = "none", _("No mails")
        DAILY = "daily", _("Once a day at most")
        AT_ONCE = "at_once", _("At once, every 15 minutes at most")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    query = models.TextField(
        blank=True, max_length=LONGEST_QUERY, help_text=_("Of the directory's address, in canonical form.")
    )
    is_shared = models.BooleanField(default=False)
    alert = models.CharField(max_length=10, choices=Alert, default=Alert.NONE)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SavedSearchQuerySet] = SavedSearchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "saved searches"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="a_person_uses_a_search_name_once",
                violation_error_message=_("You have a saved search of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:search_detail", args=[self.uid])

    @property
    def directory_url(self) -> str:
        path = reverse("partners:site_list")
        return f"{path}?{self.query}" if self.query else path


class OfOwnersSearchQuerySet[Row: models.Model](OwnedQuerySet[Row]):
    """Rows that hang on a search: only its owner reads them."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(search__user_id=actor.user_id)


class SearchWatchQuerySet(OfOwnersSearchQuerySet["SearchWatch"]):
    pass


class SearchWatch(LeasedRow):
    """One per search: when it is looked at next, and which of its sites are no news to its owner.

    A queue as of cdmo_portal.events.leases. `facts_mark` is how far the directory's own rows had followed
    the changes of sites (see partners.changes) when the search was last answered.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        RESTING = "resting", _("Resting")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    search = models.OneToOneField(SavedSearch, on_delete=models.CASCADE, related_name="watch")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    facts_mark = models.BigIntegerField(default=0)
    as_of = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(default=timezone.now)
    problem = models.TextField(blank=True, help_text=_("Why the query can no longer be answered."))
    match_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    seen_ids = ArrayField(
        models.BigIntegerField(), default=list, help_text=_("Sites that matched when the owner last looked.")
    )
    known_ids = ArrayField(
        models.BigIntegerField(), default=list, help_text=_("Sites that are not told as new any more.")
    )
    open_ids = ArrayField(
        models.BigIntegerField(), default=list, help_text=_("Sites whose open quarter is known already.")
    )
    has_news = models.BooleanField(default=False, help_text=_("There is something to tell, but not yet."))
    told_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SearchWatchQuerySet] = SearchWatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "search watches"
        indexes = [
            models.Index(
                fields=["next_due_at"], condition=models.Q(state="active"), name="search_watch_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.search}: {self.state}"


class SearchAlertQuerySet(OfOwnersSearchQuerySet["SearchAlert"]):
    pass


class SearchAlert(models.Model):
    """What was told of a search at one moment; ids of the first sites, and how many there were."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="alerts")
    lease_token = models.BigIntegerField()
    told_at = models.DateTimeField(default=timezone.now)
    new_ids = ArrayField(models.BigIntegerField(), default=list)
    new_count = models.PositiveIntegerField(default=0)
    opened_ids = ArrayField(models.BigIntegerField(), default=list)
    opened_count = models.PositiveIntegerField(default=0)

    objects: ClassVar[SearchAlertQuerySet] = SearchAlertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["search", "lease_token"], name="a_lease_tells_at_most_once")
        ]

    def __str__(self) -> str:
        return f"{self.search} {self.told_at:%Y-%m-%d}"
