"""Register files of invented firms, in the exact byte shape of the published one. Nobody in here exists."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from partners.importers.fda_registrations import Register, parse_registrations
from partners.importers.register_files import unpack

HEADINGS = (
    "FEI_NUMBER", "DUNS_NUMBER", "FIRM_NAME", "ADDRESS", "EXPIRATION_DATE", "OPERATIONS",
    "ESTABLISHMENT_CONTACT_NAME", "ESTABLISHMENT_CONTACT_EMAIL", "AGENT_DETAILS", "REGISTRANT_NAME",
    "REGISTRANT_DUNS", "REGISTRANT_CONTACT_NAME", "REGISTRANT_CONTACT_EMAIL", "EXCLUSION_FLAG",
)  # fmt: skip
CONTACT = "Fictional Person"
CONTACT_ADDRESS = "nobody@fictional.example"
REAL_FILES = Path(__file__).parents[4] / "shared" / "data" / "fda"


@dataclass(frozen=True)
class Line:
    """One row as published; the defaults are a fictional firm in Cork."""

    duns: str = "900000001"
    fei: str = "0003900001"
    firm: str = "FICTIONAL PHARMA LTD"
    address: str = "1 Invented Road, Cork,  T12 X0X0, Ireland (IRL)"
    operations: str = "API MANUFACTURE; ANALYSIS"
    registrant: str = "Fictional Pharma Holding"

    @property
    def values(self) -> tuple[str, ...]:
        agent = f"900009999 - Fictional Agent - {CONTACT_ADDRESS} - 000"
        return (
            self.fei, self.duns, self.firm, self.address, "12/31/2025", self.operations, CONTACT,
            CONTACT_ADDRESS, agent, self.registrant, self.duns, CONTACT, CONTACT_ADDRESS, "N",
        )  # fmt: skip


CORK = Line()
CORK_ANNEX = Line(
    duns="900000002", operations="PACK", address="2 Invented Road, Cork,  T12 X0X1, Ireland (IRL)"
)
BERLIN = Line(
    duns="900000003", fei="0000000", firm="Fictional Wirkstoffe GmbH", operations="API MANUFACTURE",
    address="Erfundene Str. 3, Berlin,  10115, Germany (DEU)", registrant="Fictional Wirkstoffe GmbH",
)  # fmt: skip
SEOUL = Line(
    duns="900000004", fei="3900004", firm="Fictional Cell Co., Ltd", operations="MANUFACTURE",
    address="4 Invented-daero, Songpa-gu, Seoul, - 05855, Korea, South (KOR)",
)  # fmt: skip
FOUR = (CORK, CORK_ANNEX, BERLIN, SEOUL)


def published(*lines: Line) -> bytes:
    """Tab-separated, CRLF, a blank before the first heading, blanks after values, a tab after the last."""
    rows = ["".join(f"{value} \t" if value else "\t" for value in line.values) for line in lines]
    return "".join(f"{row}\r\n" for row in (" " + "\t".join(HEADINGS), *rows)).encode()


def zipped(content: bytes, name: str = "drls_reg.txt") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2025, 7, 25, 12, 0, 0)), content, zipfile.ZIP_DEFLATED)
        archive.writestr(name.replace(".txt", ".xls"), b"\xd0\xcf\x11\xe0 a spreadsheet")
    return packed.getvalue()


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content)


def register_of(*lines: Line) -> Register:
    return parse_registrations(unpack(published(*lines), name="drls_reg.txt"))
