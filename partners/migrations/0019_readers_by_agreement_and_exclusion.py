"""Readers after an agreement and excluded companies, by e-mail domain; a window's own audience."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0018_profile_changes_and_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='capacitywindow',
            name='follows_line',
            field=models.BooleanField(default=True, help_text='Its audience is that of its line; else it has been given one of its own.'),
        ),
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('domain', models.CharField(help_text='In small letters.', max_length=253)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text="A note of one's own.", max_length=300)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'ordering': ['domain', 'pk'],
                'indexes': [models.Index(fields=['domain'], name='exclusion_by_domain')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Lower('domain'), condition=models.Q(('removed_at__isnull', True)), name='a_domain_is_excluded_once', violation_error_message='This domain is excluded already.')],
            },
        ),
        migrations.CreateModel(
            name='ReaderAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('domain', models.CharField(help_text='In small letters.', max_length=253)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('cda', 'Confidentiality agreement'), ('msa', 'Master services agreement'), ('quality', 'Quality agreement')], default='cda', max_length=10)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, help_text='The last day; none where it is open.', null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'ordering': ['domain', 'starts_on', 'pk'],
                'indexes': [models.Index(fields=['domain'], name='reader_agreement_by_domain')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='reader_agreement_ends_after_it_starts', violation_error_message='The last day is before the first.')],
            },
        ),
    ]
