import cdmo_portal.accounts.fields
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import partners.models.sites
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Building',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='Facet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=120)),
                ('note', models.TextField(blank=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='RegisterSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publisher', models.CharField(help_text='e.g. fda-registrations', max_length=40)),
                ('sha256', models.CharField(max_length=64)),
                ('snapshot_on', models.DateField(help_text="The day the publisher's list stands for.")),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file_name', models.CharField(max_length=200)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('added', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('no_longer_listed', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['-snapshot_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('summary', models.TextField(blank=True, max_length=4000)),
                ('website', models.URLField(blank=True)),
                ('is_suggested', models.BooleanField(default=False, help_text='Grouped by an editor from the register; not confirmed by the company.')),
                ('is_sample', models.BooleanField(default=False, help_text='Fictional, made by the sample data.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('organisation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='partner', to='accounts.organisation')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('url', models.CharField(max_length=2048)),
                ('host', models.CharField(help_text='Of the URL; at most two fetches per host at once.', max_length=255)),
                ('format', models.CharField(choices=[('csv', 'CSV')], default='csv', max_length=10)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('quarantined', 'Stopped after repeated failures')], default='active', max_length=12)),
                ('interval_seconds', models.PositiveIntegerField(default=3600)),
                ('secret_header', models.BinaryField(blank=True, help_text='Encrypted `Name: value`.', null=True)),
                ('next_due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.BigIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='Failures since the last success.')),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('last_tried_at', models.DateTimeField(blank=True, null=True)),
                ('last_succeeded_at', models.DateTimeField(blank=True, null=True)),
                ('etag', models.CharField(blank=True, max_length=300)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('last_sha256', models.CharField(blank=True, max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='accounts.organisation')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='partners.partner')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('proof', models.TextField(max_length=2000)),
                ('state', models.CharField(choices=[('open', 'Waiting for a decision'), ('accepted', 'Accepted'), ('refused', 'Refused')], default='open', max_length=10)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='accounts.organisation')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='partners.partner')),
            ],
            options={
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Campus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='campuses', to='partners.partner')),
            ],
            options={
                'verbose_name_plural': 'campuses',
            },
        ),
        migrations.CreateModel(
            name='Refresh',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('lease_token', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcome', models.CharField(choices=[('changed', 'Changed'), ('unchanged', 'Nothing new'), ('failed', 'Failed'), ('held', 'Held for confirmation')], max_length=10)),
                ('http_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('rows_read', models.PositiveIntegerField(default=0)),
                ('windows_added', models.PositiveIntegerField(default=0)),
                ('windows_changed', models.PositiveIntegerField(default=0)),
                ('windows_closed', models.PositiveIntegerField(default=0)),
                ('row_errors', models.JSONField(blank=True, default=list, help_text='[{line, field, message}]')),
                ('changes', models.JSONField(blank=True, default=list, help_text='[{line, period, state, before, after}]')),
                ('error', models.CharField(blank=True, max_length=300)),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refreshes', to='partners.feed')),
            ],
            options={
                'verbose_name_plural': 'refreshes',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('slug', models.SlugField(max_length=140, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('street', models.CharField(blank=True, max_length=300)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('region', models.CharField(blank=True, max_length=120)),
                ('postal_code', models.CharField(blank=True, max_length=40)),
                ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$', 'Use an ISO 3166-1 alpha-2 code such as IE.')])),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('external_id', models.CharField(blank=True, help_text="The CDMO's own id of the site, used in its feeds.", max_length=80)),
                ('is_profiled', models.BooleanField(default=False, help_text='More is known than the register says: capabilities, lines or certificates.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('campus', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sites', to='partners.campus')),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sites', to='partners.partner')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(choices=[('public', 'Everybody'), ('sponsors', 'Signed-in sponsors')], max_length=10)),
                ('name', models.CharField(help_text='Partner and site, normalised, for typos.', max_length=420)),
                ('sort_name', models.CharField(max_length=420)),
                ('words', django.contrib.postgres.search.SearchVectorField(help_text='Names, places, terms with synonyms.')),
                ('term_bits', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='Bits of terms offered, parents included.')),
                ('operations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, help_text='Registered operations (NCIt).')),
                ('inspected_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list)),
                ('country', models.CharField(max_length=2)),
                ('is_profiled', models.BooleanField(default=False)),
                ('statements', models.PositiveIntegerField(default=0)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_rows', to='partners.site')),
            ],
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.CharField(default='reg.fda', max_length=40)),
                ('row_key', models.CharField(help_text="The publisher's key of the row: the DUNS number.", max_length=40)),
                ('fei', models.CharField(blank=True, max_length=20)),
                ('firm_name', models.CharField(max_length=300)),
                ('registrant_name', models.CharField(blank=True, max_length=300)),
                ('address', models.CharField(max_length=600)),
                ('operations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, help_text='NCIt codes.')),
                ('row_sha256', models.CharField(max_length=64)),
                ('no_longer_listed_on', models.DateField(blank=True, null=True)),
                ('first_seen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.registersnapshot')),
                ('last_seen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='partners.registersnapshot')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='partners.site')),
            ],
            options={
                'ordering': ['site_id', 'row_key'],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('external_id', models.CharField(blank=True, help_text="The CDMO's own id of the line (resource_id in feeds).", max_length=80)),
                ('capacity_unit', models.CharField(default='batches', max_length=30)),
                ('nominal_per_quarter', models.DecimalField(blank=True, decimal_places=3, help_text='What the line can do in one quarter, in its capacity unit.', max_digits=14, null=True)),
                ('days_per_batch', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ('changeover_days', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ('smallest_campaign', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                ('largest_campaign', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                ('lead_time_weeks', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ('lead_time_confirmed_on', models.DateField(blank=True, null=True)),
                ('capacity_source', models.CharField(choices=[('form', 'Form'), ('upload', 'Upload'), ('feed', 'Feed'), ('api', 'API')], default='form', max_length=10)),
                ('capacity_audience', models.CharField(choices=[('public', 'Everybody'), ('sponsors', 'Signed-in sponsors'), ('agreement', 'After an agreement'), ('matching', 'Used in matching only')], default='matching', max_length=10)),
                ('is_multipurpose', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('building', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lines', to='partners.building')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='partners.site')),
            ],
            options={
                'ordering': ['site_id', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='partners.partner')),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='partners.site')),
            ],
        ),
        migrations.CreateModel(
            name='CapacityWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Local dates of the site, half-open, bounded.')),
                ('state', models.CharField(choices=[('open', 'Open'), ('held', 'Held'), ('committed', 'Committed'), ('unavailable', 'Unavailable')], max_length=12)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('unit', models.CharField(max_length=30)),
                ('lead_time_weeks', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ('smallest_campaign', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                ('confidence', models.CharField(choices=[('firm', 'Firm'), ('planned', 'Planned'), ('indicative', 'Indicative')], default='firm', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('held_until', models.DateField(blank=True, null=True)),
                ('observed_at', models.DateTimeField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('audience', models.CharField(choices=[('public', 'Everybody'), ('sponsors', 'Signed-in sponsors'), ('agreement', 'After an agreement'), ('matching', 'Used in matching only')], default='matching', max_length=10)),
                ('source', models.CharField(choices=[('form', 'Form'), ('upload', 'Upload'), ('feed', 'Feed'), ('api', 'API')], max_length=10)),
                ('closed_at', models.DateTimeField(blank=True, help_text='Set when a later snapshot left it out.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('feed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='windows', to='partners.feed')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='partners.line')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='partners.site')),
            ],
            options={
                'ordering': ['line_id', 'period', 'state'],
            },
        ),
        migrations.CreateModel(
            name='Capability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('is_offered', models.BooleanField(default=True, help_text='A stated no is a statement too.')),
                ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, help_text='Codes of stage terms; empty = not stated.')),
                ('basis', models.CharField(choices=[('claimed', 'Claimed by the company'), ('document', 'Shown in a document'), ('certificate', 'On a certificate'), ('inspected', 'Inspected for it'), ('done', 'Done before')], default='claimed', max_length=12)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('confirmed_on', models.DateField(default=datetime.date.today)),
                ('audience', models.CharField(choices=[('public', 'Everybody'), ('sponsors', 'Signed-in sponsors'), ('agreement', 'After an agreement'), ('matching', 'Used in matching only')], default='public', max_length=10)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='capabilities', to='partners.line')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='capabilities', to='partners.site')),
            ],
            options={
                'verbose_name_plural': 'capabilities',
                'ordering': ['site_id', 'line_id', 'term_id'],
            },
        ),
        migrations.AddField(
            model_name='building',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='buildings', to='partners.site'),
        ),
        migrations.CreateModel(
            name='SiteChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transaction_id', models.BigIntegerField(db_default=partners.models.sites.CurrentTransaction(), db_index=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='partners.site')),
            ],
        ),
        migrations.CreateModel(
            name='SiteIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('fei', 'FDA establishment identifier (FEI)'), ('duns', 'DUNS number'), ('oms-org', 'EMA organisation id (ORG)'), ('oms-loc', 'EMA location id (LOC)')], max_length=10)),
                ('value', models.CharField(max_length=40)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='partners.site')),
            ],
            options={
                'ordering': ['scheme', 'value'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='e.g. op.lyophilisation', max_length=80, unique=True)),
                ('label', models.CharField(max_length=160)),
                ('synonyms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list)),
                ('implies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list)),
                ('look_alikes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list)),
                ('bit', models.PositiveIntegerField(unique=True)),
                ('position', models.PositiveIntegerField(default=0)),
                ('note', models.TextField(blank=True)),
                ('edqm_code', models.CharField(blank=True, max_length=20)),
                ('eu_gmp_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list)),
                ('base_unit', models.CharField(blank=True, help_text='Only for scale measures (sc.*).', max_length=30)),
                ('unit_factors', models.JSONField(blank=True, default=dict, help_text='Unit → factor to the base unit.')),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('facet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='partners.facet')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='partners.term')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lo', models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ('hi', models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ('count', models.PositiveSmallIntegerField(default=1, help_text='How many of this size, e.g. 3 × 2,000 L.')),
                ('entered_text', models.CharField(max_length=80)),
                ('entered_unit', models.CharField(max_length=30)),
                ('capability', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='partners.capability')),
                ('term', models.ForeignKey(help_text='A scale term (sc.*).', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
            ],
            options={
                'ordering': ['term_id', 'lo', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('authority_name', models.CharField(blank=True, max_length=160)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('ended_on', models.DateField(blank=True, help_text='Unknown when not stated.', null=True)),
                ('covers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, help_text='Codes of the operations inspected.')),
                ('origin', models.CharField(choices=[('company', 'Stated by the company'), ('regulator', 'Published by the regulator')], default='company', max_length=10)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('source_url', models.URLField(blank=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inspections', to='partners.site')),
                ('authority', models.ForeignKey(help_text='A reg.* term.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
            ],
            options={
                'ordering': ['-ended_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Hazard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('scope', models.CharField(choices=[('line', 'Line'), ('building', 'Building'), ('site', 'Site'), ('campus', 'Campus')], default='site', max_length=10)),
                ('is_present', models.BooleanField()),
                ('basis', models.CharField(choices=[('claimed', 'Claimed by the company'), ('document', 'Shown in a document'), ('certificate', 'On a certificate'), ('inspected', 'Inspected for it'), ('done', 'Done before')], default='claimed', max_length=12)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('confirmed_on', models.DateField(default=datetime.date.today)),
                ('audience', models.CharField(choices=[('public', 'Everybody'), ('sponsors', 'Signed-in sponsors'), ('agreement', 'After an agreement'), ('matching', 'Used in matching only')], default='public', max_length=10)),
                ('building', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hazards', to='partners.building')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hazards', to='partners.line')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hazards', to='partners.site')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
            ],
            options={
                'ordering': ['site_id', 'term_id', 'scope'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('authority_name', models.CharField(blank=True, help_text='The issuing national authority.', max_length=160)),
                ('number', models.CharField(blank=True, max_length=80)),
                ('inspected_on', models.DateField(blank=True, null=True)),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('operations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list)),
                ('origin', models.CharField(choices=[('company', 'Stated by the company'), ('regulator', 'Published by the regulator')], default='company', max_length=10)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('source_url', models.URLField(blank=True)),
                ('confirmed_on', models.DateField(blank=True, null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='partners.site')),
                ('authority', models.ForeignKey(blank=True, help_text='A reg.* term.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
                ('term', models.ForeignKey(help_text='A cer.* term.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term')),
            ],
            options={
                'ordering': ['-inspected_on', '-issued_on', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='capability',
            name='term',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.term'),
        ),
        migrations.CreateModel(
            name='InspectionOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project_area', models.CharField(blank=True, max_length=120)),
                ('outcome', models.CharField(choices=[('NAI', 'No action indicated'), ('VAI', 'Voluntary action indicated'), ('OAI', 'Official action indicated'), ('compliant', 'Compliant'), ('non-compliant', 'Not compliant')], max_length=14)),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='partners.inspection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('inspection', 'project_area'), name='one_outcome_per_project_area')],
            },
        ),
        migrations.AddIndex(
            model_name='feed',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['next_due_at'], name='feed_active_by_due'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.CheckConstraint(condition=models.Q(('interval_seconds__gte', 15)), name='feed_interval_is_at_least_15_seconds', violation_error_message='A feed is read every 15 seconds at most.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('partner', 'organisation'), name='one_open_claim_per_organisation_and_partner', violation_error_message='Your organisation already has an open claim for this profile.'),
        ),
        migrations.AddConstraint(
            model_name='refresh',
            constraint=models.UniqueConstraint(fields=('feed', 'lease_token'), name='a_lease_applies_at_most_once'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('partner', 'external_id'), name='a_partner_uses_a_site_id_once', violation_error_message='Another site of this partner has this id.'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='site_position_is_on_earth'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='search_words'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('name', name='gin_trgm_ops'), name='search_name_trigrams'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(fields=['term_bits'], name='search_terms'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(fields=['operations'], name='search_operations'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['reader', '-is_profiled', 'sort_name', 'site'], name='search_default_order'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['reader', 'country'], name='search_country'),
        ),
        migrations.AddConstraint(
            model_name='searchrow',
            constraint=models.UniqueConstraint(fields=('site', 'reader'), name='one_search_row_per_reader'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(fields=('authority', 'row_key'), name='a_register_row_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('site', 'external_id'), name='a_site_uses_a_line_id_once', violation_error_message='Another line of this site has this id.'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(fields=('site', 'name'), name='a_site_uses_a_line_name_once', violation_error_message='Another line of this site has this name.'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.CheckConstraint(condition=models.Q(('partner__isnull', True), ('site__isnull', True), _connector='XOR'), name='a_former_slug_leads_to_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='capacitywindow',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('closed_at__isnull', True)), expressions=[('line', '='), ('state', '='), ('period', '&&')], name='windows_of_one_line_and_state_do_not_overlap', violation_error_message='Another window of this line and state overlaps this period.'),
        ),
        migrations.AddConstraint(
            model_name='capacitywindow',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='window_quantity_is_not_negative', violation_error_message='The quantity cannot be negative.'),
        ),
        migrations.AddConstraint(
            model_name='capacitywindow',
            constraint=models.CheckConstraint(condition=models.Q(('period__endswith__isnull', False), ('period__startswith__isnull', False)), name='window_period_is_bounded', violation_error_message='A period needs a first and a last day.'),
        ),
        migrations.AddConstraint(
            model_name='building',
            constraint=models.UniqueConstraint(fields=('site', 'name'), name='a_building_name_is_used_once'),
        ),
        migrations.AddIndex(
            model_name='siteidentifier',
            index=models.Index(fields=['scheme', 'value'], name='site_identifier_lookup'),
        ),
        migrations.AddConstraint(
            model_name='siteidentifier',
            constraint=models.UniqueConstraint(fields=('site', 'scheme', 'value'), name='an_identifier_stands_once_per_site'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('lo__isnull', True), ('hi__isnull', True), ('lo__lte', models.F('hi')), _connector='OR'), name='measure_low_end_is_below_high_end', violation_error_message='The low end must not exceed the high end.'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('lo__isnull', False), ('hi__isnull', False), _connector='OR'), name='measure_has_a_bound', violation_error_message='Give at least one end of the range.'),
        ),
        migrations.AddConstraint(
            model_name='hazard',
            constraint=models.UniqueConstraint(fields=('site', 'scope', 'building', 'line', 'term'), name='one_statement_per_hazard_and_place', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='hazard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('building__isnull', True), ('line__isnull', False), ('scope', 'line')), models.Q(('building__isnull', False), ('line__isnull', True), ('scope', 'building')), models.Q(('building__isnull', True), ('line__isnull', True), ('scope__in', ['site', 'campus'])), _connector='OR'), name='hazard_place_fits_its_scope'),
        ),
        migrations.AddConstraint(
            model_name='capability',
            constraint=models.UniqueConstraint(fields=('site', 'line', 'term'), name='one_statement_per_term_and_place', nulls_distinct=False, violation_error_message='There is already a statement about this term here.'),
        ),
    ]
