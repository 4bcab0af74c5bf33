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
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['reader', 'sort_name', 'site'], name='search_by_name'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['reader', '-statements', 'sort_name', 'site'], name='search_by_statements'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(models.F('reader'), models.OrderBy(models.F('last_inspected_on'), descending=True, nulls_last=True), models.F('sort_name'), models.F('site'), name='search_by_inspection'),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
