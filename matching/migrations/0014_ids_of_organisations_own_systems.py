"""What the systems of sponsors call their briefs and the entries of their shortlists."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('matching', '0013_demand_and_standing_by_week'),
    ]

    operations = [
        migrations.CreateModel(
            name='BriefExternalId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(help_text='Such as ariba.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]{0,39}\\Z', 'Name a system in small letters, digits and hyphens, such as ariba.')])),
                ('value', models.CharField(max_length=120)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_ids', to='matching.brief')),
            ],
            options={
                'ordering': ['system'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('organisation', 'system', 'subject'), name='briefexternalid_stands_once_per_system'), models.UniqueConstraint(fields=('organisation', 'system', 'value'), name='briefexternalid_names_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='ShortlistExternalId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(help_text='Such as ariba.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]{0,39}\\Z', 'Name a system in small letters, digits and hyphens, such as ariba.')])),
                ('value', models.CharField(max_length=120)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_ids', to='matching.shortlistentry')),
            ],
            options={
                'ordering': ['system'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('organisation', 'system', 'subject'), name='shortlistexternalid_stands_once_per_system'), models.UniqueConstraint(fields=('organisation', 'system', 'value'), name='shortlistexternalid_names_one_thing')],
            },
        ),
    ]
