"""A network at work on several pictures at once, while whoever asked goes on with something else.

One picture on two threads is done a little sooner; two pictures on a thread each are done a third sooner in all,
because no thread waits for another at the end of each layer. So a lane is one thread, and there are as many as cores.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from vision.arrays import F32, U8
from vision.detect.card import InputSpec
from vision.detect.letterbox import normalised
from vision.detect.model_file import ModelFile
from vision.detect.openvino_runtime import OpenVinoBytes
from vision.detect.runtime import Runtime, Session, open_onnx, run_all, runtime_for
from vision.detect.shapes import Shape
from vision.errors import ModelError

GPU_BATCH = 8
"""Pictures a graphics card is given together; a processor gains nothing from more than one."""


class ByteSession(Protocol):
    """A loaded network that scales bytes itself."""

    input_shape: Shape
    output_shape: Shape

    def run(self, canvases: U8) -> F32:
        """canvases (n, 3, height, width) uint8, planes in the card's order of colours; (n, …) as the head has it.
        Several threads may call it. Raise ModelError when the network refuses them."""


class Scaled:
    """A session with the scaling done in front of it.

    Each thread keeps the memory it scales into: fresh memory of that size costs as much as the scaling.
    """

    def __init__(self, session: Session, spec: InputSpec) -> None:
        self.input_shape, self.output_shape = session.input_shape, session.output_shape
        self._session, self._spec = session, spec
        self._kept = threading.local()

    def run(self, canvases: U8) -> F32:
        scaled: F32 | None = getattr(self._kept, "scaled", None)
        if scaled is None or scaled.shape != canvases.shape:
            scaled = self._kept.scaled = np.empty(canvases.shape, np.float32)
        return run_all(self._session, normalised(canvases, self._spec, scaled))


class Lanes:
    """
    count        batches worked on at the same time; 0: `start` does the work itself and returns when it is done
    most_batch   pictures that are worth bringing at once
    """

    def __init__(self, session: ByteSession, count: int, most_batch: int = 1) -> None:
        self.session = session
        self.count = count
        self.most_batch = most_batch
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="lane") if count else None

    def start(self, canvases: U8) -> Future[F32]:
        """As `ByteSession.run`; the future holds its answer or its ModelError."""
        if self._threads is not None:
            return self._threads.submit(self.session.run, canvases)
        future: Future[F32] = Future()
        try:
            future.set_result(self.session.run(canvases))
        except ModelError as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Wait for what runs, give up what waits, and end the threads. Closing twice is harmless."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)


def open_lanes(model: ModelFile, spec: InputSpec, runtime: Runtime | None, count: int) -> Lanes:
    """`count` lanes of one processor thread each; a graphics card has one that takes batches. `runtime` None: what
    fits the file. Raise ModelError when it cannot run."""
    runtime = runtime_for(model, runtime)
    if runtime is Runtime.OPENVINO:
        return Lanes(OpenVinoBytes(model, spec, count), count)
    session = open_onnx(model, 1, runtime)
    if runtime is Runtime.ONNXRUNTIME:
        return Lanes(Scaled(session, spec), count)
    return Lanes(Scaled(session, spec), 1, session.input_shape[0] or GPU_BATCH)
