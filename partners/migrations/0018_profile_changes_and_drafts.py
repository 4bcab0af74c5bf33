"""What a profile said before and after each change, which the application never alters; and drafts."""

import cdmo_portal.accounts.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

REVOKE = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') AND current_user <> '{role}' THEN
    REVOKE UPDATE, TRUNCATE ON partners_profilechange FROM {role};
  END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0017_keepers_are_reminded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProfileChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('subject', models.CharField(choices=[('capability', 'Capability'), ('hazards', 'Answers about hazards'), ('certificate', 'Certificate'), ('inspection', 'Inspection'), ('site', 'Name and address'), ('partner', 'Summary and website'), ('line', 'Line')], max_length=12)),
                ('key', models.CharField(max_length=64)),
                ('about', models.CharField(blank=True, max_length=300)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('user_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.partner')),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.site')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.profilechange')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['organisation', '-id'], name='profile_change_newest'), models.Index(fields=['site', '-id'], name='profile_change_of_site')],
                'constraints': [models.CheckConstraint(condition=models.Q(('before__isnull', False), ('after__isnull', False), _connector='OR'), name='profile_change_says_something')],
            },
        ),
        migrations.CreateModel(
            name='ProfileDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('subject', models.CharField(choices=[('capability', 'Capability'), ('hazards', 'Answers about hazards'), ('certificate', 'Certificate'), ('inspection', 'Inspection'), ('site', 'Name and address'), ('partner', 'Summary and website'), ('line', 'Line')], max_length=12)),
                ('key', models.CharField(max_length=64)),
                ('about', models.CharField(blank=True, max_length=300)),
                ('values', models.JSONField(null=True)),
                ('base', models.JSONField(null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='partners.site')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'site', 'subject', 'key'), name='one_draft_of_each_part')],
            },
        ),
        migrations.RunSQL(REVOKE.format(role=settings.DATABASE_APP_ROLE), migrations.RunSQL.noop),
    ]
