"""`python -m cdmo_portal.documents KIND`: a file on stdin, JSON on stdout.

{"text": …} of WORD and PDF, {"tables": […]} of WORKBOOK and CSV, {"refused": …} for the person who sent it.
"""

import json
import sys
from typing import Any

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.kinds import TABLES, Kind
from cdmo_portal.documents.limits import LARGEST_FILE
from cdmo_portal.documents.processes import LARGEST, limit_this_process


def main(kind: Kind) -> None:
    limit_this_process()
    try:
        answer = answer_to(kind, sys.stdin.buffer.read(LARGEST_FILE + 1))
    except DocumentRefused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {}
    sys.stdout.write(json.dumps(answer)[: LARGEST[kind]])


def answer_to(kind: Kind, data: bytes) -> dict[str, Any]:
    return {"tables": tables_in(kind, data)} if kind in TABLES else {"text": text_in(kind, data)}


def text_in(kind: Kind, data: bytes) -> str:
    # Each library is loaded by the process that needs it, after the limits are set.
    if kind is Kind.WORD:
        from cdmo_portal.documents.word import word_text  # noqa: PLC0415

        return word_text(data)
    from cdmo_portal.documents.pdf import pdf_text  # noqa: PLC0415

    return pdf_text(data)


def tables_in(kind: Kind, data: bytes) -> list[dict[str, Any]]:
    if kind is Kind.WORKBOOK:
        from cdmo_portal.documents.workbooks import workbook_tables  # noqa: PLC0415

        return workbook_tables(data)
    from cdmo_portal.documents.csv_tables import csv_tables  # noqa: PLC0415

    return csv_tables(data)


if __name__ == "__main__":
    main(Kind[sys.argv[1]])
