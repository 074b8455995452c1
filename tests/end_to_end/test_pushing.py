"""A folder pushed by the real client to a local Hub, and what is there then."""

from pathlib import Path

from qareport.evaluation.training_json import write_facts
from tests.card_builders import write_card_folder
from tests.command_line import run_qareport
from tests.hub.faults import Effect, Fault
from tests.hub.pushing import (
    CARD,
    FOREIGN_CARD,
    Pusher,
    add_record,
    asked,
    model_folder,
    on_hub,
)
from tests.training_facts import training_facts

OUR_CARD = """---
license: mit
model-index:
- name: our-name
  results:
  - task:
      type: question-answering
    dataset:
      type: squad_v2
      name: SQuAD v2
    metrics:
    - type: f1
      value: 80.25
    source:
      name: qareport 0.1.0
      url: https://example.org/evaluation.json
---

# Ours
"""


def test_a_new_repository_holds_the_model_after_one_commit(pushing: Pusher, folder: Path) -> None:
    run = pushing.push(folder, "someone/new")

    hub = pushing.hub
    assert run.exit_code == 0, run.errors
    assert hub.files("someone/new") == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run.output.splitlines() == [
        f"{hub.url}/someone/new/commit/{hub.commit('models', 'someone/new')}",
        "on the Hub: 4 files as pushed, public",
        "metadata as the Hub reads it: license, pipeline_tag; as in the card",
    ]
    assert len(hub.commits) == 1


def test_a_dry_run_shows_the_plan_and_only_reads(pushing: Pusher, folder: Path) -> None:
    run = pushing.push(folder, "someone/dry", "--dry-run")

    assert run.exit_code == 0
    assert "  new      model.safetensors: model, 7 B, sha256 9a129038d9a0" in run.output
    assert "+The model is good." in run.output
    assert {request.method for request in pushing.hub.requests} == {"GET"}
    assert not pushing.hub.repository("someone/dry").folder.exists()


def test_the_same_push_again_makes_no_commit(pushing: Pusher, folder: Path) -> None:
    pushing.push(folder, "someone/twice")

    run = pushing.push(folder, "someone/twice")

    assert run.output == "everything is on the Hub already; nothing was pushed\n"
    assert len(pushing.hub.commits) == 1
    assert asked(pushing.hub, "POST", "/commit/") == 1


def test_only_what_changed_goes_over_the_wire(pushing: Pusher, folder: Path) -> None:
    pushing.push(folder, "someone/changed")
    (folder / "config.json").write_text('{"model_type": "roberta"}')

    pushing.push(folder, "someone/changed")

    assert pushing.hub.commits[-1].paths == ("config.json",)


def test_large_files_go_from_the_disk(pushing: Pusher, folder: Path) -> None:
    weights = b"weights" * 2_000_000
    (folder / "model.safetensors").write_bytes(weights)

    run = pushing.push(folder, "someone/large")

    assert run.exit_code == 0, run.errors
    assert pushing.hub.files("someone/large")["model.safetensors"] == weights


def test_what_the_hub_reads_otherwise_is_told(pushing: Pusher, folder: Path) -> None:
    pushing.hub.misread["license"] = "other"

    run = pushing.push(folder, "someone/misread")

    assert run.exit_code == 0
    assert "the Hub reads it: license, pipeline_tag; different from the card: license" in run.output


def test_a_push_that_cannot_be_read_back_is_a_push(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/unread")
    pushing.hub.faults[:] = [Fault("tree", Effect.REFUSE, after=1, status=403)]

    run = pushing.push(folder, "someone/unread")

    assert run.exit_code == 0
    assert "note: pushed, but not read back: " in run.errors
    assert len(pushing.hub.commits) == 1


def test_warnings_of_the_hub_are_told(pushing: Pusher, folder: Path) -> None:
    (folder / "README.md").write_text("# A card without metadata\n")

    run = pushing.push(folder, "someone/warned")

    assert run.exit_code == 0, run.errors
    assert "note: - empty metadata\n" in run.errors
    assert "metadata as the Hub reads it: none; as in the card" in run.output


def test_a_private_repository_is_made_on_request(pushing: Pusher, folder: Path) -> None:
    run = pushing.push(folder, "someone/private", "--private")

    assert "4 files as pushed, private" in run.output
    assert "someone/private" in pushing.hub.private


def test_a_push_does_not_change_who_sees_a_repository(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/public")

    run = pushing.push(folder, "someone/public", "--private")

    assert run.exit_code == 1
    assert "is public, and a push does not change that" in run.errors


def test_repositories_of_others_get_a_pull_request(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/model", {"README.md": FOREIGN_CARD})

    run = pushing.push(folder, "else/model")

    hub = pushing.hub
    assert run.output.startswith(f"{hub.url}/else/model/discussions/1\n"), run.errors
    assert hub.files("else/model") == {"README.md": FOREIGN_CARD.encode()}
    card = hub.files("else/model", "refs/pr/1")["README.md"].decode()
    assert "license: cc-by-4.0  # theirs" in card
    assert card.index("Written by hand.") < card.index("The model is good.")


def test_a_pull_request_that_waits_is_not_asked_for_again(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/waiting", {"README.md": FOREIGN_CARD})
    pushing.push(folder, "else/waiting")

    run = pushing.push(folder, "else/waiting")

    assert run.output.endswith(f"{pushing.hub.url}/else/waiting/discussions/1\n")
    assert len(pushing.hub.commits) == 1


def test_other_pull_requests_do_not_wait(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/several", {"README.md": FOREIGN_CARD})
    pushing.push(folder, "else/several")
    (folder / "config.json").write_text("{}")
    pushing.hub.faults[:] = [Fault("commit", Effect.CUT_AFTER)]

    run = pushing.push(folder, "else/several", "--message", "Another")

    assert run.output.startswith(f"{pushing.hub.url}/else/several/discussions/2\n"), run.errors
    assert [made.summary for made in pushing.hub.commits][-1] == "Another"


def test_repositories_of_an_organisation_are_ones_own(pushing: Pusher, folder: Path) -> None:
    run = pushing.push(folder, "some-org/model")

    assert run.exit_code == 0, run.errors
    assert pushing.hub.commits[-1].revision == "main"


def test_a_pull_request_to_oneself_is_possible(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/careful")

    pushing.push(folder, "someone/careful", "--create-pr")

    assert pushing.hub.commits[-1].revision == "refs/pr/1"


def test_what_others_write_during_a_push_survives(pushing: Pusher, folder: Path) -> None:
    pushing.push(folder, "someone/busy")
    (folder / "README.md").write_text(CARD.replace("good", "better"))
    repository = pushing.hub.repository("someone/busy")
    note = f"{CARD}\nA note by somebody else.\n"
    pushing.hub.faults[:] = [
        Fault(
            "commit", Effect.MEANWHILE, action=lambda: repository.write("README.md", note.encode())
        )
    ]

    run = pushing.push(folder, "someone/busy")

    assert run.exit_code == 0, run.errors
    card = pushing.hub.files("someone/busy")["README.md"].decode()
    assert card == note.replace("good", "better")
    assert run.errors.count("+The model is better.") == 2


def test_replacing_a_card_stops_when_others_write_during_it(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/replaced", {"README.md": FOREIGN_CARD})
    repository = pushing.hub.repository("someone/replaced")
    pushing.hub.faults[:] = [
        Fault("commit", Effect.MEANWHILE, action=lambda: repository.write("README.md", b"New.\n"))
    ]

    run = pushing.push(folder, "someone/replaced", "--replace-card")

    assert run.exit_code == 1
    assert "somebody changed its card during the push" in run.errors
    assert pushing.hub.files("someone/replaced") == {"README.md": b"New.\n"}


def test_a_card_is_replaced_on_request(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/fresh", {"README.md": FOREIGN_CARD})

    pushing.push(folder, "someone/fresh", "--replace-card", "--card-only")

    assert pushing.hub.files("someone/fresh") == {"README.md": CARD.encode()}


def test_results_go_into_the_card_of_others_and_nothing_else(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/results", {"README.md": FOREIGN_CARD})
    (folder / "README.md").write_text(OUR_CARD)
    (folder / ".eval_results").mkdir()
    (folder / ".eval_results" / "squad_v2.yaml").write_text("- dataset: {id: squad_v2}\n")

    run = pushing.push(folder, "else/results", "--results-only")

    held = pushing.hub.files("else/results", "refs/pr/1")
    card = held["README.md"].decode()
    assert run.exit_code == 0, run.errors
    assert sorted(held) == [".eval_results/squad_v2.yaml", "README.md"]
    assert "value: 70.5" in card
    assert "value: 80.25" in card
    assert "name: their-model" in card
    assert "our-name" not in card
    assert card.endswith("\n\n# Theirs\n\nWritten by hand.\n")


def test_records_go_without_passages_unless_asked(pushing: Pusher, folder: Path) -> None:
    add_record(folder / "eval")

    run = pushing.push(folder, "someone/records")
    pushing.push(folder, "someone/passages", "--with-examples")

    known = {path for path in pushing.hub.files("someone/records") if path.startswith("eval/")}
    more = {path for path in pushing.hub.files("someone/passages") if path.startswith("eval/")}
    assert known == {
        *("eval/evaluation.json", "eval/predictions.json", "eval/null_odds.json"),
        "eval/candidates.parquet",
    }
    assert more - known == {"eval/examples.parquet", "eval/nbest_predictions.json"}
    assert "stays    eval/examples.parquet: holds passages of the data set" in run.errors


def test_the_student_of_a_training_stands_at_the_top_of_its_repository(
    pushing: Pusher, tmp_path: Path
) -> None:
    run_folder = trained_folder(tmp_path)

    run = pushing.push(run_folder, "someone/student")

    assert run.exit_code == 0, run.errors
    assert {"config.json", "model.safetensors", "README.md", "training.json", "card.json"} <= set(
        pushing.hub.files("someone/student")
    )
    assert not any(path.startswith("model/") for path in pushing.hub.files("someone/student"))


def test_a_card_that_its_records_contradict_is_not_pushed(pushing: Pusher, tmp_path: Path) -> None:
    run_folder = trained_folder(tmp_path)
    page = run_folder / "README.md"
    page.write_text(page.read_text().replace("out each of 9 articles", "out each of 4 articles"))

    run = pushing.push(run_folder, "someone/stale")

    assert run.exit_code == 3
    assert "the card and its records disagree; look at `qareport card" in run.errors
    assert not pushing.hub.repository("someone/stale").folder.exists()


def trained_folder(folder: Path) -> Path:
    """The folder of a training with its student, its record and its card."""
    model_folder(folder / "model")
    (folder / "model/README.md").unlink(missing_ok=True)
    write_facts(training_facts(), folder / "training.json")
    write_card_folder(folder / "student")
    words = 'model_id = "someone/student"\nlicense = "mit"\nlanguages = ["en"]\n'
    (folder / "card.toml").write_text(words)
    made = run_qareport("card", folder, "--no-run")
    assert made.exit_code == 0, made.errors
    return folder
