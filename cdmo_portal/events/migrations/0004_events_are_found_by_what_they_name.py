import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_mails_can_be_stopped'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('data', name='jsonb_path_ops'), name='event_naming'),
        ),
    ]
