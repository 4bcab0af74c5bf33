"""What a document may cost. A file, unpacked or not, comes from anybody."""

from typing import Final

MEBIBYTE: Final = 1024 * 1024
LARGEST_FILE: Final = 5 * MEBIBYTE
LONGEST_TEXT: Final = 200_000
"""Characters: what the text of a brief may have."""
MOST_PAGES: Final = 300

LARGEST_UNPACKED: Final = 50 * MEBIBYTE
HIGHEST_RATIO: Final = 200
MOST_PARTS: Final = 2_000

# Of the process that reads. Python and the libraries map about 120 MB of it before they see the file (Linux).
MOST_MEMORY: Final = 512 * MEBIBYTE
CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 20
MOST_AT_ONCE: Final = 2
SECONDS_IN_LINE: Final = 10
# A character of JSON takes at most twelve bytes: two escapes of six.
LARGEST_ANSWER: Final = 12 * LONGEST_TEXT + 1_000

MOST_ROWS: Final = 10_000
"""Of one table, below its headings."""
MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 50
MOST_CELLS: Final = 500_000
"""Cells with something in them, of all sheets of a file together."""
LONGEST_CELL: Final = 32_767
LARGEST_TABLES: Final = 30 * MEBIBYTE
