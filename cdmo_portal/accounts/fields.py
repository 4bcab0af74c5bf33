"""Identifiers that leave the database: bigint keys stay inside, a `uid` goes into URLs and the API."""

import uuid

from django.db import models


class UuidV7(models.Func):
    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


def uid_field() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """A UUIDv7 made by the database, for rows whose time of creation is no secret."""
    return models.UUIDField(db_default=UuidV7(), editable=False, unique=True)


def confidential_uid_field() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """A random UUIDv4, for briefs, requests and proposals: a v7 would tell when they were written."""
    return models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
