"""A user has one key, which is made once, and which nobody else can read or guess."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qareport.data.own_key import FILE_VARIABLE, KEY_BYTES, OwnKey, key_path, own_key
from qareport.errors import DataError, OutputError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key of a user without one will be."""
    path = tmp_path / "home/.config/qareport/key"
    monkeypatch.setenv(FILE_VARIABLE, str(path))
    return path


def test_a_key_is_made_once(file: Path) -> None:
    made = own_key()

    assert own_key() == made
    assert len(made.secret) == KEY_BYTES
    assert file.read_text() == f"{made.secret.hex()}\n"
    assert [path.name for path in file.parent.iterdir()] == ["key"]


def test_two_users_have_two_keys(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = own_key()
    monkeypatch.setenv(FILE_VARIABLE, str(file.with_name("other")))

    assert own_key().id != ours.id


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_nobody_else_can_read_a_key(file: Path) -> None:
    own_key()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_processes_that_begin_together_have_one_key(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: own_key().secret, range(16)))

    assert len({*found}) == 1
    assert [path.name for path in file.parent.iterdir()] == ["key"]


def test_the_key_is_in_the_folder_for_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FILE_VARIABLE)
    monkeypatch.setattr("platformdirs.user_config_path", lambda name, **_: tmp_path / name)

    assert key_path() == tmp_path / "qareport/key"


def test_no_key_is_put_into_the_working_folder_for_want_of_a_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(FILE_VARIABLE)
    monkeypatch.setattr("platformdirs.user_config_path", lambda name, **_: Path("~/.config", name))

    with pytest.raises(OutputError) as caught:
        own_key()

    assert str(caught.value) == (
        f"{Path('~/.config/qareport/key')}: no home folder is known in which a key could be kept; "
        "name a file for it by QAREPORT_KEY_FILE"
    )


@pytest.mark.parametrize(
    "content", ["", "secret\n", "0" * 63, "0" * 65, "Z" * 64, f"{'0' * 64}\n{'0' * 64}\n"]
)
def test_a_file_with_something_else_is_refused_and_stays(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(content)

    with pytest.raises(DataError) as caught:
        own_key()

    assert str(caught.value) == (
        f"{file}: is not a key of qareport (64 hexadecimal digits); put the right one back, or "
        "remove it, and a new one is made, with which older redacted records cannot be compared"
    )
    assert file.read_text() == content


def test_a_key_that_cannot_be_read_is_not_replaced(file: Path) -> None:
    file.mkdir(parents=True)

    with pytest.raises(DataError, match=r"key: cannot be read \("):
        own_key()

    assert file.is_dir()


@pytest.mark.parametrize("is_deep", [False, True])
def test_a_key_that_cannot_be_kept_names_another_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_deep: bool
) -> None:
    (tmp_path / "home").write_text("a file")
    path = tmp_path / ("home/.config/qareport/key" if is_deep else "home/key")
    monkeypatch.setenv(FILE_VARIABLE, str(path))

    with pytest.raises((DataError, OutputError)) as caught:
        own_key()

    assert "home" in str(caught.value)
    assert (tmp_path / "home").read_text() == "a file"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no folder without files")
def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILE_VARIABLE, "/proc/qareport/key")

    with pytest.raises(OutputError) as caught:
        own_key()

    assert str(caught.value) == (
        "/proc/qareport/key: a key cannot be kept there (No such file or directory); "
        "name another file for it by QAREPORT_KEY_FILE"
    )


def test_digests_depend_on_key_purpose_and_text() -> None:
    key, other = OwnKey(bytes(KEY_BYTES)), OwnKey(b"\1" * KEY_BYTES)
    made = [
        key.digest("text", "Ada"),
        key.digest("text", "ada"),
        key.digest("mark", "Ada"),
        other.digest("text", "Ada"),
    ]

    assert len({*made}) == len(made)
    assert made[0] == key.digest("text", "Ada")


def test_a_half_of_a_character_has_a_digest_too() -> None:
    assert OwnKey(bytes(KEY_BYTES)).digest("text", "\ud800")


def test_a_key_is_not_printed_by_chance() -> None:
    assert "010101" not in repr(OwnKey(b"\1" * KEY_BYTES))
