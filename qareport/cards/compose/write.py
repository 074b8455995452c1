"""Writes the card of a folder with its charts and usage, or shows what would change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import altair as alt

from qareport.cards.compose.card_json import (
    Making,
    is_made_so,
    making_json,
    making_of,
    read_making,
    recall,
)
from qareport.cards.compose.gather import CardChoice, GatheredCard, gather
from qareport.cards.render.benchmark_results import benchmark_files
from qareport.cards.render.page import render_card
from qareport.cards.render.sources import CardRecord, CardSources, Picture
from qareport.cards.render.templates import DEFAULT_TEMPLATE
from qareport.cards.snippet import Usage, run_usage, usage_snippet
from qareport.cards.text.card_text import CARD_FILE, MAKING, CardText, split_card
from qareport.cards.text.front_matter import naming
from qareport.cards.text.merging import card_diff, merge_cards
from qareport.data.files import make_folder, read_text, remove_leftovers, write_text
from qareport.data.inside import inside
from qareport.data.outputs import refuse_links
from qareport.data.own_key import own_key
from qareport.data.types import F1
from qareport.errors import DataError, DrawingError, OutputError, name_list
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.training_json import STUDENT_MODEL
from qareport.inference.callback import Log
from qareport.inference.identity import require_weights
from qareport.report.charts.curves import precision_recall_chart, risk_coverage_chart
from qareport.report.charts.rendering import chart_summary, render_svg
from qareport.report.charts.scores import ModelScores, against_chart, groups_chart

UsageMaker = Callable[[str, CardRecord], Usage]
KeepUsage = Callable[[Usage], bool]
"""Makes the usage code of a card from the model's id and its main record, and may run it."""

CHARTS = "charts"
"""Folder beside the page."""

MODEL_CONFIG = "config.json"
"""A file that every folder of a model has."""


@dataclass(frozen=True, slots=True)
class CardChart:
    """A chart in a file beside the page."""

    path: str
    """From the page's folder, with forward slashes."""
    chart: alt.LayerChart

    @property
    def summary(self) -> str:
        """What it shows, in a sentence."""
        return chart_summary(self.chart)

    @property
    def svg(self) -> str:
        """The text of the file, drawn anew each time."""
        return render_svg(self.chart)


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """The page and the files of a card, before they are written."""

    page: CardText
    """Merged with the page that is there."""
    files: Mapping[str, str]
    """Texts beside the page, by path from its folder."""
    faults: Mapping[str, str]
    """Why charts of the page cannot be drawn, by path; files of these names stay as they are."""


def keep_any(_: Usage) -> bool:
    """Has a card show the usage that it shows already."""
    return True


def keep_none(_: Usage) -> bool:
    """Has the usage of a card made anew."""
    return False


def keep_what_was_run(usage: Usage) -> bool:
    """Has a card show again what its code printed, and code run that was not."""
    return bool(usage.output)


def render(
    choice: CardChoice, make_usage: UsageMaker, *, keep: KeepUsage = keep_any
) -> RenderedCard:
    """The card of a folder, merged with the page that is there; writes nothing.

    What the choice leaves open is taken from card.json; `keep` says whether its usage is taken too,
    where code and weights are the same.

    Raises:
        DataError: a record, the facts, the words or the page cannot be read.
        ModelError: the card's code fails.
        UsageError: there is no such template, or records do not belong together.
    """
    made = read_making(choice.folder)
    chosen = recall(choice, made)
    kept = made if made and made.usage and keep(made.usage) else None
    sources = _with_usage(gather(chosen).sources, kept, make_usage)
    charts = card_charts(sources)
    drawn = {each.path: _draw(each) for each in charts}
    files = {path: svg for path, svg in drawn.items() if isinstance(svg, str)}
    faults = {path: str(svg) for path, svg in drawn.items() if isinstance(svg, DrawingError)}
    files |= benchmark_files(sources)
    files[MAKING] = making_json(making_of(chosen, sources, sources.usage))
    return RenderedCard(_render_page(sources, charts, chosen), files, faults)


def render_again(gathered: GatheredCard) -> CardText:
    """The page that a new rendering would leave; runs no code and draws no chart.

    Raises:
        DataError: the page, or how it was made, cannot be read.
        UsageError: there is no such template.
    """
    made = read_making(gathered.choice.folder)
    sources = _with_usage(gathered.sources, made, show_usage)
    return _render_page(sources, card_charts(sources), gathered.choice)


def read_page(folder: Path) -> str | None:
    """The text of the card in a folder; None if there is none.

    Raises:
        DataError: it cannot be read.
    """
    path = inside(folder, CARD_FILE)
    return read_text(path) if path.exists() else None


def find_changes(folder: Path, rendered: RenderedCard) -> str:
    """What writing the card would change, for people; empty if nothing would.

    Raises:
        DataError: the page cannot be read.
    """
    page = card_diff(read_page(folder) or "", rendered.page.text, name=CARD_FILE)
    others = (
        f"{name} {'differs' if (folder / name).exists() else 'is missing'}\n"
        for name, text in rendered.files.items()
        if not _is_current(folder, name, text)
    )
    undrawn = (f"{name} {fault}\n" for name, fault in rendered.faults.items())
    return page + "".join((*others, *undrawn))


def write_card(folder: Path, rendered: RenderedCard) -> tuple[Path, ...]:
    """Puts page and files into the folder, each whole or not at all, and names those that changed.

    Raises:
        OutputError: the folder cannot be written, or a folder inside it is a link.
    """
    texts = {**rendered.files, CARD_FILE: rendered.page.text}
    changed = {
        folder / name: text for name, text in texts.items() if not _holds(folder / name, text)
    }
    for path in changed:
        refuse_links(folder, path.parent)
    for path, text in changed.items():
        make_folder(path.parent)
        remove_leftovers(path.parent)
        write_text(path, text)
    return tuple(changed)


def card_charts(sources: CardSources) -> tuple[CardChart, ...]:
    """The charts of the main record, in the order of the page; those without data are left out."""
    return tuple(
        CardChart(f"{CHARTS}/{name}.svg", chart)
        for name, chart in _charts(sources)
        if chart is not None
    )


def require_drawn(folder: Path, rendered: RenderedCard) -> None:
    """Requires that all charts of a card could be drawn.

    Raises:
        DrawingError: one could not.
    """
    for fault in rendered.faults.values():
        names = name_list(tuple(str(folder / name) for name in rendered.faults))
        raise DrawingError(f"{names} {fault}; the page itself is not concerned")


def show_usage(model_id: str, measured: CardRecord) -> Usage:
    """The code alone."""
    return Usage(usage_snippet(model_id, options=measured.evaluation.options), "", {})


def run_own_usage_in(folder: Path, log: Log, model_id: str, measured: CardRecord) -> Usage:
    """The code, with its output if the record has the mark of the user's key.

    A stranger's record chooses no model to run; `log` gets a sentence that says so.

    Raises:
        ModelError: as for `run_usage_in`.
    """
    if measured.is_own:
        return run_usage_in(folder, model_id, measured)
    log(
        f"{folder / measured.folder}: its usage code is shown without being run, since "
        f"{_why_foreign()}; add --run if you trust its model"
    )
    return show_usage(model_id, measured)


def run_usage_in(folder: Path, model_id: str, measured: CardRecord) -> Usage:
    """The code with its output; without it if the recorded model is not available any more.

    Raises:
        ModelError: the code fails, or the model has other weights than the recorded one.
    """
    model = measured.evaluation.model
    if model.revision is not None:
        return _run_recorded(model.name, model_id, measured.evaluation)
    for path in (Path(model.name), folder / STUDENT_MODEL, folder):
        if (path / MODEL_CONFIG).is_file():
            return _run_recorded(str(path), model_id, measured.evaluation)
    return show_usage(model_id, measured)


def _why_foreign() -> str:
    """Why a record is not known to be the user's own."""
    try:
        own_key()
    except (DataError, OutputError) as error:
        return f"there is no key by which it could be known as yours ({error})"
    return "it was not written with your key"


def _run_recorded(name: str, model_id: str, evaluation: Evaluation) -> Usage:
    """The code with the output of the model of this name, if it is the recorded one."""
    from qareport.inference.loading.checkpoints import find_checkpoint  # noqa: PLC0415 - the Hub is slow

    found = find_checkpoint(name, evaluation.model.revision)
    require_weights(name, found.weights_sha256, evaluation.model)
    return run_usage(model_id, str(found.folder), evaluation.options)


def _draw(chart: CardChart) -> str | DrawingError:
    """The text of a chart, or why there is none."""
    try:
        return chart.svg
    except DrawingError as error:
        return error


def _with_usage(sources: CardSources, made: Making | None, make_usage: UsageMaker) -> CardSources:
    if sources.main is None:
        return sources
    return replace(sources, usage=_use(sources, sources.main, made, make_usage))


def _render_page(sources: CardSources, charts: Sequence[CardChart], choice: CardChoice) -> CardText:
    """The page with its charts, merged with the one that is there."""
    pictures = tuple(Picture(each.path, each.summary) for each in charts)
    rendered = render_card(replace(sources, pictures=pictures), choice.template or DEFAULT_TEMPLATE)
    before = read_page(choice.folder)
    if before is None:
        return rendered
    with naming(choice.folder / CARD_FILE):
        return merge_cards(split_card(before), rendered)


def _use(
    sources: CardSources, main: CardRecord, made: Making | None, make_usage: UsageMaker
) -> Usage:
    """The usage kept in card.json if code and weights are the same; else a new one."""
    evaluation = main.evaluation
    code = usage_snippet(sources.loaded_as, options=evaluation.options)
    current = evaluation.model.weights_sha256, code
    if made and made.usage and (made.weights_sha256, made.usage.code) == current:
        return made.usage
    return make_usage(sources.loaded_as, main)


def _is_current(folder: Path, name: str, text: str) -> bool:
    """Whether a file of the card says what it would; a mark may be of another key."""
    if name == MAKING and (folder / MAKING).exists():
        return is_made_so(folder, text)
    return _holds(folder / name, text)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _charts(sources: CardSources) -> Iterator[tuple[str, alt.LayerChart | None]]:
    if sources.main is None:
        return
    analysis = sources.main.analysis
    if sources.against:
        own = ModelScores("this model", analysis.intervals.overall)
        others = (
            ModelScores(each.role, each.measured.analysis.intervals.overall)
            for each in sources.against
        )
        yield "models", against_chart((own, *others))
    if analysis.margins is not None:
        yield "precision_recall", precision_recall_chart(analysis.margins.curves)
        yield "risk_coverage", risk_coverage_chart(analysis.margins.curves)
    yield "groups", groups_chart(analysis.groups, overall=analysis.intervals.overall[F1])
