"""Runs of engine 1 explained every candidate; since engine 2 a result also says how many there are."""

from django.db import migrations

ADD = """
UPDATE matching_matchrun SET result = result || jsonb_build_object(
    'counts', jsonb_build_object(
        'eligible', jsonb_array_length(result->'eligible'),
        'open_questions', jsonb_array_length(result->'open_questions'),
        'near_misses', jsonb_array_length(result->'near_misses')
    ),
    'further', '{"eligible": [], "open_questions": [], "near_misses": []}'::jsonb
) WHERE NOT result ? 'counts'
"""
TAKE_AWAY = "UPDATE matching_matchrun SET result = result - 'counts' - 'further' WHERE engine_version = '1'"


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_briefs_are_watched")]
    operations = [migrations.RunSQL(ADD, TAKE_AWAY)]
