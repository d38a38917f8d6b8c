"""From frames to crossings: the part of the agent that `count` and `watch` share. It lives in `edge.loop`."""

from edge.loop.look import look
from edge.loop.seen import Seen

__all__ = ["Seen", "look"]
