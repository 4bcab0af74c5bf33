"""No key is without scopes, and `can_write` is read no more.

Its column stays, with a default, for processes of the release before; the next release takes it away.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0004_earlier_keys_get_scopes")]

    operations = [
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__len__gt", 0)), name="a_key_has_a_scope"
            ),
        ),
        migrations.AlterField(
            model_name="apikey", name="can_write", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="apikey", name="can_write")]
        ),
    ]
