"""The application role may add and read events, never change them."""

from django.conf import settings
from django.db import migrations

REVOKE = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') AND current_user <> '{role}' THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON events_event FROM {role};
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_events_and_deliveries")]
    operations = [
        migrations.RunSQL(REVOKE.format(role=settings.DATABASE_APP_ROLE), migrations.RunSQL.noop),
    ]
