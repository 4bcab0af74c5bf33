"""A brief for named colleagues, and all that hangs on it, is not there for the others of the organisation."""

import pytest

from cdmo_portal.accounts.models import Role
from matching.models import Brief
from tests.accounts.api.callers import client_of, colleague_of
from tests.api_matrix import rows_brief_parts, rows_interests, rows_matching, rows_scoring, rows_shortlists
from tests.api_matrix.rows import Row
from tests.api_matrix.test_matrix import asked
from tests.api_matrix.world import make_world

pytestmark = pytest.mark.django_db

OF_THE_BRIEF = [
    row
    for rows in (rows_matching, rows_brief_parts, rows_shortlists, rows_interests, rows_scoring)
    for row in rows.ROWS
    if row.side == "sponsor" and row.stranger_sponsor == 404
]


@pytest.mark.parametrize("row", OF_THE_BRIEF, ids=str)
def test_brief_for_named_colleagues_is_not_there_for_others(row: Row) -> None:
    world = make_world()
    Brief.objects.filter(pk=world.brief.pk).update(access=Brief.Access.NAMED)
    editor = client_of(colleague_of(world.sponsor, Role.EDITOR))

    code, text = asked(editor, row, world)

    assert code == 404, text
    assert world.sponsor_secret not in text
