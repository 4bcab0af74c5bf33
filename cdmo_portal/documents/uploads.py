"""How the portal takes files: in memory, never on a disk, and no more of them than one document may have."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from cdmo_portal.documents.limits import LARGEST_FILE


class BoundedUploadHandler(FileUploadHandler):
    """Keeps one byte more than a document may have, for all files of a request together, and drops the rest.

    Django's own handlers write what is larger to a disk, before a view may say that it does not want it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django calls it
        super().__init__(*args, **kwargs)
        self.room = LARGEST_FILE + 1

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= self.file.write(raw_data[: self.room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
