"""Documents that a CDMO keeps here as evidence. Their bytes are in the storage of files, never on the web."""

import datetime as dt
from typing import ClassVar, Final, Self
from uuid import uuid4

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from partners.models.capabilities import Audience, Capability, readable_audiences
from partners.models.claims import Claim
from partners.models.regulatory import Certificate
from partners.models.sites import Site

FOLDER: Final = "documents"
RESTORABLE: Final = dt.timedelta(days=7)


def random_name(_file: "StoredFile", _name: str) -> str:
    """Nothing of what the person called the file, and no ending by which a server might show it."""
    return f"{FOLDER}/{uuid4().hex}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's own organisation, removed ones too."""
        return self.filter(organisation_id=actor.organisation_id) if actor.is_cdmo else self.none()

    def readable_by(self, actor: Actor) -> Self:
        """Those that the actor may download: their own, and what backs something that they may read.

        Of others' files the file's own audience has to include the actor, and so has that of the statement
        behind which it stands. What proves a claim is for operators, and for those who claim.
        """
        here = models.OuterRef("pk")
        stated = Capability.objects.shown_to(actor).filter(document=here)
        backs = models.Exists(Certificate.objects.filter(document=here)) | models.Exists(stated)
        readable = readable_audiences(actor, "organisation") & models.Q(backs)
        if actor.is_cdmo:
            readable |= models.Q(organisation_id=actor.organisation_id)
        if actor.is_operator:
            readable |= models.Q(models.Exists(Claim.objects.filter(document=here)))
        return self.filter(readable, removed_at__isnull=True)

    def beside_sites(self, actor: Actor) -> Self:
        """Own documents that stand at no site of the own profile: of claims, and of sites kept once."""
        here = models.Q(site__partner__organisation_id=actor.organisation_id)
        return self.visible_to(actor).filter(models.Q(site=None) | ~here)

    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def expired(self) -> Self:
        """Removed so long ago that nobody brings them back."""
        return self.filter(removed_at__lt=timezone.now() - RESTORABLE)


class StoredFile(models.Model):
    """One document: what it is called, what kind it is, who may read it. Its bytes never change.

    `site` is where it backs statements; without one it proves a claim.
    """

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, related_name="files")
    name = models.CharField(max_length=160, help_text=_("As its owners call it, with its ending."))
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=random_name, max_length=100)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.SPONSORS)
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[StoredFileQuerySet] = StoredFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["site", "sha256"], name="file_by_site_and_content")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is downloaded by whoever may."""
        return reverse("partners:file_download", args=[self.uid])

    @property
    def kind(self) -> str:
        """The ending in capitals, as people call kinds of files."""
        return self.name.rpartition(".")[2].upper()

    @property
    def kept_until(self) -> dt.datetime | None:
        return self.removed_at + RESTORABLE if self.removed_at else None
