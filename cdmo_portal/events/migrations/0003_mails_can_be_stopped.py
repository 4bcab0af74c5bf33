from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_events_are_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='unsubscribe_url',
            field=models.CharField(blank=True, help_text='Answers a POST without sign-in by stopping such mails (RFC 8058).', max_length=400),
        ),
        migrations.AddField(
            model_name='keptmail',
            name='unsubscribe_url',
            field=models.CharField(blank=True, max_length=400),
        ),
    ]
