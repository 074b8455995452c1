"""Pushes a folder to the Hub as a commit or pull request, once its plan is approved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.errors import CheckError, PublishError, StalePlanError
from qareport.evaluation.record.reader import read_record
from qareport.evaluation.record.replacement import settle_below
from qareport.hub.planning.choice import CardRule, PushChoice, Route
from qareport.hub.planning.local_folder import LocalFolder, read_folder
from qareport.hub.planning.plan import PushPlan, plan_push
from qareport.hub.planning.remote_state import Account, RemoteState
from qareport.hub.sending.committing import create_repository, send_commit
from qareport.hub.sending.connection import Connection
from qareport.hub.sending.lost_commit import Pushed
from qareport.hub.sending.reading import read_account, read_pulls, read_remote

RETRIES = 3
"""How often a push is retried when somebody else has changed the repository meanwhile."""

FolderCheck = Callable[[Path], Sequence[str]]
"""Says what is wrong with a folder, in sentences."""
Approve = Callable[[PushPlan], None]
"""Shows a plan, and raises an error unless it is approved."""


@dataclass(frozen=True, slots=True)
class Push:
    """A folder to push, and the connection to push it over."""

    folder: LocalFolder
    choice: PushChoice
    connection: Connection
    account: Account | None


@dataclass(frozen=True, slots=True)
class PushResult:
    """The plan of a push, and the commit it made."""

    plan: PushPlan
    pushed: Pushed | None
    """None if everything was on the Hub already."""


def check_folder(folder: Path, checks: Sequence[FolderCheck]) -> None:
    """Refuses a folder that a check finds fault with.

    Raises:
        CheckError: a check finds something.
    """
    problems = [problem for check in checks for problem in check(folder)]
    if problems:
        listed = "\n".join(f"- {problem}" for problem in problems)
        raise CheckError(f"{folder}: not fit to be pushed:\n{listed}")


def prepare_push(folder: Path, choice: PushChoice, connection: Connection) -> Push:
    """Reads the folder and whose token is in use, ready for a push.

    Raises:
        PublishError: the folder cannot be published, or the token is not accepted.
        CheckError: a record is partial, and that is not allowed.
        DataError: a record cannot be read.
    """
    local = read_local(folder, choice, token=connection.token)
    return Push(local, choice, connection, read_account(connection))


def read_local(folder: Path, choice: PushChoice, *, token: str | None) -> LocalFolder:
    """The files of a folder that a choice lets go to the Hub; needs no network.

    Raises:
        PublishError: the folder cannot be published.
        CheckError: a record is partial, and that is not allowed.
        DataError: a record cannot be read.
    """
    settle_below(folder)
    local = read_folder(folder, choice.reasons(), token=token)
    if not choice.allow_partial:
        for record in local.records:
            _refuse_partial(folder / record)
    return local


def read_plan(push: Push) -> PushPlan:
    """What the push would do now.

    Raises:
        PublishError: the Hub refuses, or the choice does not go with the repository.
    """
    return plan_push(push.folder, _read_state(push), push.choice)


def publish(push: Push, approve: Approve) -> PushResult:
    """Carries out the plan once it is approved; plans again when the repository has changed.

    Raises:
        PublishError: the Hub refuses, nobody approves, or others are always faster.
        CheckError: the Hub refuses the card.
    """
    account = _writer(push)
    plan = read_plan(push)
    approve(plan)
    for _ in range(1 + RETRIES):
        if plan.waiting is not None or not plan.changes:
            return PushResult(plan, None)
        if plan.parent is None:
            plan = _on_new_repository(push, plan, approve)
        try:
            return PushResult(plan, send_commit(push.connection, plan, account))
        except StalePlanError:
            plan = _plan_again(push, plan)
            approve(plan)
    raise PublishError(
        f"{push.choice.repository}: others changed it {RETRIES + 1} times during the push; "
        "wait and push again"
    )


def _refuse_partial(path: Path) -> None:
    if read_record(path.parent).evaluation.is_partial:
        raise CheckError(
            f"{path}: is partial, since questions were left out; evaluate all questions, "
            "or add --allow-partial"
        )


def _writer(push: Push) -> Account:
    account, name = push.account, push.choice.repository
    if account is None:
        raise PublishError(
            f"{name}: nobody may push without a token; set HF_TOKEN or run `hf auth login`"
        )
    if not account.may_write:
        raise PublishError(
            f"{name}: the token of {account.name!r} only reads; make one that writes, "
            "and set HF_TOKEN to it"
        )
    return account


def _read_state(push: Push) -> RemoteState:
    choice, account = push.choice, push.account
    state = read_remote(push.connection, choice.repository, account)
    may_ask = choice.route is Route.PULL_REQUEST or (
        choice.route is Route.BY_OWNER and not state.is_owned
    )
    if state.commit is None or account is None or not may_ask:
        return state
    pulls = read_pulls(push.connection, choice.repository, account.name)
    return replace(state, pulls=pulls)


def _on_new_repository(push: Push, plan: PushPlan, approve: Approve) -> PushPlan:
    """Creates the repository, and plans again on its first commit."""
    create_repository(push.connection, push.choice)
    made = read_plan(push)
    if made.parent is None:
        raise PublishError(
            f"{push.choice.repository}: was created, but cannot be found; push again"
        )
    # Somebody else may have made and filled it in the meantime.
    if made.changes != plan.changes or made.card != plan.card:
        approve(made)
    return made


def _plan_again(push: Push, before: PushPlan) -> PushPlan:
    plan = read_plan(push)
    is_overwriting = push.choice.card_rule is CardRule.REPLACE
    if is_overwriting and plan.card_diff != before.card_diff:
        raise PublishError(
            f"{push.choice.repository}: somebody changed its card during the push; "
            "look at it and push again"
        )
    return plan
