"""Any decision table: alternatives scored on criteria with fixed scales, exact or unknown or uncertain cells.

`read` and `table_of` check what was sent and name the field at fault; `scored` computes. docs/score_table.md
says what goes in and what comes out.
"""

from matching.scoring.tables.checking import TableInvalid
from matching.scoring.tables.reading import read, table_of
from matching.scoring.tables.scoring import scored

__all__ = ["TableInvalid", "read", "scored", "table_of"]
