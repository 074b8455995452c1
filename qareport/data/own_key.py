"""Keeps a user's own random key, which marks records as the user's and hides texts in digests."""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from qareport.data.files import make_folder, read_text
from qareport.errors import DataError, OutputError

FILE_VARIABLE = "QAREPORT_KEY_FILE"
"""In the environment, names another file with a key, such as one that a team shares."""
KEY_FILE = "key"
"""Name of the file in the user's configuration folder."""
KEY_BYTES = 32
ID_DIGITS = 16
"""Of a key's id, in hexadecimal; enough that no two keys share one."""
OWNERS_ALONE = 0o700
"""Mode of the folder that is made for the key; the file itself has 0600."""

_WRITTEN = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}\s*")


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key that only its user knows, and those to whom the user gave the file."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """A name of the key, which tells nothing of it."""
        return self.digest("id", "")[:ID_DIGITS]

    def digest(self, purpose: str, text: str) -> str:
        """HMAC-SHA256 of the text; digests for one purpose say nothing of those for another."""
        message = f"qareport {purpose}\0{text}".encode(errors="surrogatepass")
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()


def own_key() -> OwnKey:
    """The user's key; it is made where there is none yet.

    Raises:
        DataError: the file cannot be read, or holds something else.
        OutputError: there is none, and none can be made.
    """
    path = key_path()
    try:
        return _read(path)
    except DataError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
    _make(path)
    return _read(path)


def key_path() -> Path:
    """The file of the user's key, as the environment or the system names it.

    Raises:
        OutputError: the system knows no home folder.
    """
    from platformdirs import user_config_path  # noqa: PLC0415 - formats name keys and read none

    named = os.environ.get(FILE_VARIABLE)
    path = Path(named) if named else user_config_path("qareport", appauthor=False) / KEY_FILE
    if not named and not path.is_absolute():
        raise OutputError(
            f"{path}: no home folder is known in which a key could be kept; "
            f"name a file for it by {FILE_VARIABLE}"
        )
    return path


def _read(path: Path) -> OwnKey:
    written = read_text(path)
    if not _WRITTEN.fullmatch(written):
        raise DataError(
            f"{path}: is not a key of qareport ({2 * KEY_BYTES} hexadecimal digits); put the right "
            "one back, or remove it, and a new one is made, with which older redacted records "
            "cannot be compared"
        )
    return OwnKey(bytes.fromhex(written))


def _make(path: Path) -> None:
    """Puts a new key into the file, unless another process has just done so."""
    try:
        if not path.parent.is_dir():
            make_folder(path.parent.parent)
            path.parent.mkdir(mode=OWNERS_ALONE, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(f"{secrets.token_hex(KEY_BYTES)}\n")
            # A link never takes the place of another file, as a renamed file would.
            with suppress(FileExistsError):
                path.hardlink_to(part)
        finally:
            part.unlink()
    except OSError as error:
        raise OutputError(
            f"{path}: a key cannot be kept there ({error.strerror or error}); "
            f"name another file for it by {FILE_VARIABLE}"
        ) from error
