"""What an organisation owns is reached through `visible_to`, and migrations are whole."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader

from cdmo_portal.accounts.models import Organisation

OURS = {"portal", "look", "accounts", "events", "partners", "matching"}
WITHOUT_VISIBLE_TO = {
    "accounts.OrganisationDomain": "read by who signs up, before they belong to anybody",
    "accounts.Member": "read to build the actor; pages list those of the actor's own organisation",
    "accounts.Invitation": "found by its secret token, by somebody who is not a member yet",
    "accounts.APIKey": "found by its secret, before there is an actor",
    "accounts.AnsweredCall": "found by the member who made it and its key alone; shown to nobody else",
    "events.Event": "append-only; read by operators and by the organisation's own list in the API",
    "partners.Partner": "public by design; `owned_by` finds the one that the actor keeps",
    "matching.Step": "only reached through its brief",
}
OF_NO_ORGANISATION = {
    "matching.FactsVersion": "facts of CDMOs, shared by all runs and shown to nobody",
    "matching.FactsSnapshot": "the same",
    "matching.DemandFigure": "a count over sponsors, of whom it names none",
    "matching.SiteStanding": "the same; seen by whoever keeps the site",
    "matching.SiteReason": "the same",
    "matching.CategoryWeek": "what is to be counted; shown to nobody",
}


def owned_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Organisation
    ]


def test_models_when_an_organisation_owns_rows_then_they_have_visible_to() -> None:
    labels = {
        model._meta.label for model in owned_models() if not hasattr(model._default_manager, "visible_to")
    }

    assert labels <= set(WITHOUT_VISIBLE_TO)


def test_models_when_briefs_and_what_hangs_on_them_then_all_carry_their_organisation() -> None:
    confidential = apps.get_app_config("matching").get_models()
    labels = {model._meta.label for model in confidential if model not in owned_models()}

    assert labels == set(OF_NO_ORGANISATION)


@pytest.mark.django_db
def test_migrations_when_models_are_compared_then_none_is_missing() -> None:
    said = StringIO()

    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said, stderr=said)

    assert "No changes detected" in said.getvalue()


@pytest.mark.parametrize("label", sorted(OURS))
def test_migrations_when_read_then_each_app_has_one_line_of_them(label: str) -> None:
    loader = MigrationLoader(connection=None)
    own = [key for key in loader.disk_migrations if key[0] == label]
    parents = [parent for key in own for parent in loader.disk_migrations[key].dependencies]
    own_parents = [parent for parent in parents if parent[0] == label]

    assert len(loader.graph.leaf_nodes(label)) == (1 if own else 0)
    assert len(own_parents) == len(set(own_parents))


def test_migrations_when_read_then_each_is_named_for_what_it_does() -> None:
    loader = MigrationLoader(connection=None)
    names = [name for app, name in loader.disk_migrations if app in OURS]

    assert [name for name in names if "auto_" in name or name.endswith("_initial")] == []
