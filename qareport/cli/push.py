"""Plans what goes from a folder to the Hub, and commits it after approval."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cards.text.card_text import CARD_FILE
from qareport.cli.push_options import (
    AllowPartial,
    CardOnly,
    CreatePullRequest,
    DryRun,
    Message,
    Private,
    ReplaceCard,
    ResultsOnly,
    Token,
    Wishes,
    WithExamples,
    Yes,
    choose,
)
from qareport.data.findings import Severity
from qareport.errors import CheckError, PublishError, QareportError, UnreachableError, UsageError
from qareport.hub.planning.choice import SUMMARY
from qareport.hub.sending.addresses import checked_endpoint
from qareport.report.printing import print_lines, print_remarks

if TYPE_CHECKING:
    from qareport.hub.planning.choice import PushChoice
    from qareport.hub.planning.plan import PushPlan
    from qareport.hub.pushing import Push
    from qareport.hub.sending.lost_commit import Pushed

HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Consent:
    """How a plan is approved."""

    is_given: bool
    """Whether --yes was added."""

    def require(self) -> None:
        """Refuses where nobody can be asked."""
        if not self.is_given and not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(
                "nobody can be asked here; look at the plan with --dry-run, and add --yes"
            )

    def approve(self, plan: "PushPlan") -> None:
        """Shows the plan and asks, unless there is nothing to do or --yes was added."""
        _show(plan, to_errors=True)
        is_idle = plan.waiting is not None or not plan.changes
        if not self.is_given and not is_idle and not typer.confirm("push this?", err=True):
            raise PublishError("nothing was pushed, as you wished")


def push(  # noqa: PLR0913 - one parameter for each option of the command
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to push.")],
    repository: Annotated[
        str, typer.Argument(metavar="REPO", help="Model on the Hub, as OWNER/NAME.")
    ],
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
    create_pr: CreatePullRequest = None,
    private: Private = None,
    card_only: CardOnly = False,
    results_only: ResultsOnly = False,
    replace_card: ReplaceCard = False,
    with_examples: WithExamples = False,
    allow_partial: AllowPartial = False,
    message: Message = SUMMARY,
    token: Token = None,
) -> None:
    """Put model, card and records on the Hub, after showing what will go there."""
    consent = Consent(yes)
    if not dry_run:
        consent.require()
    wishes = Wishes(
        create_pr=create_pr,
        private=private,
        card_only=card_only,
        results_only=results_only,
        replace_card=replace_card,
    )
    choice = replace(
        choose(repository, wishes, message=message),
        with_passages=with_examples,
        allow_partial=allow_partial,
    )
    # The client library fails at its import where this is no address.
    checked_endpoint(os.environ.get("HF_ENDPOINT") or HUB)
    # Results go into a card of another model under the name that it has there.
    _check(folder, None if results_only else repository)
    if dry_run:
        _dry_run(folder, choice, token)
    else:
        _publish(_prepare(folder, choice, token), consent)


def _check(folder: Path, model_id: str | None) -> None:
    from qareport.hub.pushing import check_folder

    def lint_errors(linted: Path) -> tuple[str, ...]:
        return _lint_errors(linted, model_id)

    check_folder(folder, (lint_errors, _stale_parts))


def _stale_parts(folder: Path) -> tuple[str, ...]:
    """What says that a card of ours is not what its records give; nothing of other cards."""
    from qareport.cards.compose.card_json import read_making
    from qareport.cards.compose.gather import CardChoice
    from qareport.cards.compose.write import (
        find_changes,
        render,
        show_usage,
    )

    if read_making(folder) is None:
        return ()
    changes = find_changes(folder, render(CardChoice(folder), show_usage))
    return (
        (f"the card and its records disagree; look at `qareport card {folder} --diff`",)
        if changes
        else ()
    )


def _lint_errors(folder: Path, model_id: str | None) -> tuple[str, ...]:
    """What the lint of the folder's card finds that the Hub refuses or that is contradictory."""
    from qareport.cards.lint.rules import lint_card

    path = folder / CARD_FILE
    if not path.is_file():
        return ()
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError(f"{path}: cannot be read as UTF-8; save it as that") from error
    problems = lint_card(text, folder=folder, model_id=model_id)
    return tuple(
        f"{CARD_FILE}:{problem.line}: {problem.message}; {problem.remedy}"
        for problem in problems
        if problem.severity is Severity.ERROR
    )


def _prepare(folder: Path, choice: "PushChoice", token: str | None) -> "Push":
    from qareport.hub.pushing import prepare_push
    from qareport.hub.sending.client import disable_progress_bars
    from qareport.hub.sending.connection import connect

    if not sys.stderr.isatty():
        disable_progress_bars()
    return prepare_push(folder, choice, connect(token))


def _dry_run(folder: Path, choice: "PushChoice", token: str | None) -> None:
    """Shows the plan; where the Hub does not answer, what is known from the folder alone.

    Raises:
        UnreachableError: the Hub does not answer.
    """
    from qareport.hub.plan_text import local_lines
    from qareport.hub.pushing import read_local, read_plan

    try:
        plan = read_plan(_prepare(folder, choice, token))
    except UnreachableError:
        print_lines(*local_lines(read_local(folder, choice, token=token), choice))
        raise
    _show(plan, to_errors=False)
    print_remarks("nothing was pushed; this was a dry run")


def _publish(planned: "Push", consent: Consent) -> None:
    from qareport.hub.pushing import publish

    outcome = publish(planned, consent.approve)
    if outcome.pushed is None:
        waiting = outcome.plan.waiting
        print_lines("everything is on the Hub already; nothing was pushed")
        if waiting is not None:
            print_lines(waiting.url)
        return
    print_lines(outcome.pushed.url)
    print_remarks(*(f"note: {note}" for note in outcome.pushed.notes))
    _tell(planned, outcome.plan, outcome.pushed)


def _tell(planned: "Push", plan: "PushPlan", pushed: "Pushed") -> None:
    """What the Hub holds now; that it cannot be read back does not undo the push."""
    from qareport.hub.plan_text import read_back_lines
    from qareport.hub.reading_back import read_back

    try:
        read = read_back(planned.connection, plan, pushed)
    except QareportError as error:
        print_remarks(f"note: pushed, but not read back: {error}")
        return
    print_lines(*read_back_lines(read))
    if read.missing:
        raise CheckError(
            f"{plan.choice.repository}: the Hub does not hold all that was pushed; "
            "look at its .gitignore and at the address above"
        )


def _show(plan: "PushPlan", *, to_errors: bool) -> None:
    from qareport.hub.plan_text import plan_lines

    print_plan = print_remarks if to_errors else print_lines
    print_plan(*plan_lines(plan))
