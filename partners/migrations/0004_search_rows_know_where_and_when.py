from django.db import migrations, models

# Search rows follow their sites' facts from here on; the facts that stand already are copied once.
COPY = """
UPDATE partners_searchrow AS kept
SET latitude = site.latitude, longitude = site.longitude,
    last_inspected_on = (SELECT max(ended_on) FROM partners_inspection visit WHERE visit.site_id = site.id)
FROM partners_site AS site
WHERE site.id = kept.site_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0003_site_changes_outlive_sites'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchrow',
            name='latitude',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='searchrow',
            name='longitude',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='searchrow',
            name='last_inspected_on',
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
