"""Reads a tokenizer's definition, as `tokenizers` writes it, and makes a smaller one."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError
from tokenizers import Tokenizer

from trainer.errors import PreflightError
from trainer.starting.tokenizer_kinds import BytePairs, DefinitionPart, TokenIds, Unigram, WordPiece

TokenizerKind = Annotated[WordPiece | BytePairs | Unigram, Field(discriminator="type")]


class AddedToken(DefinitionPart):
    """A token found before words are cut, such as a special one."""

    id: int
    content: str

    def cut(self, new_ids: TokenIds) -> "AddedToken":
        """The token with its new id."""
        return self.model_copy(update={"id": new_ids[self.content]})


class OffsetTrimming(DefinitionPart):
    """Takes blanks out of offsets; it has no tokens."""

    type: Literal["ByteLevel"]

    def cut(self, _: TokenIds) -> "OffsetTrimming":
        """Itself."""
        return self


class EndMarks(DefinitionPart):
    """Puts a token before and others behind the texts."""

    type: Literal["BertProcessing", "RobertaProcessing"]
    sep: tuple[str, int]
    cls: tuple[str, int]

    def cut(self, new_ids: TokenIds) -> "EndMarks":
        """The same tokens with their new ids."""
        marks = {"sep": self.sep[0], "cls": self.cls[0]}
        return self.model_copy(
            update={side: (token, new_ids[token]) for side, token in marks.items()}
        )


class TemplateToken(DefinitionPart):
    """What a name in a template stands for."""

    ids: list[int]
    tokens: list[str]

    def cut(self, new_ids: TokenIds) -> "TemplateToken":
        """The same tokens with their new ids."""
        return self.model_copy(update={"ids": [new_ids[token] for token in self.tokens]})


class Template(DefinitionPart):
    """Puts tokens around the texts by a template."""

    type: Literal["TemplateProcessing"]
    special_tokens: dict[str, TemplateToken]

    def cut(self, new_ids: TokenIds) -> "Template":
        """The same template over the new ids."""
        tokens = {name: token.cut(new_ids) for name, token in self.special_tokens.items()}
        return self.model_copy(update={"special_tokens": tokens})


class ProcessorSequence(DefinitionPart):
    """Processors one after the other."""

    type: Literal["Sequence"]
    processors: list["PostProcessor"]

    def cut(self, new_ids: TokenIds) -> "ProcessorSequence":
        """The same processors over the new ids."""
        cut = [processor.cut(new_ids) for processor in self.processors]
        return self.model_copy(update={"processors": cut})


PostProcessor = Annotated[
    OffsetTrimming | EndMarks | Template | ProcessorSequence, Field(discriminator="type")
]


class TokenizerDefinition(DefinitionPart):
    """A tokenizer as `tokenizers` stores it; windows are cut and padded elsewhere."""

    truncation: None
    padding: None
    added_tokens: list[AddedToken]
    post_processor: PostProcessor | None
    model: TokenizerKind

    def ids(self) -> TokenIds:
        """Id of each token, the added ones among them."""
        return {**self.model.ids(), **{token.content: token.id for token in self.added_tokens}}

    def cut(self, new_ids: TokenIds) -> "TokenizerDefinition":
        """The tokenizer of these tokens, which are all that its parts need, with their new ids."""
        return self.model_copy(
            update={
                "added_tokens": [token.cut(new_ids) for token in self.added_tokens],
                "post_processor": self.post_processor and self.post_processor.cut(new_ids),
                "model": self.model.cut(new_ids),
            }
        )


def read_definition(tokenizer: Tokenizer) -> TokenizerDefinition:
    """The definition of a tokenizer without its settings for truncation and padding.

    Raises:
        PreflightError: its vocabulary is of a kind that cannot be cut.
    """
    plain = Tokenizer.from_str(tokenizer.to_str())
    plain.no_truncation()
    plain.no_padding()
    try:
        return TokenizerDefinition.model_validate_json(plain.to_str())
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(key) for key in fault["loc"])
        raise PreflightError(
            f"the tokenizer's vocabulary cannot be cut ({field}: {fault['msg']}); only WordPiece, "
            "byte-level byte pairs and Unigram can, so leave the vocabulary whole"
        ) from error
