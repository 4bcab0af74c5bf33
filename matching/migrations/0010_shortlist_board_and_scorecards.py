"""Stages since when, tags, reasons and removal that can be undone; who did what when; scorecards.

The application role may add and read lines of the history, not change them; but a person's name is taken off
when they are erased, and a brief that goes takes its history with it.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


REVOKE = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') AND current_user <> '{role}' THEN
    REVOKE UPDATE, TRUNCATE ON matching_shortlistchange FROM {role};
    GRANT UPDATE (by_id) ON matching_shortlistchange TO {role};
  END IF;
END $$;
"""
SINCE_ADDED = "UPDATE matching_shortlistentry SET stage_since = added_at"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('matching', '0009_brief_history_is_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='shortlistentry',
            name='reason',
            field=models.CharField(blank=True, help_text='Why it was declined or selected.', max_length=300),
        ),
        migrations.AddField(
            model_name='shortlistentry',
            name='removed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='shortlistentry',
            name='stage_since',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='shortlistentry',
            name='tags',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=10),
        ),
        migrations.CreateModel(
            name='Scorecard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_invited', models.BooleanField(default=False)),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scorecards', to='matching.brief')),
                ('evaluator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ScoringCriterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=80)),
                ('points', models.DecimalField(decimal_places=1, default=Decimal('0'), help_text='Weight in points of 0 to 100; shares are made of it.', max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                ('zero', models.CharField(blank=True, help_text='What a 0 means.', max_length=120)),
                ('five', models.CharField(blank=True, help_text='What a 5 means.', max_length=120)),
                ('ten', models.CharField(blank=True, help_text='What a 10 means.', max_length=120)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scoring_criteria', to='matching.brief')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name_plural': 'scoring criteria',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CriterionScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('cannot_judge', models.BooleanField(default=False)),
                ('comment', models.CharField(blank=True, max_length=300)),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.brief')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='matching.shortlistentry')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('scorecard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='matching.scorecard')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='matching.scoringcriterion')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ScoringRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('brief', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='scoring_round', to='matching.brief')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ShortlistChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('added', 'Added'), ('removed', 'Taken off'), ('moved', 'Moved'), ('described', 'Note, tags or reason'), ('criteria', 'Criteria of the scorecards'), ('evaluators', 'Evaluators'), ('handed-in', 'Scorecard handed in or taken back'), ('opened', 'Scorecards shown to everybody'), ('agreed', 'Agreed scores')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(help_text='Of the entry or the scoring, after the change.')),
                ('brief', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shortlist_changes', to='matching.brief')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='matching.shortlistentry')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='matching.shortlistchange')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='scorecard',
            constraint=models.UniqueConstraint(fields=('brief', 'evaluator'), name='an_evaluator_has_one_scorecard_per_brief'),
        ),
        migrations.AddConstraint(
            model_name='scorecard',
            constraint=models.UniqueConstraint(condition=models.Q(('evaluator__isnull', True)), fields=('brief',), name='a_brief_has_one_agreed_scorecard'),
        ),
        migrations.AddConstraint(
            model_name='criterionscore',
            constraint=models.UniqueConstraint(fields=('scorecard', 'entry', 'criterion'), name='a_scorecard_scores_a_criterion_once'),
        ),
        migrations.AddConstraint(
            model_name='criterionscore',
            constraint=models.CheckConstraint(condition=models.Q(('value__isnull', True), ('value__lte', 10), _connector='OR'), name='a_score_is_at_most_ten'),
        ),
        migrations.AddConstraint(
            model_name='criterionscore',
            constraint=models.CheckConstraint(condition=models.Q(('value__isnull', True), ('cannot_judge', False), _connector='OR'), name='what_cannot_be_judged_has_no_score'),
        ),
        migrations.AddIndex(
            model_name='shortlistchange',
            index=models.Index(fields=['brief', '-id'], name='shortlist_change_latest'),
        ),
        migrations.RunSQL(SINCE_ADDED, migrations.RunSQL.noop),
        migrations.RunSQL(REVOKE.format(role=settings.DATABASE_APP_ROLE), migrations.RunSQL.noop),
    ]
