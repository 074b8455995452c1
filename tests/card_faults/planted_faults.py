"""Makes cards with one fault each, and knows its line."""

from dataclasses import dataclass

from tests.card_faults.full_card import FULL, SMALL


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A sound card with one change."""

    rule: str
    old: str
    """What the sound card has, once."""
    new: str
    at: str | None = None
    """What the line with the fault begins with, blanks aside; the first of `new` where None."""
    base: str = FULL

    @property
    def card(self) -> str:
        """The card with the fault."""
        assert self.base.count(self.old) == 1, self.old
        return self.base.replace(self.old, self.new)

    @property
    def line(self) -> int:
        """The line of the fault, from 1."""
        begins = self.at if self.at is not None else self.new.split("\n", maxsplit=1)[0].strip()
        lines = self.card.split("\n")
        return next(
            number for number, line in enumerate(lines, 1) if line.strip().startswith(begins)
        )


REVISION = "      revision: 3ffb306f725f7d2ce8394bc1873b24868140c412\n"
EXACT = "    - {type: exact_match, value: 80.0029, name: Exact Match}\n"
EXACT_LINE = "- {type: exact_match"
F1 = "    - {type: f1, value: 82.9986, name: F1}\n"
URL = "\n      url: https://huggingface.co/our-lab/lantern-roberta-squad2/blob/main/evaluation.json"
BLOCK = '"exact": 80.0029,\n"f1": 82.9986,\n"total": 11873\n'
LOADING = 'model = AutoModelForQuestionAnswering.from_pretrained("our-lab/lantern-roberta-squad2")'
FRONT = FULL[: FULL.index("# lantern")]
LANGUAGE, DATASETS = "language: en\n", "datasets:\n- rajpurkar/squad_v2\n"
MODEL_INDEX = FULL[FULL.index("model-index:\n") : FULL.index("---\n# lantern")]

METADATA_FAULTS = (
    PlantedFault("language", LANGUAGE, "language: English\n"),
    PlantedFault("language", LANGUAGE, "language: EN\n"),
    PlantedFault("language", LANGUAGE, "language: es-ES\n"),
    PlantedFault("language", LANGUAGE, "language:\n- en\n- noinfo\n", at="- noinfo"),
    PlantedFault("empty-value", LANGUAGE, "language:\n"),
    PlantedFault("invented-value", LANGUAGE, "language: no\n"),
    PlantedFault("invented-value", LANGUAGE, "language: en\ndate: 2026-11-22\n", at="date"),
    PlantedFault("invented-value", LANGUAGE, "language: en\nversion: 1.10\n", at="version"),
    PlantedFault("invented-value", "config: squad_v2", "config: 2.0"),
    PlantedFault("null-item", "- exact_match\n", "- exact_match\n- null\n", at="- null"),
    PlantedFault("null-item", DATASETS, "datasets:\n- ~\n- rajpurkar/squad_v2\n", at="- ~"),
    PlantedFault("licence", "license: cc-by-4.0", "license: Apache 2.0"),
    PlantedFault("licence", "license: cc-by-4.0", "license: my own"),
    PlantedFault(
        "licence-name", "license: cc-by-4.0", "license: other\nlicense_link: LICENSE", at="license:"
    ),
    PlantedFault(
        "licence-name", "license: cc-by-4.0", "license: other\nlicense_name: lamp", at="license:"
    ),
    PlantedFault("dataset-id", DATASETS, "datasets:\n- /var/data/squad\n", at="- /var"),
    PlantedFault("dataset-id", DATASETS, "datasets:\n- our own questions\n", at="- our"),
    PlantedFault("moved-dataset", DATASETS, "datasets:\n- squad_v2\n", at="- squad_v2"),
    PlantedFault("value-type", DATASETS, "datasets: rajpurkar/squad_v2\n"),
    PlantedFault("value-type", LANGUAGE, "language: en\nwidget:\n  text: hi\n", at="widget"),
    PlantedFault("value-type", "config: squad_v2", "config: [squad_v2]"),
    PlantedFault(
        "value-type", "task:\n      type: question-answering", "task: reading", at="- task"
    ),
    PlantedFault("base-model", "base_model: FacebookAI/roberta-base", "base_model: ./roberta-base"),
    PlantedFault(
        "base-model-relation", "relation: finetune", "relation: distilled", at="base_model_relation"
    ),
    PlantedFault("task", "pipeline_tag: question-answering", "pipeline_tag: answering"),
    PlantedFault("other-task", "pipeline_tag: question-answering", "pipeline_tag: translation"),
    PlantedFault("missing-key", "    dataset:\n      name: SQuAD v2\n", "    dataset:\n"),
    PlantedFault("missing-key", EXACT, "    - {type: exact_match, name: Exact Match}\n"),
    PlantedFault("missing-key", URL, "", at="source:"),
    PlantedFault("missing-metadata", "license: cc-by-4.0\n", "", at="---"),
    PlantedFault("no-metadata", FRONT, "<!-- revision 3ffb306 -->\n"),
    PlantedFault("duplicate-key", LANGUAGE, "language: en\nlicense: mit\n", at="license: cc"),
    PlantedFault("yaml", LANGUAGE, "language: [en\n", at="license"),
    PlantedFault("yaml", LANGUAGE, "language: en\nalias: *nowhere\n", at="alias"),
    PlantedFault("python-object", "value: 80.0029", "value: !!python/name:str 80", at=EXACT_LINE),
    PlantedFault("no-number", "value: 80.0029", "value: .nan", at=EXACT_LINE),
    PlantedFault(
        "single-precision",
        "    source:",
        "    - {type: loss, value: 0.30000001192092896}\n    source:",
    ),
    PlantedFault("signature", F1, F1.replace("}", ", verified: true}")),
)
FIGURE_FAULTS = (
    PlantedFault("contradiction", BLOCK, BLOCK.replace("80.0029", "80.8593"), at='"exact"'),
    PlantedFault("contradiction", "It knows English only", "It gets 81.5 F1 on SQuAD 2.0 dev"),
    PlantedFault("parts", "| HasAns | 5928 | 78.00 |", "| HasAns | 5928 | 77.00 |", at="| all"),
    PlantedFault(
        "null-scores", "| NoAns | 5945 | 82.00 | 82.00 |", "| NoAns | 5945 | 82.00 | 82.01 |"
    ),
    PlantedFault("range", '"f1": 82.9986', '"f1": 8299.86'),
    PlantedFault("scale", '"f1": 82.9986', '"f1": 0.829986'),
    PlantedFault("total", "| HasAns | 5928 |", "| HasAns | 5926 |"),
)
MODEL_FAULTS = (
    PlantedFault("model-name", "# lantern-roberta-squad2", "# beacon-roberta-squad2"),
    PlantedFault("model-name", "- name: lantern-roberta-squad2", "- name: beacon-roberta-squad2"),
    PlantedFault(
        "model-name",
        "model:** roberta-base",
        "model:** our-lab/lamp-roberta-squad2-distilled",
        at="**Language",
    ),
    PlantedFault("snippet-model", LOADING, LOADING.replace("lantern-", "beacon-")),
    PlantedFault(
        "tokenizers",
        "our-lab/lantern-roberta-large-squad2",
        "our-lab/lantern-xlm-roberta-large-squad2",
        at="The teacher",
    ),
    PlantedFault("english-only", LANGUAGE, "language: multilingual\n"),
    PlantedFault("unknown-model", "It knows", "Like other-lab/lamp-bert-squad2, it knows"),
    PlantedFault(
        "removed-api",
        LOADING,
        f'{LOADING}\npipe = pipeline("question-answering", model=model)',
        at="pipe =",
    ),
    PlantedFault("removed-api", LOADING, "from farm.infer import Inferencer", at="from farm"),
    PlantedFault("snippet-syntax", LOADING, "model ="),
)
PAGE_FAULTS = (
    PlantedFault("placeholder", "It knows English only", "[More Information Needed]"),
    PlantedFault("placeholder", "It knows English only", "Trained on an unknown dataset"),
    PlantedFault("placeholder", "It knows English only", "It knows {{ languages }}"),
    PlantedFault("placeholder", "It knows English only", "TODO: say more"),
    PlantedFault("placeholder", "It knows English only", "Load your-name/model"),
    PlantedFault("no-model-id", "It knows English only", "Load path/to/model"),
    PlantedFault("encoding", "It knows English only", "It knows no TÃ¼rkisch"),
    PlantedFault("anchor", "(#results)", "(#scores)", at="It cuts"),
    PlantedFault("missing-file", "(https://example.org/notes)", "(notes/how.md)", at="It cuts"),
    PlantedFault("table-separator", "| --- | --- | --- | --- |\n", "", at="| questions"),
    PlantedFault(
        "table-row", "| all | 11873 | 80.00 | 83.00 |", "| all | 11873 | 80.00 | 83.00 | 1 |"
    ),
    PlantedFault("data-percent", '"exact": 80.0029,', '"exact": 80.0029%,'),
    PlantedFault("data-block", '"total": 11873', '"total": about 11873'),
    PlantedFault("date", "It knows English only", "Published: Apr 21st, 2021"),
    PlantedFault(
        "foreign-picture",
        LANGUAGE,
        "language: en\nthumbnail: https://example.org/germanquad.jpg\n",
        at="thumbnail",
    ),
    PlantedFault("foreign-tag", "- extractive-qa", "- exbert"),
    PlantedFault("section", "## Limits", "## More", at="# lantern"),
    PlantedFault("section", "## Usage", "## Code", at="# lantern"),
    PlantedFault("revision", REVISION, "", at="# lantern"),
    PlantedFault("seed", " and the seed 7", "", at="# lantern"),
    PlantedFault("versions", "transformers 5.23", "transformers", at="# lantern"),
)
SMALL_SCORES = '"exact": 78.52,\n"f1": 81.44'
SMALL_FAULTS = (
    PlantedFault(
        "exact-above-f1",
        SMALL_SCORES,
        '"exact": 81.44,\n"f1": 78.52',
        base=SMALL,
    ),
    PlantedFault("protocol", SMALL_SCORES, '"exact": 78.52,\n"f1": 82.91', '"f1"', SMALL),
    PlantedFault("other-figures", SMALL_SCORES, '"exact": 78.691,\n"f1": 81.920', base=SMALL),
    PlantedFault(
        "subsets",
        "Scores with and without answer (HasAns, NoAns) were",
        "They were",
        "# Small",
        SMALL,
    ),
    PlantedFault("table-row", "| GermanQuAD | 61.2 | 75.3 |", "| GermanQuAD | 61.2 |", base=SMALL),
    PlantedFault(
        "counts",
        "| GermanQuAD | 61.2 | 75.3 |",
        "| GermanQuAD | 61.2 | 75.3 |\n\nGermanQuAD:\n\n"
        "| questions | n | EM | F1 |\n| --- | --- | --- | --- |\n| all | 90 | 61.2 | 75.3 |\n"
        "| HasAns | 60 | 60.0 | 83.5 |\n| NoAns | 40 | 63.0 | 63.0 |",
        "| all",
        SMALL,
    ),
)
PLANTED_FAULTS = (*METADATA_FAULTS, *FIGURE_FAULTS, *MODEL_FAULTS, *PAGE_FAULTS, *SMALL_FAULTS)
