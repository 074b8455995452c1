"""Faults of the Hub and the network to what becomes of a push: finished, or refused unharmed."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.hub.faults import ALWAYS, Effect, Fault, refused
from tests.hub.pushing import SECRET, Pusher, on_hub
from tests.hub.state import ATTRIBUTES

OLD_CARD = "---\nlicense: cc-by-4.0\n---\n\nWritten by hand.\n"
OLD_FILES = {"README.md": OLD_CARD, "config.json": "{}"}
REFUSED = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and how a push ends with it."""

    name: str
    fault: Fault
    sentence: str = ""
    """In the error; empty where the push is finished."""
    is_new: bool = False
    """Whether the repository is new."""
    commits: int = 1
    """Sent to the Hub, whether they were stored or not."""


def cut(route: str, effect: Effect) -> Fault:
    return Fault(route, effect)


def busy(route: str) -> Fault:
    return Fault(route, Effect.REFUSE, status=429, retry_after=1)


def always(route: str, status: int) -> Fault:
    return refused(route, status, times=ALWAYS)


NOT_THERE = Fault("info", Effect.REFUSE, ALWAYS, status=404, code="RepoNotFound", after=1)
TROUBLE = "the Hub has trouble; push again later"
FINISHED = (
    Case("whoami fails once", refused("whoami", 500)),
    Case("whoami is busy", busy("whoami")),
    Case("whoami cut", cut("whoami", Effect.CUT_AFTER)),
    Case("whoami slow", Fault("whoami", Effect.SLOW, seconds=0.3)),
    Case("info fails once", refused("info", 502)),
    Case("info cut in the answer", cut("info", Effect.CUT_ANSWER)),
    Case("tree fails once", refused("tree", 500)),
    Case("tree cut in the answer", cut("tree", Effect.CUT_ANSWER)),
    Case("card fails once", refused("file", 503)),
    Case("card cut in the answer", cut("file", Effect.CUT_ANSWER)),
    Case("validation fails once", refused("validate", 500)),
    Case("validation cut", cut("validate", Effect.CUT_AFTER)),
    Case("preupload fails once", refused("preupload", 500)),
    Case("preupload is busy", busy("preupload")),
    Case("preupload cut", cut("preupload", Effect.CUT_REQUEST)),
    Case("batch fails once", refused("batch", 504)),
    Case("upload fails once", refused("upload", 500)),
    Case("upload cut in the middle", cut("upload", Effect.CUT_REQUEST)),
    Case("upload cut afterwards", cut("upload", Effect.CUT_AFTER)),
    Case("verification fails once", refused("verify", 500)),
    Case("commit slow", Fault("commit", Effect.SLOW, seconds=0.3)),
    Case("commit cut afterwards", cut("commit", Effect.CUT_AFTER)),
    Case("commit cut in the answer", cut("commit", Effect.CUT_ANSWER)),
    Case("commit stale once", refused("commit", 412), commits=2),
    Case("commit stale three times", refused("commit", 412, times=3), commits=4),
    Case("repository made and cut", cut("create", Effect.CUT_AFTER), is_new=True),
    Case("new and commit cut afterwards", cut("commit", Effect.CUT_AFTER), is_new=True),
)
STOPPED = (
    Case("whoami refuses", always("whoami", 401), "the token is not accepted", commits=0),
    Case("whoami fails always", always("whoami", 500), TROUBLE, commits=0),
    Case("whoami is a page", Fault("whoami", Effect.NONSENSE, status=200), "not JSON", commits=0),
    Case("info forbidden", always("info", 403), "this account may not do that", commits=0),
    Case(
        "info gated", refused("info", 403, code="GatedRepo"), "the repository is gated", commits=0
    ),
    Case(
        "info needs a token",
        refused("info", 401, code="RepoNotFound"),
        "the token is not accepted",
        commits=0,
    ),
    Case("tree fails always", always("tree", 503), TROUBLE, commits=0),
    Case("card missing", refused("file", 404), "it is not there", commits=0),
    Case("validation fails always", always("validate", 500), TROUBLE, commits=0),
    Case("validation is a page", Fault("validate", Effect.NONSENSE), "not JSON", commits=0),
    Case("preupload forbidden", refused("preupload", 403), "this account may not", commits=0),
    Case("batch forbidden", refused("batch", 403), "this account may not do that", commits=0),
    Case("upload forbidden", always("upload", 403), "this account may not do that", commits=0),
    Case("upload fails always", always("upload", 500), TROUBLE, commits=0),
    Case("verification refuses", always("verify", 404), "it is not there", commits=0),
    Case("commit needs a token", refused("commit", 401), "the token is not accepted"),
    Case("commit forbidden", refused("commit", 403), "this account may not do that"),
    Case("commit to nothing", refused("commit", 404), "it is not there"),
    Case("commit during another", refused("commit", 409), "another change of it is going on"),
    Case("commit stale always", always("commit", 412), "others changed it 4 times", commits=4),
    Case("commit too large", refused("commit", 413), "too large for the Hub"),
    Case("commit is busy", busy("commit"), "too many requests; wait some minutes"),
    Case("commit fails", refused("commit", 500), TROUBLE),
    Case("commit cut before", cut("commit", Effect.CUT_REQUEST), "check the network"),
    Case("commit is a page", Fault("commit", Effect.NONSENSE, status=200), "not JSON"),
    Case(
        "made and not there", NOT_THERE, "was created, but cannot be found", is_new=True, commits=0
    ),
    Case("no right to make it", refused("create", 403), "may not do that", is_new=True, commits=0),
    Case("making it fails", refused("create", 500), TROUBLE, is_new=True, commits=0),
)


def sent_commits(pushing: Pusher) -> int:
    return sum("/commit/" in request.path for request in pushing.hub.requests)


def push_with(pushing: Pusher, case: Case, folder: Path) -> str:
    """The repository's name, after a push to it that meets the fault."""
    name = f"someone/{case.name.replace(' ', '-')}"
    if not case.is_new:
        on_hub(pushing.hub, name, OLD_FILES)
    # Weights of their own, so that no case finds them uploaded by another.
    (folder / "model.safetensors").write_bytes(case.name.encode())
    pushing.hub.faults[:] = [replace(case.fault, message=f"injected, with {SECRET} in it")]
    return name


@pytest.mark.parametrize("case", FINISHED, ids=lambda case: case.name)
def test_a_push_gets_over_a_fault(pushing: Pusher, folder: Path, case: Case) -> None:
    name = push_with(pushing, case, folder)

    run = pushing.push(folder, name)

    held = pushing.hub.files(name)
    assert (run.exit_code, run.errors.count("Error")) == (0, 0), run.errors
    assert held["model.safetensors"] == case.name.encode()
    assert b"The model is good." in held["README.md"]
    assert (b"Written by hand." in held["README.md"]) != case.is_new
    assert len(pushing.hub.commits) == 1
    assert sent_commits(pushing) == case.commits


@pytest.mark.parametrize("case", STOPPED, ids=lambda case: case.name)
def test_a_push_stops_at_a_fault_and_harms_nothing(
    pushing: Pusher, folder: Path, case: Case
) -> None:
    name = push_with(pushing, case, folder)
    before = pushing.hub.files(name)

    run = pushing.push(folder, name)

    *_, last = run.errors.splitlines()
    assert run.exit_code == REFUSED
    assert last.startswith("Error: ")
    assert case.sentence in last
    assert "Traceback" not in run.errors
    assert pushing.hub.files(name) == before
    assert pushing.hub.commits == []
    assert sent_commits(pushing) == case.commits


@pytest.mark.parametrize("case", STOPPED[10:18:2], ids=lambda case: case.name)
def test_a_stopped_push_can_be_done_again(pushing: Pusher, folder: Path, case: Case) -> None:
    again = replace(case, name=f"{case.name} again")
    name = push_with(pushing, again, folder)
    pushing.push(folder, name)
    pushing.hub.faults.clear()

    run = pushing.push(folder, name)

    assert run.exit_code == 0, run.errors
    assert pushing.hub.files(name)["model.safetensors"].decode() == again.name
    assert len(pushing.hub.commits) == 1


def test_a_pull_request_is_found_when_its_answer_is_lost(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/lost", OLD_FILES)
    pushing.hub.faults[:] = [Fault("commit", Effect.CUT_AFTER)]

    run = pushing.push(folder, "else/lost")

    pulls = [pull for pull in pushing.hub.pulls if pull.repository == "else/lost"]
    assert run.exit_code == 0, run.errors
    assert run.output.startswith(f"{pushing.hub.url}/else/lost/discussions/1\n")
    assert len(pulls) == 1


def test_a_pull_request_that_was_not_stored_is_refused(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/unsent", OLD_FILES)
    pushing.hub.faults[:] = [Fault("commit", Effect.CUT_REQUEST)]

    run = pushing.push(folder, "else/unsent")

    assert run.exit_code == REFUSED
    assert [pull for pull in pushing.hub.pulls if pull.repository == "else/unsent"] == []


def test_somebody_elses_commit_after_a_cut_is_told(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/raced", OLD_FILES)
    other = pushing.hub.repository("someone/raced")
    pushing.hub.faults[:] = [
        Fault(
            "commit",
            Effect.REFUSE,
            status=500,
            action=lambda: other.write("README.md", b"Somebody else's.\n"),
        )
    ]

    run = pushing.push(folder, "someone/raced")

    assert run.exit_code == REFUSED
    assert "look at its history before you push again" in run.errors
    assert pushing.hub.files("someone/raced")["README.md"] == b"Somebody else's.\n"


def test_a_commit_of_which_nobody_knows_is_told(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/unknown", OLD_FILES)
    pushing.hub.faults[:] = [
        Fault("commit", Effect.CUT_AFTER),
        Fault("info", Effect.REFUSE, ALWAYS, after=1),
    ]

    broken = pushing.push(folder, "someone/unknown")
    pushing.hub.faults.clear()
    again = pushing.push(folder, "someone/unknown")

    assert broken.exit_code == REFUSED
    assert "the Hub does not say whether it is there; push again later" in broken.errors
    assert again.output == "everything is on the Hub already; nothing was pushed\n"
    assert len(pushing.hub.commits) == 1


def test_a_repository_that_somebody_fills_first_is_planned_again(
    pushing: Pusher, folder: Path
) -> None:
    pushing.hub.faults[:] = [
        Fault(
            "create",
            Effect.MEANWHILE,
            action=lambda: on_hub(pushing.hub, "someone/filled", OLD_FILES),
        )
    ]

    run = pushing.push(folder, "someone/filled")

    assert run.exit_code == 0, run.errors
    assert run.errors.count("repository: someone/filled") == 2
    assert b"Written by hand." in pushing.hub.files("someone/filled")["README.md"]


def test_a_new_repository_has_nothing_but_attributes_after_a_failed_commit(
    pushing: Pusher, folder: Path
) -> None:
    pushing.hub.faults[:] = [refused("commit", 500)]

    run = pushing.push(folder, "someone/begun")

    repository = pushing.hub.repository("someone/begun")
    assert run.exit_code == REFUSED
    assert repository.paths() == [".gitattributes"]
    assert repository.read(".gitattributes").decode() == ATTRIBUTES
