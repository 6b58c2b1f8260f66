"""Files of petitions: PDF, JPEG and PNG, told by their content, kept beside the evidence of visits and never public."""

from pathlib import Path

from app.evidence import Cleaned, EvidenceStore, clean, tell_type
from app.file_names import TEXT, safe_name
from app.service import Service
from registry.errors import RegistryError

FOLDER = "petitions"


class PetitionFileTypeError(RegistryError):
    """The content is none of the types that a petition takes."""

    zh = "附件“{name}”不是 PDF、JPEG 或 PNG（按内容判断）。未保存；请转换格式后再传。"
    en = "The file {name!r} is no PDF, JPEG or PNG, by its content. Nothing was kept; convert it first."


def clean_petition_file(data: bytes, name: str, *, max_pixels: int) -> Cleaned:
    """Return what may be kept of a file. Raises PetitionFileTypeError and the errors of ``app.evidence``."""
    if data and tell_type(data) == TEXT:
        raise PetitionFileTypeError(name=safe_name(name))
    return clean(data, name, max_pixels=max_pixels)


def petition_store(service: Service) -> EvidenceStore:
    """Return the directory of a service's petition files."""
    return EvidenceStore(Path(service.settings.data_dir) / FOLDER)
