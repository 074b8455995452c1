"""Declares the options of `qareport push`, and the choice that they make."""

from dataclasses import dataclass
from typing import Annotated

import typer

from qareport.errors import UsageError
from qareport.hub.planning.choice import (
    ROUTES,
    VISIBILITIES,
    CardRule,
    PushChoice,
    Selection,
    checked_name,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Push without asking; needed without a terminal.")
]
CreatePullRequest = Annotated[
    bool | None,
    typer.Option(
        "--create-pr/--no-create-pr",
        help="Ask for the change by a pull request.",
        show_default="only in repositories of others",
    ),
]
Private = Annotated[
    bool | None,
    typer.Option(
        "--private/--public",
        help="Who sees a new repository.",
        show_default="as the Hub makes it",
    ),
]
CardOnly = Annotated[bool, typer.Option("--card-only", help="Push README.md and its charts alone.")]
ResultsOnly = Annotated[
    bool,
    typer.Option(
        "--results-only",
        help="Push the results in the card's metadata and .eval_results alone.",
    ),
]
ReplaceCard = Annotated[
    bool,
    typer.Option(
        "--replace-card", help="Push the card as it is, over what others wrote on the Hub."
    ),
]
WithExamples = Annotated[
    bool,
    typer.Option(
        "--with-examples",
        help="Push n-best lists, examples.parquet and reports, which hold passages.",
    ),
]
AllowPartial = Annotated[
    bool, typer.Option("--allow-partial", help="Push records made with --limit or --sample.")
]
Message = Annotated[str, typer.Option(help="Title of the commit or pull request.")]
Token = Annotated[
    str | None,
    typer.Option(
        help="Token for the Hub; better in HF_TOKEN or stored by `hf auth login`.",
        show_default="HF_TOKEN, or the stored one",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Options that choose among ways to push, each like its option."""

    create_pr: bool | None = None
    private: bool | None = None
    card_only: bool = False
    results_only: bool = False
    replace_card: bool = False


def choose(repository: str, wishes: Wishes, *, message: str) -> PushChoice:
    """The choice that options make.

    Raises:
        UsageError: options contradict each other, or the name cannot be one of a repository.
    """
    if wishes.card_only and wishes.results_only:
        raise UsageError("--card-only and --results-only exclude each other; choose one")
    if wishes.replace_card and wishes.results_only:
        raise UsageError("--results-only touches nothing else; leave --replace-card out")
    if not message.strip():
        raise UsageError("--message: is empty; say what the change is")
    selection = Selection.WHOLE
    if wishes.card_only:
        selection = Selection.CARD
    if wishes.results_only:
        selection = Selection.RESULTS
    return PushChoice(
        repository=checked_name(repository),
        selection=selection,
        visibility=VISIBILITIES[wishes.private],
        route=ROUTES[wishes.create_pr],
        card_rule=CardRule.REPLACE if wishes.replace_card else CardRule.MERGE,
        summary=message.strip(),
    )
