"""The application role may add and read frozen facts, never change or delete them."""

from django.conf import settings
from django.db import migrations

REVOKE = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') AND current_user <> '{role}' THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON matching_factsversion, matching_factssnapshot FROM {role};
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_facts_are_frozen")]
    operations = [
        migrations.RunSQL(REVOKE.format(role=settings.DATABASE_APP_ROLE), migrations.RunSQL.noop),
    ]
