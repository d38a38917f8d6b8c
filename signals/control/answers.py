"""What became of the orders handed to a controller that answers later."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine

from signals.control.controller import Answer, State

REMEMBERED = 1_000


class Answers:
    """Numbers orders and keeps the last thousand answers, and the work that is to bring the others."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Answer] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    def add(self, state: State, why: str = "") -> Answer:
        self._count += 1
        return self.put(Answer(self._count, state, why))

    def put(self, answer: Answer) -> Answer:
        self._known[answer.number] = answer
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return answer

    def get(self, number: int) -> Answer | None:
        return self._known.get(number)

    def work(self, on: Coroutine[None, None, None]) -> None:
        """Runs in the present event loop."""
        task = asyncio.get_running_loop().create_task(on)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Returns when every order handed over so far was answered."""
        await asyncio.gather(*self._tasks)
