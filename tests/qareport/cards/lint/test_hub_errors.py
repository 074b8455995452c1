"""What the Hub refuses, in the Hub's words."""

import pytest

from qareport.cards.lint.rules import HUB_RULES, hub_errors, hub_warnings
from tests.card_faults.planted_faults import PLANTED_FAULTS, PlantedFault
from tests.linting_builders import with_metadata

REFUSED = [fault for fault in PLANTED_FAULTS if fault.rule in HUB_RULES]
TAKEN = [fault for fault in PLANTED_FAULTS if fault.rule not in HUB_RULES]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("widget: 3", '"widget" must be an array'),
        ("license:", '"license" must be a string'),
        ("language: no", '"language" must be a string'),
        ("tags: [a, null]", '"tags[1]" must be a string'),
        ("base_model: {}", '"base_model" must be one of [array, string]'),
        ("model-index: [3]", '"model-index[0]" must be of type object'),
        ("model-index: [{name: m}]", '"model-index[0].results" is required'),
        (
            "datasets: [/var/hf/images/]",
            ('"datasets[0]" with value "/var/hf/images/" is not valid. '
            "If possible, use a dataset id from https://hf.co/datasets."),
        ),
        (
            "base_model: /home/me/model",
            ('"base_model" with value "/home/me/model" is not valid. '
            "Use a model id from https://hf.co/models."),
        ),
        (
            "base_model_relation: child",
            '"base_model_relation" must be one of [adapter, merge, quantized, finetune]',
        ),
        (
            "language: zh-CN",
            ('"language" with value "zh-CN" is not valid. It must be an ISO 639-1, 639-2 or 639-3 '
            'code (two/three letters), or a special value like "code", "multilingual".'),
        ),
    ],
)  # fmt: skip
def test_the_message_is_the_hubs(line: str, message: str) -> None:
    assert hub_errors(with_metadata(line)) == (message,)


def test_the_message_on_licences_lists_them_all() -> None:
    (message,) = hub_errors(with_metadata("license: free"))

    assert message.startswith('"license" must be one of [apache-2.0, mit, openrail,')
    assert message.endswith(", grok2-community, gemma, unknown, other]")


def test_a_list_of_results_has_the_path_of_the_value() -> None:
    text = with_metadata(
        "model-index:",
        "- name: m",
        "  results:",
        "  - task: {type: question-answering}",
        "    dataset: {type: squad, name: SQuAD, config: 2.0}",
        "    metrics: [{type: f1, value: 80.0}]",
    )

    assert hub_errors(text) == ('"model-index[0].results[0].dataset.config" must be a string',)


def test_a_licence_without_a_name_names_the_missing_keys() -> None:
    assert hub_errors(with_metadata("license: other")) == (
        '"license_name" is required',
        '"license_link" is required',
    )


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: f"{fault.rule}-{fault.new[:30]}")
def test_every_rule_of_the_hub_has_a_message(fault: PlantedFault) -> None:
    assert len(hub_errors(fault.card)) == 1


@pytest.mark.parametrize("fault", TAKEN, ids=lambda fault: f"{fault.rule}-{fault.new[:30]}")
def test_the_hub_takes_what_only_misleads_readers(fault: PlantedFault) -> None:
    assert hub_errors(fault.card) == ()


def test_there_are_faults_of_both_kinds() -> None:
    assert len(REFUSED) >= 25
    assert len(TAKEN) >= 45


def test_a_card_without_metadata_is_taken_with_a_warning() -> None:
    assert hub_errors("# A page\n") == ()
    assert hub_warnings("# A page\n") == ("empty or missing yaml metadata in repo card",)
    assert hub_warnings(with_metadata("license: free")) == ()
