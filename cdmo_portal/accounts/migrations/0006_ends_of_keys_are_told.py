"""When a key's member was told that it ends soon, so that they are told once."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0005_scopes_take_the_place_of_can_write")]

    operations = [
        migrations.AddField(
            model_name="apikey", name="end_told_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
