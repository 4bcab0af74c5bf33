import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0002_search_mark'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sitechange',
            name='site',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='partners.site'),
        ),
    ]
