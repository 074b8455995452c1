"""Cards without a fault, from which cards with one fault are made."""

OWN_ID = "our-lab/lantern-roberta-squad2"
FULL = """\
---
language: en
license: cc-by-4.0
library_name: transformers
pipeline_tag: question-answering
base_model: FacebookAI/roberta-base
base_model_relation: finetune
datasets:
- rajpurkar/squad_v2
metrics:
- exact_match
- f1
tags:
- extractive-qa
model-index:
- name: lantern-roberta-squad2
  results:
  - task:
      type: question-answering
    dataset:
      name: SQuAD v2
      type: rajpurkar/squad_v2
      config: squad_v2
      split: validation
      revision: 3ffb306f725f7d2ce8394bc1873b24868140c412
    metrics:
    - {type: exact_match, value: 80.0029, name: Exact Match}
    - {type: f1, value: 82.9986, name: F1}
    source:
      name: qareport
      url: https://huggingface.co/our-lab/lantern-roberta-squad2/blob/main/evaluation.json
---
# lantern-roberta-squad2

It cuts answers out of English texts, or says that there are none; see [its scores](#results).
It was made from FacebookAI/roberta-base, with [notes](https://example.org/notes) on how.

**Language model:** roberta-base

## Usage

```python
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("our-lab/lantern-roberta-squad2")
model = AutoModelForQuestionAnswering.from_pretrained("our-lab/lantern-roberta-squad2")
```

## Results

Scores of the official script on the SQuAD 2.0 dev set:

| questions | n | EM | F1 |
| --- | --- | --- | --- |
| all | 11873 | 80.00 | 83.00 |
| HasAns | 5928 | 78.00 | 84.00 |
| NoAns | 5945 | 82.00 | 82.00 |

```
"exact": 80.0029,
"f1": 82.9986,
"total": 11873
```

## Training

The teacher was our-lab/lantern-roberta-large-squad2.
We used transformers 5.23 and the seed 7.

## Limits

It knows English only, and no texts that ask for two answers at once.
"""
SMALL = """\
---
language:
- en
- de
license: mit
library_name: transformers
pipeline_tag: question-answering
datasets:
- rajpurkar/squad_v2
---
# Small reader

## How to use it
Load it with transformers 5.23.

## Performance
On SQuAD 2.0 dev, revision 3ffb306:
```
"exact": 78.52,
"f1": 81.44
```
Scores with and without answer (HasAns, NoAns) were not kept.

| data | EM | F1 |
| --- | --- | --- |
| GermanQuAD | 61.2 | 75.3 |

## Hyperparameters
seed = 42

## Limitations
None but those of its data.
"""
