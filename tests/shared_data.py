"""Where the real data and the real model lie that some tests read, and the mark of those tests."""

import pytest

from tests.repository import ROOT

SHARED = ROOT.parent / "shared"
DEV_SET = SHARED / "data/squad_v2/dev-v2.0.json"
DEV_SAMPLE = SHARED / "data/squad_v2/dev_sample.json"
SEED_CARD = SHARED / "seed/card.md"
MODEL = SHARED / "models/minilm-l6-squad2"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real data and model of ../shared are not here"
)
