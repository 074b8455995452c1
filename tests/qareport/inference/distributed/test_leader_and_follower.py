"""Processes answer together what one answers, in order, and end together."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from queue import Queue
from threading import Thread

import numpy as np
import pytest
from torch.distributed import TCPStore  # type: ignore[attr-defined] # public, but not in __all__

from qareport.errors import LostProcessError, ModelError, OutputError, QareportError, UsageError
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE, Answerer
from qareport.inference.distributed import process_group
from qareport.inference.distributed.follower import follow
from qareport.inference.distributed.launch import Launch
from qareport.inference.distributed.leader import Leader, SharedAnswerer, leading
from qareport.inference.distributed.messages import Message, Reply, require_same_setup, setup_of
from qareport.inference.distributed.process_group import join_group, own_gpu
from qareport.inference.identity import Hardware
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FittedEngine, TableEngine, loaded_model
from tests.builders import example

EXAMPLES = tuple(
    example(f"q{number}", f"Who came in {number}?", context="The Normans came.")
    for number in range(9)
)
OPTIONS = AnsweringOptions(max_seq_length=24, doc_stride=4)
OTHER_WEIGHTS = (
    "process 1 of 2: its weights (other) would give other answers than w, which the first process "
    "has; let all have the same"
)
Load = Callable[[Hardware], Answerer]


@dataclass(frozen=True, slots=True)
class ThreadGroup:
    """A group between threads: a queue to each and one back from each."""

    launch: Launch
    messages: Sequence[Queue[Message]]
    replies: Sequence[Queue[Reply]]

    def scatter(self, messages: Sequence[Message]) -> None:
        """Sends each its message."""
        for queue, message in zip(self.messages, messages, strict=True):
            queue.put(message)

    def gather(self, reply: Reply) -> Sequence[Reply]:
        """The replies of all."""
        return [reply, *(queue.get() for queue in self.replies[1:])]

    def receive(self) -> Message:
        """The message to this one."""
        return self.messages[self.launch.rank].get()

    def send_reply(self, reply: Reply) -> None:
        """Sends a reply back."""
        self.replies[self.launch.rank].put(reply)


@dataclass(slots=True)
class Group:
    """A leader and helpers in threads."""

    loads: Sequence[Load]
    """How each helper gets its answerer."""
    codes: dict[int, int] = field(default_factory=dict)
    """What helpers ended with."""

    def lead(self, work: Callable[[Leader], None], *, exit_code: int = 0) -> None:
        """Does the work, dismisses the helpers and waits for them."""
        count = len(self.loads) + 1
        queues: list[Queue[Message]] = [Queue() for _ in range(count)]
        replies: list[Queue[Reply]] = [Queue() for _ in range(count)]
        groups = [ThreadGroup(Launch(rank, count), queues, replies) for rank in range(count)]
        threads = [Thread(target=self._follow, args=(group,)) for group in groups[1:]]
        for thread in threads:
            thread.start()
        leader = Leader(groups[0])
        try:
            work(leader)
        finally:
            leader.end_others(exit_code)
            for thread in threads:
                thread.join(timeout=600)

    def _follow(self, group: ThreadGroup) -> None:
        rank = group.launch.rank
        self.codes[rank] = follow(group, self.loads[rank - 1])


def answerer(weights: str = "w") -> Answerer:
    """An answerer with two examples to a chunk, whose weights have this hash."""
    model = loaded_model(TableEngine(), batch_tokens=2 * TOKENS_PER_CHUNK_EXAMPLE)
    identity = replace(model.identity, weights_sha256=weights)
    return Answerer(replace(model, identity=identity), OPTIONS)


def broken() -> Answerer:
    """An answerer that ends in an error."""
    model = answerer().model
    logits = dict.fromkeys(model.tokenizer.get_vocab().values(), np.nan)
    return Answerer(replace(model, engine=TableEngine(logits, logits)), OPTIONS)


def alike(_: Hardware) -> Answerer:
    """An answerer of a helper, whatever the first process chose."""
    return answerer()


def obedient(hardware: Hardware) -> Answerer:
    """An answerer that runs by the engine and in the format that the first process chose."""
    alone = answerer()
    own = replace(alone.model.hardware, engine=hardware.engine, dtype=hardware.dtype)
    return replace(alone, model=replace(alone.model, hardware=own))


def refuse(_: Hardware) -> Answerer:
    """A model that is not there."""
    raise UsageError("device 'cuda' is not available here")


def never(_: Hardware) -> Answerer:
    """A model that nobody needs."""
    raise AssertionError


def chunks_of(shared: SharedAnswerer) -> list[tuple[str, ...]]:
    """The ids of each chunk that comes, in order."""
    ranges = shared.chunk_ranges(len(EXAMPLES))
    return [
        tuple(prediction.example_id for prediction in chunk.predictions)
        for chunk in shared.answer_at(ranges, EXAMPLES)
    ]


@pytest.mark.parametrize("helpers", [0, 1, 3, 7])
def test_chunks_come_as_from_one_process(helpers: int) -> None:
    alone, group = answerer(), Group([alike] * helpers)
    expected = list(alone.answer_all(EXAMPLES))

    def compare(leader: Leader) -> None:
        shared = leader.share(alone)
        chunks = list(shared.answer_at(shared.chunk_ranges(len(EXAMPLES)), EXAMPLES))
        assert [chunk.examples for chunk in chunks] == [chunk.examples for chunk in expected]
        assert [each.predictions for each in chunks] == [each.predictions for each in expected]
        assert (shared.model, shared.options) == (alone.model, alone.options)

    group.lead(compare)

    assert group.codes == dict.fromkeys(range(1, helpers + 1), 0)


def test_all_processes_fit_their_engine_to_the_same_sample() -> None:
    plain = answerer()
    fitting = replace(plain, model=replace(plain.model, engine=FittedEngine()))
    sample = EXAMPLES[2:4]
    expected = list(fitting.calibrated(sample).answer_all(EXAMPLES))

    def compare(leader: Leader) -> None:
        shared = leader.share(fitting).calibrated(sample)
        chunks = list(shared.answer_at(shared.chunk_ranges(len(EXAMPLES)), EXAMPLES))
        assert [each.predictions for each in chunks] == [each.predictions for each in expected]

    Group([lambda _: fitting] * 2).lead(compare)


def test_no_sample_is_sent_around_for_engines_that_are_not_fitted() -> None:
    shared = Leader(ThreadGroup(Launch(), (), ())).share(answerer()).calibrated(EXAMPLES)

    assert shared.sample == ()


def test_helpers_without_an_order_load_no_model() -> None:
    group = Group([never, never])

    group.lead(lambda _: None, exit_code=2)

    assert group.codes == {1: 2, 2: 2}


@pytest.mark.parametrize(
    ("load", "sentence"),
    [
        (refuse, "process 1 of 2: device 'cuda' is not available here"),
        (lambda _: answerer("other"), OTHER_WEIGHTS),
    ],
)
def test_helper_that_cannot_help_is_told_of_in_its_turn(load: Load, sentence: str) -> None:
    group = Group([load])
    seen: list[tuple[str, ...]] = []

    def look(leader: Leader) -> None:
        shared = leader.share(answerer())
        chunks = shared.answer_at(shared.chunk_ranges(len(EXAMPLES)), EXAMPLES)
        seen.extend(tuple(each.id for each in chunk.examples) for chunk in chunks)

    with pytest.raises(ModelError) as caught:
        group.lead(look, exit_code=1)

    assert str(caught.value) == sentence
    assert seen == [("q0", "q1")]
    assert group.codes == {1: 1}


def test_helpers_take_the_engine_that_the_first_process_chose() -> None:
    alone, group = answerer(), Group([obedient])
    chosen = replace(alone.model.hardware, engine="openvino", dtype="bfloat16")

    def look(leader: Leader) -> None:
        first = replace(alone, model=replace(alone.model, hardware=chosen))
        assert len(chunks_of(leader.share(first))) == 5

    group.lead(look)

    assert group.codes == {1: 0}


def test_error_of_the_leader_ends_its_helpers() -> None:
    group = Group([alike])

    with pytest.raises(ModelError, match="finite"):
        group.lead(lambda leader: void(chunks_of(leader.share(broken()))), exit_code=1)

    assert group.codes == {1: 1}


def test_caller_that_stops_looking_leaves_nobody_waiting() -> None:
    group = Group([alike])

    def look(leader: Leader) -> None:
        shared = leader.share(answerer())
        next(shared.answer_at(shared.chunk_ranges(len(EXAMPLES)), EXAMPLES))
        assert leader.is_waiting

    group.lead(look, exit_code=1)

    assert group.codes == {1: 1}


def test_equal_answerers_are_alike() -> None:
    require_same_setup(setup_of(answerer()), setup_of(answerer()))


def test_processes_share_the_gpus_of_their_machine() -> None:
    gpus = [own_gpu(Launch(rank, 4, local_rank=rank), gpus=2) for rank in range(4)]

    assert gpus == [0, 1, 0, 1]


@pytest.fixture
def _meeting_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("MASTER_PORT", str(server.getsockname()[1]))
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")


@pytest.mark.usefixtures("_meeting_place")
def test_gloo_carries_what_one_process_says_to_itself() -> None:
    with leading(Launch(), "cpu") as leader:
        chunks = chunks_of(leader.share(answerer()))

    assert chunks == [("q0", "q1"), ("q2", "q3"), ("q4", "q5"), ("q6", "q7"), ("q8",)]


@pytest.mark.usefixtures("_meeting_place")
@pytest.mark.parametrize("error", [OutputError("full"), LostProcessError("gone")])
def test_error_of_the_block_leaves_it(error: QareportError) -> None:
    with pytest.raises(type(error), match=str(error)), leading(Launch(), "auto"):
        raise error


def void(_: object) -> None:
    """Takes what nobody needs."""


@pytest.mark.usefixtures("_meeting_place")
@pytest.mark.parametrize(
    ("name", "value", "cause"),
    [
        ("MASTER_ADDR", None, "environment variable MASTER_ADDR expected, but not set"),
        ("MASTER_PORT", "x", "invalid literal for int"),
    ],
)
def test_launcher_must_say_where_its_processes_meet(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, cause: str
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)

    with pytest.raises(UsageError) as caught, join_group(Launch(0, count=2)):
        pass

    assert str(caught.value).startswith("the launcher does not say where its processes meet (")
    assert cause in str(caught.value)
    assert str(caught.value).endswith("); start them by torchrun")


@pytest.mark.usefixtures("_meeting_place")
def test_processes_that_do_not_reach_each_other_learn_of_a_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("MASTER_PORT", str(taken.getsockname()[1]))

        with pytest.raises(LostProcessError) as caught, join_group(Launch(0, count=2)):
            pass

    assert str(caught.value).startswith("the processes that share the work do not reach each other")
    assert str(caught.value).endswith(
        "); on several machines, GLOO_SOCKET_IFNAME must name the network between them, such as "
        "eth0"
    )


@pytest.fixture
def launchers_store(monkeypatch: pytest.MonkeyPatch) -> TCPStore:
    """What torchrun keeps while it starts its processes again and again."""
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    monkeypatch.setenv("TORCHELASTIC_USE_AGENT_STORE", "True")
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("MASTER_PORT", str(store.port))
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")
    return store


@pytest.mark.usefixtures("launchers_store")
def test_process_that_does_not_come_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_group, "LONGEST_START", timedelta(seconds=1))

    with (
        pytest.raises(LostProcessError, match="do not reach each other"),
        join_group(Launch(count=2)),
    ):
        pass


def test_processes_that_are_started_again_find_nothing_of_the_lost_ones(
    launchers_store: TCPStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_group, "LONGEST_START", timedelta(seconds=1))
    lost = Launch(1, count=2)
    with pytest.raises(LostProcessError), join_group(lost):
        pass

    with pytest.raises(LostProcessError), join_group(replace(lost, rank=0, restarts=1)):
        pass

    assert launchers_store.check(["start 0/1", "start 1/0"])
    assert not launchers_store.check(["start 1/1"])


@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_questions_of_all_processes_are_reported(helpers: int) -> None:
    told: list[int] = []
    group = Group([alike] * helpers)

    def answer(leader: Leader) -> None:
        chunks_of(leader.share(answerer()).reporting_to(told.append))

    group.lead(answer)

    assert sum(told) == len(EXAMPLES)
