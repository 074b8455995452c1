"""Defines the keys of a recipe with their defaults, and checks them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, field_validator, model_validator

from qareport.data.toml_tables import OneOf, Section, Text
from qareport.data.typed_numbers import AtLeastOne, Position, Seed

# Strict: neither true nor "2" is the number that somebody meant.
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Positive = Annotated[float, Field(gt=0, le=1e9, strict=True)]
NotNegative = Annotated[float, Field(ge=0, le=1e9, strict=True)]
BatchSize = Annotated[int, Field(ge=1, le=2**16, strict=True)]
"""Windows that are held in memory together, at least as numbers."""
Times = Annotated[int, Field(ge=1, le=1000, strict=True)]
"""How often something is done with each example: all that is made of them must fit into memory."""


def _losses() -> Mapping[str, str]:
    """Names of the losses against the teacher, with what each compares."""
    from trainer.losses.distillation import TEACHER_LOSSES  # noqa: PLC0415 - torch is slow

    return {name: loss.meaning for name, loss in TEACHER_LOSSES.items()}


LossName = Annotated[str, AfterValidator(OneOf(_losses))]

LAYER_TRAINING: Mapping[str, float] = MappingProxyType(
    {"epochs": 5.0, "batch_size": 10, "learning_rate": 5e-5}
)
"""Haystack's defaults of an intermediate stage, where they differ from other stages."""


class Source(Section):
    """Where examples come from."""

    source: Text
    """SQuAD JSON file, file of rows, folder, or data set on the Hub."""
    config: Text | None = None
    """Configuration of a Hub data set."""
    split: Text | None = None
    """Split of a Hub data set."""
    revision: Text | None = None
    """Commit, tag or branch of a Hub data set."""
    limit: AtLeastOne | None = None
    """Take only so many examples, drawn with the recipe's seed."""
    times: Times = 1
    """Each example is taken so often in an epoch."""


class Augmentation(Section):
    """Copies of contexts with words replaced by what a masked language model proposes."""

    model: Text
    """Masked language model: folder or Hub id."""
    copies: Times = 20
    """Copies of each example beside itself."""
    replaced: Share = 0.4
    """Chance of a word to be replaced."""
    candidates: AtLeastOne = 20
    """Words that one is drawn from, likeliest first."""


class Data(Section):
    """Training, evaluation and development data."""

    train: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Sources of training examples, taken together."""
    evaluation: Source
    """The data that teacher, student and baseline are scored on."""
    development: Source | None = None
    """The data on which checkpoints are scored while training; none are without it."""
    golds: Literal["first", "all"] = "first"
    """Learn the first gold answer inside a window, or all of them with equal shares."""
    unanswerable: Share = 0.0
    """Share of answerable examples asked again about a similar paragraph without the answer."""
    augmentation: Augmentation | None = None
    """Further copies of the examples, for stages that ask for them."""

    @model_validator(mode="after")
    def _check(self) -> "Data":
        if any(source and source.times > 1 for source in (self.evaluation, self.development)):
            raise ValueError("times is for sources of training examples; score each example once")
        return self


class Windows(Section):
    """How contexts are cut."""

    max_seq_length: AtLeastOne = 384
    """Tokens of a window: question, context and special tokens."""
    doc_stride: Position = 128
    """Context tokens that neighbouring windows share, or by which they are apart."""
    stride: Literal["overlap", "step"] = "overlap"
    """Whether `doc_stride` is shared (run_qa) or the distance of window starts (Haystack)."""
    max_question_length: AtLeastOne | None = None
    """Questions are cut to so many tokens; only with `stride = "step"`, where it is 64 if unset."""

    @model_validator(mode="after")
    def _check(self) -> "Windows":
        if self.doc_stride >= self.max_seq_length:
            raise ValueError(
                f"doc_stride {self.doc_stride} is not below max_seq_length {self.max_seq_length}"
            )
        return self


class Training(Section):
    """How weights are fitted."""

    epochs: Annotated[float, Field(gt=0, le=10_000, strict=True)] = 2.0
    """Passes over the windows."""
    batch_size: BatchSize = 32
    """Windows of one update, over all devices."""
    micro_batch_size: BatchSize | None = None
    """Windows that a device takes at once; gradients of several are added up. None is all."""
    learning_rate: Positive = 3e-5
    """Highest learning rate, after the warm-up."""
    warmup: Annotated[float, Field(ge=0, lt=1, strict=True)] = 0.2
    """Share of the updates in which the learning rate rises from 0; then it falls to 0."""
    weight_decay: NotNegative = 0.01
    """Weight decay of AdamW."""
    max_gradient_norm: Positive = 1.0
    """Longer gradients are shortened to it."""
    head_dropout: Annotated[float, Field(ge=0, lt=1, strict=True)] = 0.1
    """Dropout on the last hidden state, before the head: `embeds_dropout_prob` of Haystack."""
    precision: Literal["float32", "bfloat16", "float16"] = "float32"
    """Precision of the matrix products; weights and their updates stay float32."""
    gradient_checkpointing: StrictBool = False
    """Compute activations twice instead of keeping them: less memory, a third more time."""
    group_by_length: StrictBool = True
    """Put windows of like length into a batch; the order stays random otherwise."""
    save_every: AtLeastOne = 500
    """Updates between checkpoints from which a stopped run resumes."""
    evaluate_every: AtLeastOne | None = None
    """Updates between scores on the development data; a multiple of `save_every`."""
    patience: AtLeastOne | None = None
    """Stop after so many scores without a better F1."""
    keep: Literal["last", "best"] = "last"
    """The weights of the last update, or those with the best F1 on the development data."""

    @model_validator(mode="after")
    def _check(self) -> "Training":
        if self.micro_batch_size is not None and self.batch_size % self.micro_batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} is not a multiple of micro_batch_size "
                f"{self.micro_batch_size}"
            )
        if self.evaluate_every is not None and self.evaluate_every % self.save_every:
            raise ValueError(
                f"evaluate_every {self.evaluate_every} is not a multiple of save_every "
                f"{self.save_every}"
            )
        if self.evaluate_every is None and (self.patience is not None or self.keep == "best"):
            raise ValueError('patience and keep = "best" need evaluate_every')
        return self


class PredictionStage(Section):
    """Learn the teacher's start and end logits beside the labels."""

    loss: LossName = "kl"
    """How far the student is from the teacher."""
    temperature: Positive = 1.0
    """By which logits are divided before the softmax."""
    weight: Share = 0.75
    """Haystack's `distillation_loss_weight`: share of the teacher, the rest is the labels'."""
    training: Training = Training()
    """How weights are fitted."""


class IntermediateStage(Section):
    """Learn the teacher's hidden states and attention, layer by layer, without labels."""

    teacher: Text | None = None
    """Another teacher for this stage: folder or Hub id."""
    revision: Text | None = None
    """Its commit, tag or branch on the Hub."""
    hidden_weight: NotNegative = 1.0
    """Weight of the squared differences of hidden states."""
    attention_weight: NotNegative = 1.0
    """Weight of the squared differences of raw attention scores; 0 where head counts differ."""
    projections: Literal["per_level", "shared", "identity"] = "per_level"
    """A trained map for each level of hidden states, one for all (TinyBERT), or none."""
    augmented: StrictBool = False
    """Learn from the augmented copies too."""
    training: Training = Training.model_validate(LAYER_TRAINING)
    """How weights are fitted."""

    @field_validator("training", mode="before")
    @classmethod
    def _fill_in(cls, said: object) -> object:
        """Gives keys that a table leaves out this stage's defaults, not those of any other."""
        return {**LAYER_TRAINING, **said} if isinstance(said, Mapping) else said

    @model_validator(mode="after")
    def _check(self) -> "IntermediateStage":
        if not (self.hidden_weight or self.attention_weight):
            raise ValueError("hidden_weight and attention_weight are both 0; nothing is learnt")
        if self.revision is not None and self.teacher is None:
            raise ValueError("revision needs a teacher of its own")
        return self


class Teacher(Section):
    """The model that the student learns from."""

    model: Text
    """Folder or Hub id of a model fine-tuned for question answering."""
    revision: Text | None = None
    """Its commit, tag or branch on the Hub."""
    vocabulary_size: AtLeastOne | None = None
    """Cut it first to so many tokens, the commonest of the training data; its layers keep them."""
    tuning: Training | None = None
    """Fine-tune it on the labels first."""
    train: tuple[Source, ...] = ()
    """What it is fine-tuned on; the student's training data where none is named."""

    @property
    def is_remade(self) -> bool:
        """Whether the run makes a teacher of its own out of the model."""
        return self.tuning is not None or self.vocabulary_size is not None


class Student(Section):
    """The model that is trained: a pretrained one, or layers of the teacher."""

    model: Text | None = None
    """Folder or Hub id of a pretrained model; without it the student starts from the teacher."""
    revision: Text | None = None
    """Its commit, tag or branch on the Hub."""
    layers: Annotated[tuple[Position, ...], Field(min_length=1)] | None = None
    """Layers of that model to keep, counted from 0; all of them without it."""
    trim_vocabulary: StrictBool = False
    """Keep only the tokens that the training data uses, single characters and special tokens."""
    saved_as: Literal["float32", "bfloat16", "float16"] = "float32"
    """Precision of the saved weights, the baseline's too."""

    @model_validator(mode="after")
    def _check(self) -> "Student":
        if self.model is None and self.layers is None:
            raise ValueError("a model is missing, or layers of the teacher to start from")
        if self.model is None and self.revision is not None:
            raise ValueError("revision needs a model")
        return self


class Recipe(Section):
    """Everything that defines a run."""

    purpose: Text
    """What the recipe is for, in a line."""
    seed: Seed = 42
    """Seed of every random choice."""
    fidelity: Literal["haystack", "corrected"] = "corrected"
    """Haystack's exact choices, faults included, or what its formulas meant."""
    data: Data
    """Training, evaluation and development data."""
    windows: Windows = Windows()
    """How contexts are cut."""
    teacher: Teacher
    """The model that the student learns from."""
    student: Student
    """The model that is trained."""
    intermediate: IntermediateStage | None = None
    """A first stage that trains the student's layers towards a teacher's, without labels."""
    distillation: PredictionStage = PredictionStage()
    """How the student learns to answer."""
    baseline: StrictBool = True
    """Train the student a second time, in the same way without the teacher."""

    @model_validator(mode="after")
    def _check(self) -> "Recipe":
        for is_broken, sentence in BROKEN:
            if is_broken(self):
                raise ValueError(sentence)
        return self

    @property
    def is_haystack(self) -> bool:
        """Whether Haystack's exact choices hold, faults included."""
        return self.fidelity == "haystack"

    @property
    def padded_length(self) -> int | None:
        """Tokens that every window is padded to; None for the longest of a batch.

        Haystack pads to the full length, and lets padding take part in the softmax.
        """
        return self.windows.max_seq_length if self.is_haystack else None

    @property
    def trainings(self) -> tuple[Training, ...]:
        """The training tables of all stages, and of the teacher."""
        stages = (self.intermediate, self.distillation)
        of_stages = (stage.training for stage in stages if stage is not None)
        return (*of_stages, *((self.teacher.tuning,) if self.teacher.tuning else ()))


BROKEN: tuple[tuple[Callable[[Recipe], bool], str], ...] = (
    (
        lambda recipe: recipe.is_haystack and recipe.intermediate is not None,
        'an intermediate stage needs fidelity = "corrected": Haystack\'s own was broken',
    ),
    (
        lambda recipe: recipe.is_haystack and recipe.data.golds == "all",
        'data.golds = "all" needs fidelity = "corrected": Haystack learns the first',
    ),
    (
        lambda recipe: (
            recipe.windows.max_question_length is not None and recipe.windows.stride == "overlap"
        ),
        'windows.max_question_length needs windows.stride = "step"',
    ),
    (
        lambda recipe: recipe.student.trim_vocabulary and recipe.intermediate is not None,
        "an intermediate stage needs student.trim_vocabulary = false: its teacher reads all tokens",
    ),
    (
        lambda recipe: (
            recipe.data.augmentation is None
            and recipe.intermediate is not None
            and recipe.intermediate.augmented
        ),
        "intermediate.augmented needs data.augmentation, which says how",
    ),
    (
        lambda recipe: (
            recipe.data.development is None
            and any(training.evaluate_every is not None for training in recipe.trainings)
        ),
        "evaluate_every needs data.development, the data to score on",
    ),
    (
        lambda recipe: bool(recipe.teacher.train) and recipe.teacher.tuning is None,
        "teacher.train needs teacher.tuning, how the teacher learns from it",
    ),
)
"""What cannot go together, each with the sentence that refuses it."""
