import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0001_profiles_and_capacity'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Brief',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True, max_length=200000)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=10)),
                ('preset', models.CharField(choices=[('early', 'Early clinical'), ('late', 'Late clinical'), ('commercial', 'Commercial')], default='early', max_length=12)),
                ('weights', models.JSONField(blank=True, default=dict, help_text="Points per head; empty = the preset's weights.")),
                ('material_available_on', models.DateField(blank=True, null=True)),
                ('needed_by', models.DateField(blank=True, null=True)),
                ('contracting_weeks', models.DecimalField(decimal_places=1, default=8, max_digits=5)),
                ('transfer_weeks', models.DecimalField(decimal_places=1, default=0, max_digits=5)),
                ('release_weeks', models.DecimalField(decimal_places=1, default=0, max_digits=5)),
                ('shipping_weeks', models.DecimalField(decimal_places=1, default=0, max_digits=5)),
                ('is_sample', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dosage_form', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
                ('modality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='briefs', to='accounts.organisation')),
                ('stage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
            ],
            options={
                'ordering': ['-created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('drug-substance', 'Drug substance'), ('drug-product', 'Drug product'), ('packaging', 'Packaging'), ('testing', 'Testing'), ('release', 'Release')], max_length=16)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='matching.brief')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('alternative', models.CharField(blank=True, max_length=20)),
                ('strength', models.CharField(choices=[('must', 'Must'), ('must_not', 'Must not'), ('prefer', 'Prefer')], default='must', max_length=10)),
                ('kind', models.CharField(choices=[('term', 'Capability'), ('hazard', 'Hazard'), ('place', 'Place'), ('inspection', 'Inspection'), ('certificate', 'Certificate'), ('registration', 'Registration'), ('capacity', 'Capacity')], default='term', max_length=14)),
                ('scope', models.CharField(choices=[('line', 'One line'), ('building', 'Building'), ('site', 'Site'), ('campus', 'Campus'), ('partner', 'Partner')], default='site', max_length=10)),
                ('label', models.CharField(blank=True, help_text="In the sponsor's words.", max_length=300)),
                ('relation', models.CharField(blank=True, choices=[('covers', 'range covers'), ('at_least', 'at least'), ('at_most', 'down to at most'), ('one_of', 'one of the sizes')], max_length=10)),
                ('lo', models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ('hi', models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ('sizes', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=8, max_digits=24), blank=True, default=list)),
                ('count', models.PositiveSmallIntegerField(default=1)),
                ('entered_text', models.CharField(blank=True, max_length=80)),
                ('entered_unit', models.CharField(blank=True, max_length=30)),
                ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list)),
                ('least_basis', models.CharField(choices=[('claimed', 'Claimed by the company'), ('document', 'Shown in a document'), ('certificate', 'On a certificate'), ('inspected', 'Inspected for it'), ('done', 'Done before')], default='claimed', max_length=12)),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='ISO country codes or geo.* groups.')),
                ('authorities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list)),
                ('at_most_months', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ('operations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, help_text='NCIt codes.')),
                ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                ('quantity_unit', models.CharField(blank=True, max_length=30)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='matching.brief')),
                ('measure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('term', models.ForeignKey(blank=True, help_text='The capability, hazard, certificate, or the authority of an inspection or registration.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
                ('step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='matching.step')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MatchRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('as_of', models.DateField(default=datetime.date.today)),
                ('brief_version', models.PositiveIntegerField()),
                ('engine_version', models.CharField(max_length=20)),
                ('asked', models.JSONField(help_text='The brief as scored.')),
                ('result', models.JSONField(help_text='Lists, verdicts, contributions, counts.')),
                ('facts_sha256', models.CharField(max_length=64)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='match_runs', to='matching.brief')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['brief', '-made_at'], name='match_run_latest')],
            },
        ),
        migrations.CreateModel(
            name='ShortlistEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('stage', models.CharField(choices=[('long-list', 'Long list'), ('shortlist', 'Shortlist'), ('contacted', 'Contacted'), ('declined', 'Declined'), ('selected', 'Selected')], default='shortlist', max_length=10)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.TextField(blank=True, max_length=4000)),
                ('version', models.PositiveIntegerField(default=1)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shortlist', to='matching.brief')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.partner')),
            ],
            options={
                'verbose_name_plural': 'shortlist entries',
                'ordering': ['-added_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('brief', 'partner'), name='a_partner_is_shortlisted_once_per_brief')],
            },
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(fields=('brief', 'kind'), name='a_step_stands_once_per_brief'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('lo__isnull', True), ('hi__isnull', True), ('lo__lte', models.F('hi')), _connector='OR'), name='requirement_low_end_is_below_high_end', violation_error_message='The low end must not exceed the high end.'),
        ),
    ]
