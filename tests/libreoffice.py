"""LibreOffice for the tests: the machine's own, which opens what is exported and says what it sees."""

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


def find_libreoffice() -> str | None:
    """Return the path of LibreOffice on this machine."""
    return next((path for path in map(shutil.which, ("soffice", "libreoffice")) if path), None)


@dataclass(frozen=True)
class Office:
    """LibreOffice with a profile of its own, so that it asks and remembers nothing."""

    program: str
    home: Path

    def cells(self, workbook: bytes) -> list[list[str]]:
        """Open a workbook and return the cells of its first sheet, as the program shows them."""
        book = self.home / "book.xlsx"
        book.write_bytes(workbook)
        subprocess.run(
            [
                self.program,
                f"-env:UserInstallation=file://{self.home}/profile",
                "--headless",
                "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1",
                "--outdir",
                str(self.home),
                str(book),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        found = sorted(self.home.glob("book*.csv"))
        text = found[-1].read_text(encoding="utf-8-sig")
        for each in found:
            each.unlink()
        return list(csv.reader(io.StringIO(text, newline="")))
