from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0005_results_say_how_long_their_lists_are'),
    ]

    operations = [
        migrations.AddField(
            model_name='brief',
            name='weighting',
            field=models.JSONField(blank=True, default=dict, help_text='Swings per head, or an order of the heads, as they were said.'),
        ),
        migrations.AlterField(
            model_name='brief',
            name='weights',
            field=models.JSONField(blank=True, default=dict, help_text="Points per head; empty = said by `weighting`, else the preset's weights."),
        ),
        migrations.AddConstraint(
            model_name='brief',
            constraint=models.CheckConstraint(condition=models.Q(('weights', {}), ('weighting', {}), _connector='OR'), name='a_brief_says_its_weights_in_one_way', violation_error_message='Say the weights in one way.'),
        ),
    ]
