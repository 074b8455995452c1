"""Changes files as damage, strangers and other programs do: bytes, values of JSON, columns."""

import copy
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from qareport.data.json_format import SEAL, seal_of
from tests.nasty_files import NASTY

Chance = random.Random
Change = Callable[[bytes, Chance], bytes]
PIECES = (
    *(b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n\n\n", b'"', b"{", b"]", b"---\n"),
    *(b"\xc3", b"\xed\xa0\x80", "\u202e".encode(), b"\x1b[2J", b"| a | b |\n", b"{{ x }}", b"<b>"),
    *(b"9" * 5000, b"[" * 5000, b"a" * 70_000, b"1e999", b"-1", b"../../", b"\xe2\x80\xa8"),
)
"""What is put in, or stands in place of something."""
VALUES = (
    *NASTY.values(),
    *("null", "true", "0", "-1", "1.5", "1e308", "-1e308", "NaN", "Infinity", "9" * 30, "1e-320"),
    *(
        '""',
        '"a"',
        '"\\u0000"',
        '"\\u001b[2J"',
        '"\\u202egnp"',
        '"../../etc/passwd"',
        '"/dev/zero"',
    ),
    *("[]", "{}", "[[]]", '{"a": 1}', "[0, 1]", '["a", "a"]', '"[red]"', '"2026-13-45"'),
)
"""What stands in place of a value of JSON or TOML."""
CELLS: Sequence[object] = (None, 0, -1, 2**31 - 1, 1.5, float("nan"), float("inf"), "", "a", [], {})
"""What stands in a cell of a table, where its type takes it."""
HERE = "the place of a value"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: in an object or list, under a key or number."""

    holder: dict[str, object] | list[object]
    key: str | int

    @property
    def value(self) -> object:
        """What stands there."""
        return (
            self.holder[str(self.key)]
            if isinstance(self.holder, dict)
            else self.holder[int(self.key)]
        )

    def put(self, value: object) -> None:
        """Replaces what stands there."""
        if isinstance(self.holder, dict):
            self.holder[str(self.key)] = value
        else:
            self.holder[int(self.key)] = value

    def clear(self) -> None:
        """Removes it."""
        if isinstance(self.holder, dict):
            del self.holder[str(self.key)]
        else:
            del self.holder[int(self.key)]


def cut(content: bytes, chance: Chance) -> bytes:
    """Only the first bytes."""
    return content[: chance.randrange(len(content) + 1)]


def put_in(content: bytes, chance: Chance) -> bytes:
    """A piece at any place."""
    start = chance.randrange(len(content) + 1)
    return content[:start] + chance.choice(PIECES) + content[start:]


def replace_bytes(content: bytes, chance: Chance) -> bytes:
    """A piece in place of others."""
    start = chance.randrange(len(content) + 1)
    return content[:start] + chance.choice(PIECES) + content[start + chance.randrange(1, 40) :]


def flip(content: bytes, chance: Chance) -> bytes:
    """A few bytes that are others."""
    changed = bytearray(content)
    for _ in range(min(len(changed), chance.randrange(1, 5))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def repeat(content: bytes, chance: Chance) -> bytes:
    """A stretch twice."""
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[start:]


def replace_all(_: bytes, chance: Chance) -> bytes:
    """A piece, or a value, and nothing else."""
    return chance.choice((*PIECES, *(value.encode() for value in VALUES)))


def change_value(content: bytes, chance: Chance) -> bytes:
    """Another value of JSON in any place of it."""
    document = json.loads(content)
    places = [*_places(document)]
    if not places:
        return content
    chance.choice(places).put(HERE)
    return json.dumps(document).replace(json.dumps(HERE), chance.choice(VALUES)).encode()


def drop_value(content: bytes, chance: Chance) -> bytes:
    """JSON without one of its values."""
    document = json.loads(content)
    places = [*_places(document)]
    if places:
        chance.choice(places).clear()
    return json.dumps(document).encode()


def exchange_values(content: bytes, chance: Chance) -> bytes:
    """JSON with the value of one place in another."""
    document = json.loads(content)
    places = [*_places(document)]
    if places:
        chance.choice(places).put(copy.deepcopy(chance.choice(places).value))
    return json.dumps(document).encode()


def repeat_key(content: bytes, chance: Chance) -> bytes:
    """JSON in which a key stands twice."""
    text = content.decode()
    quotes = [place for place, sign in enumerate(text) if sign == "{"]
    start = chance.choice(quotes) + 1 if quotes else 0
    return f'{text[:start]}"id": 1, "format": 3, "id": 2,{text[start:]}'.encode()


def change_line(content: bytes, chance: Chance) -> bytes:
    """Another value behind one of the equals signs or colons of a text."""
    lines = content.decode().split("\n")
    number = chance.randrange(len(lines))
    for sign in ("=", ":"):
        key, found, _ = lines[number].partition(sign)
        if found:
            lines[number] = f"{key}{sign} {chance.choice(VALUES)}"
            break
    return "\n".join(lines).encode()


def change_table(content: bytes, chance: Chance) -> bytes:
    """A table with other columns, rows or cells."""
    return _written(chance.choice(TABLE_CHANGES)(parquet.read_table(BytesIO(content)), chance))


def change_cell(table: pa.Table, chance: Chance) -> pa.Table:
    """Another value in one cell."""
    column, row = chance.randrange(table.num_columns), chance.randrange(table.num_rows)
    values = table.column(column).to_pylist()
    # The cell itself, or a value within the list that it holds.
    place = chance.choice([Place(values, row), *_places(values[row])])
    for value in chance.sample(CELLS, len(CELLS)):
        place.put(value)
        try:
            changed = pa.array(values, table.field(column).type)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            continue
        # A field that may not be null is written as one that may.
        return table.set_column(column, table.field(column).name, changed)
    return table


def drop_column(table: pa.Table, chance: Chance) -> pa.Table:
    """One column fewer."""
    return table.remove_column(chance.randrange(table.num_columns))


def repeat_column(table: pa.Table, chance: Chance) -> pa.Table:
    """A column twice."""
    column = chance.randrange(table.num_columns)
    return table.append_column(table.field(column), table.column(column))


def retype_column(table: pa.Table, chance: Chance) -> pa.Table:
    """A column of texts in place of another."""
    column = chance.randrange(table.num_columns)
    texts = pa.array([str(value) for value in table.column(column).to_pylist()])
    return table.set_column(column, table.field(column).name, texts)


def keep_rows(table: pa.Table, chance: Chance) -> pa.Table:
    """Some of the rows, or none."""
    return table.slice(0, chance.randrange(table.num_rows))


def repeat_rows(table: pa.Table, _: Chance) -> pa.Table:
    """Every row twice."""
    return pa.concat_tables([table, table])


def turn_rows(table: pa.Table, _: Chance) -> pa.Table:
    """The last row first."""
    return table.take([*range(table.num_rows)][::-1])


TABLE_CHANGES = (
    *(change_cell, change_cell, change_cell, drop_column, repeat_column, retype_column),
    *(keep_rows, repeat_rows, turn_rows),
)
BYTE_CHANGES: tuple[Change, ...] = (cut, put_in, replace_bytes, flip, repeat, replace_all)
CHANGES: Mapping[str, tuple[Change, ...]] = {
    ".json": (*[change_value] * 6, drop_value, exchange_values, repeat_key, *BYTE_CHANGES),
    ".parquet": (*[change_table] * 6, *BYTE_CHANGES),
    ".toml": (*[change_line] * 6, *BYTE_CHANGES),
    ".md": (*[change_line] * 3, *BYTE_CHANGES),
}
"""By the end of a file's name; others have their bytes changed."""


def mutate(path: Path, chance: Chance) -> str:
    """Changes a file, and says how."""
    change = chance.choice(CHANGES.get(path.suffix, BYTE_CHANGES))
    path.write_bytes(change(path.read_bytes(), chance))
    return f"{change.__name__} {path}"


def seal_again(record: Path) -> None:
    """Has a record's hashes be those of its files, as whoever forges one would."""
    path = record / "evaluation.json"
    try:
        content = json.loads(path.read_bytes())
        for name in content["files"]:
            content["files"][name] = hashlib.sha256((record / name).read_bytes()).hexdigest()
        path.write_text(json.dumps({**content, SEAL: seal_of(content)}), encoding="utf-8")
    # What is not JSON any more has no seal.
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError):
        return


def _places(document: object) -> Iterator[Place]:
    """Of every value within a document."""
    if isinstance(document, dict | list):
        for key in document if isinstance(document, dict) else range(len(document)):
            yield Place(document, key)
            yield from _places(document[key])


def _written(table: pa.Table) -> bytes:
    stream = BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()
