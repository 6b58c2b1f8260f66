"""Mailing, above all a signed head of the log to people outside the bureau, whose mailboxes it cannot rewrite.

The note goes as the text of the mail and as a file beside it, byte for byte. Mail is sent over TLS; without it to this
machine alone.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import ClassVar

from app.settings import Settings
from publicity.errors import PublicityError
from publicity.heads import SignedHead

TIMEOUT = 30.0
PORTS = {"smtps": 465, "starttls": 587}
FILE = "checkpoint.txt"
TEXT = """\
这是“{authority}”透明日志的一个签名日志头，含日志前 {size} 条。请保存本邮件：日后任何人都可以用附件核对日志是否接续它。
核对：double-random head --compare {file} --log 网站地址

This is a signed head of the transparency log of {authority}: its first {size} entries. Keep this mail: with the
attached file anybody can check later that the log extends it.
To compare: double-random head --compare {file} --log ADDRESS

{note}"""


class MailUnsetError(PublicityError):
    """Server, sender or recipients are not set."""

    nature: ClassVar = "conflict"
    zh = "没有设置 {missing}，没有寄出。请设置后再试，或改用 --file、--print。"
    en = "{missing} is not set, and nothing was mailed. Set it and try again, or use --file or --print."


class MailError(PublicityError):
    """The server did not take the mail, or not for everybody."""

    nature: ClassVar = "unready"
    zh = "邮件服务器没有收下邮件（{problem}）。请检查邮件设置后再试；记录没有改动。"
    en = "The mail server did not take the mail ({problem}). Check the settings and try again; no record was changed."


@dataclass(frozen=True, slots=True)
class _Server:
    scheme: str
    host: str
    port: int


def mail_head(settings: Settings, head: SignedHead, note: bytes) -> tuple[str, ...]:
    """Mail a signed head to the recipients and return them. Raises MailUnsetError, MailError."""
    wanted = {
        "DOUBLE_RANDOM_MAIL_SERVER": settings.mail_server,
        "DOUBLE_RANDOM_MAIL_FROM": settings.mail_from,
        "DOUBLE_RANDOM_HEAD_RECIPIENTS": settings.head_recipients,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise MailUnsetError(missing=", ".join(missing))
    if refused := deliver(settings, _message(settings, head, note)):
        raise MailError(problem=", ".join(refused))
    return settings.recipients


def deliver(settings: Settings, message: EmailMessage) -> list[str]:
    """Hand a mail to the server and return the recipients that it refused. Raises MailError: nobody gets it."""
    try:
        with _connected(_server(settings.mail_server or "")) as connection:
            if settings.mail_user and settings.mail_password:
                connection.login(settings.mail_user, settings.mail_password.get_secret_value())
            refused = connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(problem=type(error).__name__) from error
    return sorted(refused)


def _message(settings: Settings, head: SignedHead, note: bytes) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.recipients)
    message["Subject"] = f"日志头 {head.size} / signed head of {head.origin}"
    told = {"authority": settings.authority, "size": head.size, "file": FILE, "note": note.decode()}
    message.set_content(TEXT.format(**told), cte="base64")
    message.add_attachment(note, maintype="text", subtype="plain", filename=FILE, cte="base64")
    return message


def _server(address: str) -> _Server:
    scheme, _, rest = address.partition("://")
    host, _, port = rest.partition(":")
    return _Server(scheme, host, int(port) if port else PORTS[scheme])


@contextmanager
def _connected(server: _Server) -> Iterator[smtplib.SMTP]:
    """Yield a connection that nobody can listen to: over TLS, or to this machine."""
    if server.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    with connection:
        if server.scheme == "starttls":
            connection.starttls(context=ssl.create_default_context())
        yield connection
