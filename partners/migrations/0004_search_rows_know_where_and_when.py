from django.db import migrations, models


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
    ]
