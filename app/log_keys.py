"""Which keys sign this log, under which name, and where they lie: decided at the start, and fixed once it has signed.

Without any key configured the service signs for itself, with a key in its data directory. With verifier keys
configured it holds none, and takes heads from whoever has the private ones.
"""

from dataclasses import dataclass

from app.keys import new_seed
from app.settings import Settings
from app.signer import Signer, SignerExistsError
from publicity.heads import Held, LogKeys, SignedHead
from publicity.tlog.keys import VerifierKey
from sampling.stages import Stage

DIRECTORY = "signer"
PATH = "/log"
"""Under which the log is served; its name ends with it, as C2SP tlog-tiles asks."""


class OriginFixedError(Exception):
    """The log was signed under another name."""

    def __init__(self, wanted: str, fixed: str) -> None:
        super().__init__(
            f"日志已以“{fixed}”之名签署，不能改为“{wanted}”。请改回 DOUBLE_RANDOM_LOG_ORIGIN 或公钥。/ "
            f"The log was signed as {fixed} and cannot become {wanted}. Set DOUBLE_RANDOM_LOG_ORIGIN or the keys back."
        )


class OriginMarkError(Exception):
    """The name of the log, or the directory of its signer, belongs to another stage than the database."""

    def __init__(self, origin: str, mark: str | None) -> None:
        super().__init__(
            f"日志名称“{origin}”与数据库的用途（{mark or '正式'}）不符：签名目录或公钥属于另一个日志。没有启动，"
            "未作任何改动；请为本库指定自己的 DOUBLE_RANDOM_DATA_DIR 或公钥。/ "
            f"The log's name {origin} does not fit what the database is for ({mark or 'real'}): signer's directory or "
            "keys are those of another log. Nothing was started or changed; give this database a "
            "DOUBLE_RANDOM_DATA_DIR or keys of its own."
        )


@dataclass(frozen=True, kw_only=True)
class LogSigning:
    """The log's name, the keys configured, and the service's own signer where none are."""

    origin: str
    configured: tuple[VerifierKey, ...]
    signer: Signer | None

    @property
    def keys(self) -> LogKeys:
        """Return who signs now: the service's own keys may have been rotated since it started."""
        if self.signer is None:
            return LogKeys(origin=self.origin, keys=self.configured, held=Held.APART)
        return LogKeys(origin=self.origin, keys=self.signer.verifiers, held=Held.SERVICE)


def log_signing(settings: Settings, *, mark: str | None, newest: SignedHead | None) -> LogSigning:
    """Return who signs the log; a first start makes the service's own key.

    ``mark`` is what a log that is no real one is called by, such as ``demo``.

    Raises OriginFixedError, OriginMarkError, SignerMemoryError.
    """
    keys = settings.verifier_keys
    wanted = settings.log_origin and _marked(settings.log_origin, mark)
    if keys:
        signing = LogSigning(origin=wanted or keys[0].name, configured=keys, signer=None)
    else:
        signer = _own_signer(settings, default_origin(settings, mark))
        signing = LogSigning(origin=signer.origin, configured=(), signer=signer)
    fixed = newest.origin if newest is not None else signing.origin
    for name in (signing.origin, wanted or fixed):
        if name != fixed:
            raise OriginFixedError(name, fixed)
    if _mark_of(signing.origin) != mark:
        raise OriginMarkError(signing.origin, mark)
    return signing


def default_origin(settings: Settings, mark: str | None) -> str:
    """Return the name of a log that has none yet: where it is served, without a scheme."""
    served = (settings.public_url or f"{settings.host}:{settings.port}").partition("://")
    return _marked(settings.log_origin or f"{served[2] or served[0]}{PATH}", mark)


def _mark_of(origin: str) -> str | None:
    """Return the mark of a log that is no real one, by its name."""
    last = origin.rpartition("/")[2]
    return next((stage.value for stage in Stage if stage.value == last and not stage.is_real), None)


def _marked(origin: str, mark: str | None) -> str:
    return origin if mark is None else f"{origin}/{mark}"


def _own_signer(settings: Settings, origin: str) -> Signer:
    """Open the signer in the data directory, or make it; two processes that start at once get the same one."""
    signer = Signer(settings.data_dir / DIRECTORY)
    if not signer.exists:
        try:
            return Signer.create(signer.directory, origin, new_seed())
        except SignerExistsError:
            return signer
    return signer
