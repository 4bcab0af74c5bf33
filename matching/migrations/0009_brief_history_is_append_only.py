"""The application role adds and reads changes of briefs, and never changes one.

It may delete them, because they go with their brief when an organisation's data are erased.
"""

from django.conf import settings
from django.db import migrations

REVOKE = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') AND current_user <> '{role}' THEN
    REVOKE UPDATE, TRUNCATE ON matching_briefchange FROM {role};
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0008_brief_creators_are_owners")]
    operations = [
        migrations.RunSQL(REVOKE.format(role=settings.DATABASE_APP_ROLE), migrations.RunSQL.noop),
    ]
