"""Files of petitions: PDF, JPEG and PNG, told by their content, kept beside the evidence of visits and never public."""

from pathlib import Path

from app.evidence import TEXT, Cleaned, EvidenceStore, clean
from app.service import Service
from registry.errors import RegistryError

FOLDER = "petitions"


class PetitionFileTypeError(RegistryError):
    """The content is none of the types that a petition takes."""

    zh = "附件“{name}”不是 PDF、JPEG 或 PNG（按内容判断，与文件名无关）。未保存；请转换格式后再传。"
    en = "The file {name!r} is no PDF, JPEG or PNG, by its content. Nothing was kept; convert it first."


def clean_petition_file(data: bytes, name: str, *, max_pixels: int) -> Cleaned:
    """Return what may be kept of a file. Raises PetitionFileTypeError and the errors of ``app.evidence``."""
    cleaned = clean(data, name, max_pixels=max_pixels)
    if cleaned.kept.media_type == TEXT:
        raise PetitionFileTypeError(name=cleaned.kept.name)
    return cleaned


def petition_store(service: Service) -> EvidenceStore:
    """Return the directory of a service's petition files."""
    return EvidenceStore(Path(service.settings.data_dir) / FOLDER)
