"""What the systems of sponsors and CDMOs call a partner or a site."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0020_profile_views_are_counted'),
    ]

    operations = [
        migrations.CreateModel(
            name='PartnerExternalId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(help_text='Such as ariba.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]{0,39}\\Z', 'Name a system in small letters, digits and hyphens, such as ariba.')])),
                ('value', models.CharField(max_length=120)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_ids', to='partners.partner')),
            ],
            options={
                'ordering': ['system'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('organisation', 'system', 'subject'), name='partnerexternalid_stands_once_per_system'), models.UniqueConstraint(fields=('organisation', 'system', 'value'), name='partnerexternalid_names_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='SiteExternalId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(help_text='Such as ariba.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]{0,39}\\Z', 'Name a system in small letters, digits and hyphens, such as ariba.')])),
                ('value', models.CharField(max_length=120)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_ids', to='partners.site')),
            ],
            options={
                'ordering': ['system'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('organisation', 'system', 'subject'), name='siteexternalid_stands_once_per_system'), models.UniqueConstraint(fields=('organisation', 'system', 'value'), name='siteexternalid_names_one_thing')],
            },
        ),
    ]
