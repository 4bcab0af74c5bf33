"""Uploads in the tests: a CDMO with one line that is kept by upload, and tables to send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from partners.models import Line, ProfileUpload
from tests.documents.test_tables import of_rows
from tests.factories.capacity import LineFactory
from tests.partners.editors import House, house, signed_in

CAPACITY = ("site_id", "resource_id", "period_start", "period_end", "state", "quantity", "unit")


@dataclass(frozen=True)
class Works:
    """The house "S1" with the line "L1"."""

    house: House
    line: Line
    client: Client

    def send(self, kind: str, data: bytes, name: str = "table.xlsx") -> Any:
        path = reverse("partners:upload_create", args=[kind])
        return self.client.post(path, {"file": SimpleUploadedFile(name, data)})

    def tried(self, kind: str, *rows: list[Any]) -> ProfileUpload:
        answer = self.send(kind, of_rows(*rows))
        assert answer.status_code == 302, answer.content.decode()
        return ProfileUpload.objects.get()

    def apply(self, uploaded: ProfileUpload) -> Any:
        path = step(uploaded, "check")
        return self.client.post(path, {"do": "apply", "shown": self.client.get(path).context["shown"]})

    def template(self, kind: str, file_kind: str = "xlsx") -> bytes:
        return self.client.get(reverse("partners:upload_template", args=[kind, file_kind])).content


def works() -> Works:
    ours = house()
    ours.site.external_id = "S1"
    ours.site.save()
    line = LineFactory.create(
        site=ours.site, name="Line A", external_id="L1", capacity_source=Line.Source.UPLOAD
    )
    return Works(ours, line, signed_in(ours.editor))


def step(uploaded: ProfileUpload, name: str, *more: str) -> str:
    return reverse(f"partners:upload_{name}", args=[uploaded.uid, *more])


def quarter(
    quantity: object, start: str = "2027-07-01", end: str = "2027-10-01", **more: object
) -> list[Any]:
    values: Mapping[str, object] = {"site_id": "S1", "resource_id": "L1", "state": "open", "unit": "batches"}
    said = {**values, "period_start": start, "period_end": end, "quantity": quantity, **more}
    return [said[name] for name in CAPACITY]


def outcomes(uploaded: ProfileUpload) -> list[tuple[list[int], str]]:
    return [(each["rows"], each["outcome"]) for each in uploaded.plan]


def reasons(uploaded: ProfileUpload) -> dict[int, str]:
    return {
        each["rows"][0]: " ".join(each["problem"]) for each in uploaded.plan if each["outcome"] == "refused"
    }
