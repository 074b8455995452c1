"""Tests that a plan is described in lines that are safe to print on a terminal."""

from dataclasses import replace

import pytest

from qareport.hub.plan_text import NOT_COMPARED, local_lines, plan_lines, read_back_lines, size_text
from qareport.hub.planning.choice import PushChoice
from qareport.hub.planning.local_folder import LeftOut
from qareport.hub.planning.plan import NO_CARD
from qareport.hub.planning.remote_state import RemotePull
from qareport.hub.reading_back import ReadBack
from tests.publishing_builders import NAME, local_folder, plan_of, remote_state

READ = ReadBack(3, (), ("license", "tags"), (), is_private=True)


def test_all_that_a_push_does_is_reported() -> None:
    files = {"README.md": "# New\n", "config.json": "{}", "tokenizer.json": "[]"}
    plan = plan_of(files, remote_state({"config.json": "{}", "tokenizer.json": "old"}))
    plan = replace(plan, left_out=(LeftOut("work/", "of no use"),))

    assert plan_lines(plan) == (
        "repository: someone/model (public)",
        "what: everything, as one commit on aaaaaaaaaaaa: 'Publish with qareport'",
        "  new      README.md: card, 6 B, sha256 f676b43bd55f",
        "  equal    config.json: model, 2 B, sha256 44136fa355b3, not sent",
        "  changed  tokenizer.json: tokenizer, 2 B, sha256 4f53cda18c2b",
        "to send: 2 of 3 files, 8 B",
        "  stays    work/: of no use",
        "the card:",
        "--- a/README.md",
        "+++ b/README.md",
        "@@ -0,0 +1 @@",
        "+# New",
    )


def test_what_the_folder_alone_shows_is_marked_as_that() -> None:
    folder = local_folder({"config.json": "{}", "tokenizer.json": "[]"})
    folder = replace(folder, left_out=(LeftOut("work/", "of no use"),))

    assert local_lines(folder, PushChoice(NAME)) == (
        "repository: someone/model (not read)",
        "what: everything: 'Publish with qareport'",
        "  here     config.json: model, 2 B, sha256 44136fa355b3",
        "  here     tokenizer.json: tokenizer, 2 B, sha256 4f53cda18c2b",
        "to send: at most 2 files, 4 B",
        "  stays    work/: of no use",
        f"note: {NO_CARD}",
        f"note: {NOT_COMPARED}",
    )


def test_a_waiting_pull_request_is_reported() -> None:
    plan = replace(plan_of({"config.json": "{}"}), waiting=RemotePull(1, "http://pull", {}))

    assert plan_lines(plan)[-1] == "pull request http://pull holds all this already"


def test_what_a_terminal_would_obey_stands_in_escapes() -> None:
    plan = plan_of({"README.md": "\x1b[2J\u202eevil\ttab\n"})

    assert plan_lines(plan)[-1] == r"+\x1b[2J\u202eevil" + "\ttab"


@pytest.mark.parametrize(
    ("read", "lines"),
    [
        (
            READ,
            (
                "on the Hub: 3 files as pushed, private",
                "metadata as the Hub reads it: license, tags; as in the card",
            ),
        ),
        (
            replace(READ, keys=(), differing=("tags",), missing=("a", "b"), is_private=False),
            (
                "on the Hub: 3 files as pushed, public",
                "metadata as the Hub reads it: none; different from the card: tags",
                "missing, or with other bytes: a, b",
            ),
        ),
    ],
)
def test_what_is_there_is_reported(read: ReadBack, lines: tuple[str, ...]) -> None:
    assert read_back_lines(read) == lines


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_500_000, "1.5 MB"), (10**16, "10000.0 TB")],
)
def test_sizes_are_reported_in_the_largest_unit(size: int, text: str) -> None:
    assert size_text(size) == text
