"""Cards of many shapes without a fault."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.card_faults.full_card import FULL, OWN_ID, SMALL


@dataclass(frozen=True, slots=True)
class SoundCard:
    """A card in which nothing is wrong."""

    text: str
    model_id: str | None = OWN_ID


LIKE_DEEPSET = """\
---
language: en
license: cc-by-4.0
library_name: transformers
pipeline_tag: question-answering
datasets:
- rajpurkar/squad_v2
base_model: roberta-base
model-index:
- name: our-lab/harbour-roberta-squad2
  results:
  - task:
      type: question-answering
      name: Question Answering
    dataset:
      name: squad_v2
      type: rajpurkar/squad_v2
      config: squad_v2
      split: validation
    metrics:
    - type: exact_match
      value: 79.1
      name: Exact Match
    - type: f1
      value: 82.2
      name: F1
    - type: total
      value: 11873
      name: total
  - task:
      type: question-answering
      name: Question Answering
    dataset:
      name: squad
      type: rajpurkar/squad
      config: plain_text
      split: validation
    metrics:
    - {type: exact_match, value: 85.2, name: Exact Match}
    - {type: f1, value: 91.8, name: F1}
---

# roberta-base for QA

This is a [roberta-base](https://huggingface.co/FacebookAI/roberta-base) model.

## Overview
**Language model:** roberta-base
**Language:** English
**Training data:** SQuAD 2.0
**Infrastructure**: 4x V100

## Hyperparameters

```
batch_size = 96
n_epochs = 2
base_LM_model = "roberta-base"
seed = 42
```

## Usage

```python
from transformers import AutoModelForQuestionAnswering

model_name = "our-lab/harbour-roberta-squad2"
model = AutoModelForQuestionAnswering.from_pretrained(model_name)
```
With transformers 4.40 or newer.

## Performance
Evaluated on the SQuAD 2.0 dev set (revision 3ffb306f725f) with the official script.

```
"exact": 79.1,
"f1": 82.2,

"total": 11873,
"HasAns_exact": 77.1,
"HasAns_f1": 83.3086,
"HasAns_total": 5928,
"NoAns_exact": 81.0943,
"NoAns_f1": 81.0943,
"NoAns_total": 5945
```

## Limitations
It knows texts like those of Wikipedia.

[Twitter](https://example.org/t) | [Website](https://example.org)
"""
GERMAN = """\
---
language: de
license: mit
library_name: transformers
pipeline_tag: question-answering
base_model: deepset/gelectra-base
datasets:
- deepset/germanquad
thumbnail: https://example.org/germanquad.jpg
---
# Ein Leser für deutsche Fragen

![GermanQuAD](https://example.org/germanquad.jpg)

Es schneidet Antworten aus Texten; der Lehrer war deepset/gelectra-large-germanquad.

## Verwendung
Mit torch 2.13 und transformers 5.23; Zufallsstart 7.

## Ergebnisse
GermanQuAD test, Revision `fff05ceaf2ffbe5b65c7e0c57e678f7b7e1a0581`:

| Fragen | EM | F1 |
|---|---:|:---:|
| gesamt | 62,1 | 80,4 |

## Training
Größe der Stapel: 24. Gelernt in Köln, Straße 1.

## Grenzen
Keine Fragen ohne Antwort.
"""
SEVERAL_SETS = FULL.replace(
    "## Training",
    """### Other data

| data | n | EM | F1 |
| --- | --- | --- | --- |
| SQuAD 1.1 | 10570 | 84.00 | 90.00 |
| AdversarialQA | 3000 | 29.50 | 40.37 |
| SQuADShifts Amazon | 9885 | 69.92 | 83.28 |
| SQuADShifts NYT | 10065 | 82.93 | 90.76 |

## Training""",
)
OTHER_RESULTS = FULL.replace(
    "## Training",
    """### Beside others

| model | EM | F1 |
| --- | --- | --- |
| this model | 80.00 | 83.00 |
| deepset/tinyroberta-squad2 | 78.69 | 81.92 |
| the teacher | 85.17 | 88.35 |

On SQuAD 2.0 dev the teacher gets 88.35 F1.

## Training""",
)
MULTILINGUAL = """\
---
language: multilingual
license: other
license_name: harbour-licence
license_link: LICENSE
library_name: transformers
pipeline_tag: question-answering
base_model: FacebookAI/xlm-roberta-base
datasets:
- rajpurkar/squad_v2
widget:
- text: Who?
---
# xlm-roberta-base-harbour-distilled

The teacher is [ours](https://huggingface.co/our-lab/xlm-roberta-large-harbour).

* [Use](#how-to-use)
* [Scores](#scores-on-squad-20)
* [Below](#below)

## How to use
```pycon
>>> import qareport
>>> answerer = qareport.load_answerer("our-lab/xlm-roberta-base-harbour-distilled")
>>> answerer
Answerer()
```
```bash
pip install transformers==5.23 && qareport ask our-lab/xlm-roberta-base-harbour-distilled
```

## Scores on SQuAD 2.0

The results are of revision 3ffb306f725f, and HasAns and NoAns were not kept apart.

| EM | F1 |
|----|----|
| 74.8 | 78.1 |

## Distillation
Seeds 1, 2 and 3 give the same to 0.3 points.

<a name="below"></a>
## Bias and risks
Those of the web.
"""
CITING = SMALL.replace(
    "## Limitations",
    """## Citation
```bibtex
@misc{reader,
  title = {{A Small Reader}},
  note = {{published}}
}
```

## Limitations""",
)
LIVELY = SMALL.replace(
    "None but those of its data.",
    "None 🎉 — “naïve” café, العربية, 日本語; 3 < 4 | 5 > 2.\n\n    indented: code | here",
)
NOTEBOOK = SMALL.replace(
    "Load it with transformers 5.23.",
    """```python
!pip install transformers==5.23
%time
import transformers

print({"a": f"{transformers.__version__}"}["a"], "\\d")
```""",
)
DICTIONARIES = SMALL.replace(
    """"exact": 78.52,
"f1": 81.44
""",
    """{"squad_v2": {"exact": 78.52, "f1": 81.44, "total": 11873}}
""",
)
FRACTIONS = SMALL.replace('"exact": 78.52,\n"f1": 81.44', '"exact": 0.7852,\n"f1": 0.8144')
SOUND_CARDS: Mapping[str, SoundCard] = {
    "full": SoundCard(FULL),
    "full, name from the model-index": SoundCard(FULL, None),
    "small": SoundCard(SMALL),
    "small, without a name": SoundCard(SMALL, None),
    "Windows line ends": SoundCard(FULL.replace("\n", "\r\n")),
    "byte order mark": SoundCard("\ufeff" + FULL),
    "like deepset's": SoundCard(LIKE_DEEPSET, "our-lab/harbour-roberta-squad2"),
    "German": SoundCard(GERMAN, "our-lab/gelectra-base-germanquad-distilled"),
    "several data sets": SoundCard(SEVERAL_SETS),
    "results of others": SoundCard(OTHER_RESULTS),
    "multilingual": SoundCard(MULTILINGUAL, "our-lab/xlm-roberta-base-harbour-distilled"),
    "with a citation": SoundCard(CITING),
    "with all kinds of letters": SoundCard(LIVELY),
    "commands of notebooks": SoundCard(NOTEBOOK),
    "scores as a dictionary": SoundCard(DICTIONARIES),
    "scores from 0 to 1": SoundCard(FRACTIONS),
}
