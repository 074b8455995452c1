"""Refuses outputs of commands that have the names of a record's own files."""

from pathlib import Path

from qareport.cards.text.card_text import CARD_FILE, MAKING
from qareport.errors import OutputError
from qareport.evaluation.record.file_names import CARD_TOML, CLAIMS_JSON
from qareport.evaluation.record.folder_lock import LOCK
from qareport.evaluation.record.writer import ANSWER_FILES, EVALUATION
from qareport.evaluation.suite.suite_json import SUITE
from qareport.evaluation.training_json import FACTS_FILE, RUN_FILES

RECORD_FILES = frozenset(
    {
        EVALUATION,
        *ANSWER_FILES,
        CARD_TOML,
        MAKING,
        CLAIMS_JSON,
        FACTS_FILE,
        *RUN_FILES,
        SUITE,
        LOCK,
    }
)
"""Names that files of records, cards and trainings have, wherever they are."""


def require_no_record_file(path: Path) -> None:
    """Refuses a path at which a file of a record, or of its card, stands or would stand.

    Raises:
        OutputError: it is one.
    """
    # Many disks take no heed of capitals.
    if path.name.lower() in {*RECORD_FILES, CARD_FILE.lower()}:
        raise OutputError(
            f"{path}: has the name of a file of records or cards, which nothing else must replace; "
            "name another file"
        )


def require_card(path: Path) -> None:
    """Refuses to mend a file of a record as if it were a card.

    Raises:
        OutputError: it is one.
    """
    if path.name.lower() in RECORD_FILES:
        raise OutputError(
            f"{path}: is not a card but a file of records or cards, and is not mended; name a "
            f"{CARD_FILE}"
        )
