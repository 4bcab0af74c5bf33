import cdmo_portal.accounts.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users_and_organisations'),
        ('partners', '0006_private_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=cdmo_portal.accounts.fields.UuidV7(), editable=False, unique=True)),
                ('part', models.CharField(choices=[('basics', 'Name, address or place'), ('summary', 'Summary or website'), ('sites', 'Which sites there are'), ('capabilities', 'Capabilities'), ('hazards', 'Hazards'), ('register', 'Register entries'), ('certificates', 'Certificates and licences'), ('inspections', 'Inspections'), ('capacity', 'Lines and capacity'), ('other', 'Something else')], max_length=20)),
                ('wrong', models.TextField(max_length=2000)),
                ('right', models.TextField(blank=True, max_length=2000)),
                ('how_known', models.TextField(max_length=1000)),
                ('names_organisation', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('new', 'New'), ('accepted', 'Accepted'), ('declined', 'Declined')], default='new', max_length=10)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(help_text="The reporter's.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.organisation')),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='error_reports', to='partners.partner')),
                ('reporter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='error_reports', to='partners.site')),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'indexes': [models.Index(fields=['reporter', 'made_at'], name='error_report_by_reporter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('partner__isnull', True), ('site__isnull', True), _connector='XOR'), name='an_error_report_is_about_one_thing')],
            },
        ),
    ]
