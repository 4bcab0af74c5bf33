import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0009_lines_say_what_a_slot_is'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClaimCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254)),
                ('code_hash', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='claim',
            options={'ordering': ['-made_at', '-pk']},
        ),
        migrations.AddField(
            model_name='claim',
            name='answer',
            field=models.CharField(blank=True, choices=[('objects', 'The profile is ours'), ('agrees', 'Let it go to the other organisation')], max_length=10),
        ),
        migrations.AddField(
            model_name='claim',
            name='answer_until',
            field=models.DateTimeField(blank=True, help_text='How long a decision waits for the keeper.', null=True),
        ),
        migrations.AddField(
            model_name='claim',
            name='answer_words',
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name='claim',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='claim',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='keeper',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contests', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='claim',
            name='kind',
            field=models.CharField(choices=[('new', 'Claim of a free profile'), ('contest', 'Contest of a kept profile')], default='new', max_length=10),
        ),
        migrations.AddField(
            model_name='claim',
            name='proved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='claim',
            name='proved_domain',
            field=models.CharField(blank=True, help_text='Of the address to which a code was mailed and typed back.', max_length=253),
        ),
        migrations.AddField(
            model_name='claim',
            name='site',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='partners.site'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='partner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='partners.partner'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='state',
            field=models.CharField(choices=[('open', 'Waiting for a decision'), ('accepted', 'Accepted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='open', max_length=10),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(fields=['state', 'made_at'], name='claim_queue'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('partner__isnull', True), ('site__isnull', True), _connector='XOR'), name='a_claim_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('site', 'organisation'), name='one_open_claim_per_organisation_and_site', violation_error_message='Your organisation already has an open claim for this site.'),
        ),
        migrations.AddField(
            model_name='claimcode',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='partners.claim'),
        ),
        migrations.AddField(
            model_name='claimcode',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddIndex(
            model_name='claimcode',
            index=models.Index(fields=['organisation', 'made_at'], name='claim_code_by_organisation'),
        ),
    ]
