"""Declares the options that several commands share, with their help."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from qareport.data.readers.source_kind import DEFAULT_DATA_SET, DEFAULT_SPLIT, formats_in_words
from qareport.data.sampling import SEED
from qareport.data.typed_numbers import COUNTS, ENTRIES, LOGITS, POSITIONS, SEEDS
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.inference.engines.table import DTYPE_HELP, ENGINE_HELP
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics import squad as official
from qareport.metrics.measures import HEADLINE, MEASURES

ANSWERING = AnsweringOptions()
ENGINE = EngineOptions()


class OutputFormat(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


class ProtocolName(StrEnum):
    """How candidates become answers and scores."""

    OFFICIAL = official.PROTOCOL
    HAYSTACK_TOKEN = TOKEN_LEVEL


Format = Annotated[OutputFormat, typer.Option("--format", help="Print for people, or as JSON.")]

DataFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help=f"File with the fields of SQuAD: {formats_in_words()}.",
        show_default="none",
    ),
]
DataSetName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Data set on the Hub, or a folder.", show_default=DEFAULT_DATA_SET
    ),
]
Config = Annotated[
    str | None, typer.Option(help="Configuration of the data set.", show_default="its only one")
]
Split = Annotated[
    str | None, typer.Option(help="Split of the data set.", show_default=DEFAULT_SPLIT)
]
Revision = Annotated[
    str | None, typer.Option(help="Branch, tag or commit of the data set.", show_default="main")
]
count_option = partial(typer.Option, parser=COUNTS, metavar="N")
position_option = partial(typer.Option, parser=POSITIONS, metavar="N")
entries_option = partial(typer.Option, parser=ENTRIES, metavar="N")
seed_option = partial(typer.Option, parser=SEEDS, metavar="N")
logits_option = partial(typer.Option, parser=LOGITS, metavar="X")

Limit = Annotated[
    int | None,
    count_option(
        help="Take only the first questions; --sample is better. The record is partial.",
        show_default="all",
    ),
]
SampleSize = Annotated[
    int | None,
    count_option(
        "--sample",
        help="Draw so many questions from all articles; the record is partial.",
        show_default="all",
    ),
]
SampleSeed = Annotated[
    int | None, seed_option("--seed", help="Seed of --sample.", show_default=f"{SEED}")
]

RecordFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder for the record.", show_default="none")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what stands at --output.")]
ReportWanted = Annotated[
    bool, typer.Option("--report/--no-report", help="Write report.html beside the record.")
]

ModelName = Annotated[
    str, typer.Argument(metavar="MODEL", help="Folder of a saved model, or its id on the Hub.")
]
ModelRevision = Annotated[
    str | None, typer.Option(help="Branch, tag or commit of the model.", show_default="main")
]
TrustRemoteCode = Annotated[
    bool, typer.Option("--trust-remote-code", help="Run the code that the model's folder brings.")
]
Device = Annotated[
    str, typer.Option(help="cpu, cuda, cuda:1, mps; auto takes the fastest that is here.")
]
Dtype = Annotated[str, typer.Option(help=DTYPE_HELP)]
Engine = Annotated[str, typer.Option(help=ENGINE_HELP)]
BatchTokens = Annotated[
    int | None,
    count_option(
        help="Tokens of the largest batch.",
        show_default="4096 on a CPU, else by its memory, up to 32768",
    ),
]

MaxSeqLength = Annotated[
    int, count_option(help="Tokens of a window: question, context and special tokens.")
]
DocStride = Annotated[int, position_option(help="Context tokens that neighbouring windows share.")]
MaxAnswerLength = Annotated[int, count_option(help="Tokens of the longest answer.")]
NBestSize = Annotated[int, entries_option(help="Entries of an n-best list.")]
AS_RECORDED = "as recorded"
OtherNullThreshold = Annotated[
    float | None,
    logits_option(help="Answer nothing when the margin is above this.", show_default=AS_RECORDED),
]
OtherNullRule = Annotated[
    str | None,
    typer.Option(
        help="How null is compared with the spans of several windows: all-windows, per-window.",
        show_default=AS_RECORDED,
    ),
]
OtherMaxAnswerLength = Annotated[
    int | None, count_option(help="Tokens of the longest answer.", show_default=AS_RECORDED)
]
OtherNBestSize = Annotated[
    int | None, entries_option(help="Entries of an n-best list.", show_default=AS_RECORDED)
]
NORMALISER_HELP = "How texts are compared: squad-en, xquad, mlqa-de, korquad, cmrc ..."
_FURTHER = {name: each.words for name, each in MEASURES.items() if name not in HEADLINE}
MEASURE_HELP = (
    "Another measure beside exact match and F1; may be given again. "
    f"{'; '.join(f'{name}: {words}' for name, words in _FURTHER.items())}."
)
_measure_option = partial(typer.Option, "--measure", metavar="NAME")
Measures = Annotated[list[str] | None, _measure_option(help=MEASURE_HELP, show_default="none")]
OtherMeasures = Annotated[
    list[str] | None,
    _measure_option(help=f"{MEASURE_HELP} Those of the record stay.", show_default=AS_RECORDED),
]
PredictionsMeasures = Annotated[
    list[str] | None,
    _measure_option(help=f"{MEASURE_HELP} A record has its own.", show_default="none"),
]
NormaliserName = Annotated[str, typer.Option("--normaliser", help=NORMALISER_HELP)]
Protocol = Annotated[
    ProtocolName | None,
    typer.Option(
        help="How candidates become answers and scores; haystack-token scores token positions, as "
        "FARM and Haystack 1 do, and has no other options.",
        show_default=AS_RECORDED,
    ),
]
OtherNormaliser = Annotated[
    str | None, typer.Option("--normaliser", help=NORMALISER_HELP, show_default=AS_RECORDED)
]
NullThreshold = Annotated[
    float, logits_option(help="Answer nothing when the null margin, in logits, is above this.")
]
NullRule = Annotated[
    str,
    typer.Option(
        help="all-windows, as in run_qa: the lowest null score of all windows less the score of "
        "their best span; per-window, as in Haystack: the same within each window, the lowest "
        "counts, and a margin equal to the threshold abstains too.",
    ),
]
