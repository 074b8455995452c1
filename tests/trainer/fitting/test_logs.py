"""Parts of a loss are averaged as Trainer averages the loss: by updates."""

import torch

from trainer.fitting.logs import PartMeans


def test_micro_batches_of_an_update_weigh_as_one() -> None:
    means = PartMeans()
    for labels in (1.0, 3.0):
        means.add({"labels": torch.tensor(labels)}, share=0.5)
    means.add({"labels": torch.tensor(8.0)}, share=1.0)

    assert means.take() == {"labels": torch.tensor(5.0)}


def test_what_was_taken_does_not_count_again() -> None:
    means = PartMeans()
    means.add({"labels": torch.tensor(1.0)}, share=1.0)
    means.take()
    means.add({"labels": torch.tensor(2.0)}, share=1.0)

    assert means.take() == {"labels": torch.tensor(2.0)}
