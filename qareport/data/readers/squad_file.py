"""Reads SQuAD JSON files (v1.1 or v2, plain or gzip) into examples, article by article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qareport.data.readers.gather import Origin, gather, require_no_errors
from qareport.data.readers.json_file import (
    duplicate_key_sentence,
    json_pieces,
    read_json,
    read_standard_json,
    require_object,
)
from qareport.data.readers.raw_question import ABSENT, RawQuestion, with_id
from qareport.data.types import DataSet
from qareport.errors import DataError

SHAPE = "SQuAD JSON is an object whose 'data' lists articles > 'paragraphs' > 'qas'"


def read_squad_file(path: Path, *, limit: int | None = None) -> DataSet:
    """The data set in a file, fit for scoring.

    Raises:
        DataError: the file cannot be read, or the doctor found errors in it.
    """
    return require_no_errors(inspect_squad_file(path, limit=limit))


def inspect_squad_file(path: Path, *, limit: int | None = None) -> DataSet:
    """The data set in a file with all its findings; questions with errors are left out.

    Raises:
        DataError: the file cannot be read, is not SQuAD JSON, or holds no question.
    """
    return gather(squad_questions(path), Origin(path.as_posix()), limit=limit)


def squad_questions(path: Path) -> Iterator[RawQuestion]:
    """The questions of a file, one article in memory at a time.

    Raises:
        DataError: the file cannot be read, or is not SQuAD JSON.
    """
    for number, value in enumerate(_articles(path)):
        location = f"{path}: data[{number}]"
        article = require_object(value, location, remedy=SHAPE)
        for paragraph_number, paragraph in enumerate(_list_in(article, "paragraphs", location)):
            paragraph_location = f"{location}.paragraphs[{paragraph_number}]"
            yield from _paragraph_questions(
                require_object(paragraph, paragraph_location, remedy=SHAPE),
                article.get("title", ABSENT),
                location=paragraph_location,
            )


def _paragraph_questions(
    paragraph: Mapping[str, object], title: object, *, location: str
) -> Iterator[RawQuestion]:
    """The questions of a paragraph, which share its one context string."""
    context = paragraph.get("context", ABSENT)
    for number, value in enumerate(_list_in(paragraph, "qas", location)):
        question_location = f"{location}.qas[{number}]"
        question = require_object(value, question_location, remedy=SHAPE)
        yield RawQuestion(
            location=with_id(question_location, question.get("id")),
            id=question.get("id", ABSENT),
            title=title,
            context=context,
            question=question.get("question", ABSENT),
            answers=question.get("answers", ABSENT),
            is_impossible=question.get("is_impossible", ABSENT),
            plausible_answers=question.get("plausible_answers", ABSENT),
        )


def _articles(path: Path) -> Iterator[object]:
    """The entries of `data`, of which only one is in memory at a time."""
    import ijson  # noqa: PLC0415 - the help of commands names formats and reads none

    try:
        events = ijson.parse(_Stream(json_pieces(path, refusal=DataError)))
        articles = ijson.items(_unique_keys(events, path), "data.item")
        # The parser yields nothing both for an empty list and for a missing one.
        first = next(articles, ABSENT)
        if first is ABSENT:
            _require_data_list(path)
            return
        yield first
        yield from articles
    # Where ijson has no C parser, it lets errors of Python's own through.
    except (ijson.JSONError, ValueError) as error:
        raise _syntax_error(path, error) from error


@dataclass(frozen=True, slots=True)
class _Stream:
    """Pieces of text as the parser wants them."""

    pieces: Iterator[str]

    def read(self, size: int) -> bytes:
        """The next piece, whatever its size; nothing after the last."""
        # The parser asks for no bytes at first, to see whether it gets bytes or text.
        return next(self.pieces, "").encode() if size else b""


def _unique_keys(
    events: Iterator[tuple[str, str, object]], path: Path
) -> Iterator[tuple[str, str, object]]:
    """The same parser events; refuses a repeated key, of which the parser would keep the last."""
    open_objects: list[set[object]] = []
    article = -1
    for each in events:
        prefix, event, value = each
        if event == "map_key":
            if value in open_objects[-1]:
                location = f"{path}: data[{article}]" if prefix.startswith("data.item") else path
                raise DataError(duplicate_key_sentence(location, str(value)))
            open_objects[-1].add(value)
        elif event == "start_map":
            open_objects.append(set())
            article += prefix == "data.item"
        elif event == "end_map":
            open_objects.pop()
        yield each


def _require_data_list(path: Path) -> None:
    """Refuses a file without a list `data`; the list may be empty."""
    top = read_json(path, refusal=DataError)
    if not isinstance(top, dict) or not isinstance(top.get("data"), list):
        raise DataError(f"{path}: has no list 'data' at its top; {SHAPE}")


def _syntax_error(path: Path, error: Exception) -> DataError:
    """The error that names the line and column, which the streaming parser does not know."""
    # This holds the whole file in memory, so it is done for broken files only.
    read_standard_json(path, refusal=DataError)
    first_line = str(error).splitlines()[0]
    return DataError(f"{path}: not valid JSON ({first_line}); get or write the file again")


def _list_in(parent: Mapping[str, object], name: str, location: str) -> list[object]:
    """A list of an article or paragraph."""
    value = parent.get(name)
    if not isinstance(value, list):
        raise DataError(f"{location} has no list {name!r}; {SHAPE}")
    return value
