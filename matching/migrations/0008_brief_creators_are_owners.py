"""Who wrote a brief is named as its owner, as from now on those who write one are."""

from django.db import migrations

NAME_CREATORS = """
INSERT INTO matching_briefcolleague (organisation_id, brief_id, member_id, role, added_by_id, added_at)
SELECT brief.organisation_id, brief.id, member.id, 'owner', brief.created_by_id, brief.created_at
FROM matching_brief AS brief
JOIN accounts_member AS member
  ON member.organisation_id = brief.organisation_id AND member.user_id = brief.created_by_id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_brief_colleagues_comments_history")]
    operations = [migrations.RunSQL(NAME_CREATORS, migrations.RunSQL.noop)]
