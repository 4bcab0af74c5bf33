"""What a key may do becomes a list of scopes; a key that is rotated knows the one that follows it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_answers_are_kept_by_idempotency_key")]

    operations = [
        migrations.AlterModelOptions(name="apikey", options={"ordering": ["-created_at", "-pk"]}),
        migrations.AddField(
            model_name="apikey",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                help_text="The key that this one was made to follow, and that ends after an overlap.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaced_by",
                to="accounts.apikey",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                default=list,
                help_text="What it may do: see scopes.py.",
            ),
            preserve_default=False,
        ),
    ]
