"""Sponsors ask partners of a shortlist, blinded, whether they are interested; the partner answers."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('matching', '0011_runs_keep_own_facts'),
        ('partners', '0018_profile_changes_and_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('teaser', models.JSONField(help_text='Lines of label and value, exactly as they are shown.')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('is_withheld', models.BooleanField(default=False, help_text='The partner excluded the sponsor when it asked, and is never told of it.')),
                ('answer', models.CharField(blank=True, choices=[('interested', 'Interested'), ('need_information', 'Needs more information'), ('declined', 'Declined')], max_length=16)),
                ('reason', models.CharField(blank=True, choices=[('no_capacity', 'No capacity in that time'), ('not_our_scale', 'Not our scale'), ('not_our_modality', 'Not our modality'), ('timing', 'The timing does not fit'), ('conflict', 'Conflict with other work'), ('other', 'Another reason')], help_text='Why it was declined.', max_length=16)),
                ('note', models.TextField(blank=True, help_text="In the partner's words.", max_length=500)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='matching.brief')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.partner')),
            ],
            options={
                'ordering': ['-asked_at', 'pk'],
                'indexes': [models.Index(fields=['partner', '-asked_at'], name='interest_of_partner')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('brief', 'partner'), name='a_partner_is_asked_once_per_brief'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'declined'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('answer', 'declined'), _negated=True), ('reason', '')), _connector='OR'), name='a_declined_interest_says_why')],
            },
        ),
    ]
