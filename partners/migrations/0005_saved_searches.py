import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0004_search_rows_know_where_and_when'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('query', models.TextField(blank=True, help_text="Of the directory's address, in canonical form.", max_length=8000)),
                ('is_shared', models.BooleanField(default=False)),
                ('alert', models.CharField(choices=[('none', 'No mails'), ('daily', 'Once a day at most'), ('at_once', 'At once, every 15 minutes at most')], default='none', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'saved searches',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_token', models.BigIntegerField()),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('new_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)),
                ('new_count', models.PositiveIntegerField(default=0)),
                ('opened_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)),
                ('opened_count', models.PositiveIntegerField(default=0)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='partners.savedsearch')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('active', 'Active'), ('resting', 'Resting')], default='active', max_length=10)),
                ('next_due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.BigIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('facts_mark', models.BigIntegerField(default=0)),
                ('as_of', models.DateField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('problem', models.TextField(blank=True, help_text='Why the query can no longer be answered.')),
                ('match_count', models.PositiveIntegerField(default=0)),
                ('new_count', models.PositiveIntegerField(default=0)),
                ('seen_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Sites that matched when the owner last looked.')),
                ('known_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Sites that are not told as new any more.')),
                ('open_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Sites whose open quarter is known already.')),
                ('has_news', models.BooleanField(default=False, help_text='There is something to tell, but not yet.')),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('search', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='watch', to='partners.savedsearch')),
            ],
            options={
                'verbose_name_plural': 'search watches',
            },
        ),
        migrations.AddConstraint(
            model_name='savedsearch',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True)), fields=('organisation', 'user', 'name'), name='a_person_uses_a_search_name_once', violation_error_message='You have a saved search of this name.'),
        ),
        migrations.AddConstraint(
            model_name='searchalert',
            constraint=models.UniqueConstraint(fields=('search', 'lease_token'), name='a_lease_tells_at_most_once'),
        ),
        migrations.AddIndex(
            model_name='searchwatch',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['next_due_at'], name='search_watch_by_due'),
        ),
    ]
