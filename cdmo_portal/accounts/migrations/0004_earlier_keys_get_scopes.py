"""Keys that were made before there were scopes may what they might: read, or read and write, everything."""

from django.db import migrations

GIVE_SCOPES = """
UPDATE accounts_apikey
SET scopes = CASE WHEN can_write THEN ARRAY['read', 'write'] ELSE ARRAY['read'] END
WHERE scopes = '{}'
"""
# A key for single resources cannot be told by the old column: it reads on.
TAKE_BACK = "UPDATE accounts_apikey SET can_write = 'write' = ANY(scopes)"


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_api_keys_have_scopes_and_followers")]

    operations = [migrations.RunSQL(GIVE_SCOPES, TAKE_BACK)]
