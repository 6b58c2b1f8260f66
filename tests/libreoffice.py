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
        return self._shown("book.xlsx", workbook)

    def cells_of_csv(self, text: bytes) -> list[list[str]]:
        """Open a CSV in UTF-8 as somebody does who clicks on it, and return its cells as the program shows them."""
        return self._shown("text.csv", text, "--infilter=Text - txt - csv (StarCalc):44,34,76")

    def _shown(self, name: str, content: bytes, *options: str) -> list[list[str]]:
        file = self.home / name
        file.write_bytes(content)
        out = self.home / "shown"
        subprocess.run(
            [
                self.program,
                f"-env:UserInstallation=file://{self.home}/profile",
                "--headless",
                *options,
                "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1",
                "--outdir",
                str(out),
                str(file),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        found = sorted(out.glob("*.csv"))
        text = found[-1].read_text(encoding="utf-8-sig")
        for each in found:
            each.unlink()
        return list(csv.reader(io.StringIO(text, newline="")))
