"""Uploads the files of evidence, oldest first, so that the events that name them may follow."""

import hashlib
import logging
import mimetypes
from dataclasses import dataclass

import httpx

from edge.outbox.outbox import Outbox
from edge.outbox.rows import OutboxMedia
from edge.transport import answers
from edge.transport.pieces import PIECE_BYTES, send_pieces

log = logging.getLogger(__name__)

# So that a long backlog of clips does not hold back the events that need none.
FILES_A_ROUND = 8


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What one round did. refused: events kept aside because their file is gone or never acceptable.

    unreachable: not even a connection came about, so events need not be tried either.
    """

    sent: int = 0
    refused: int = 0
    problem: str | None = None
    retry_after_s: float | None = None
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """About one file. sent: the centre has it. never: why it can never have it. later: why it has it not yet."""

    sent: bool = False
    never: str | None = None
    later: str | None = None
    retry_after_s: float | None = None
    unreachable: bool = False


class Uploader:
    """Remembers which files failed, so that one that always fails does not stand in the way of the others."""

    def __init__(self, client: httpx.Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox
        self._failed: set[str] = set()

    def send_some(self) -> Uploaded:
        """Up to FILES_A_ROUND files. Never raises for the network; OutboxError where the outbox fails."""
        total = Uploaded()
        for file in self._next_files():
            answer = self._send(file)
            total = self._note(total, file, answer)
            if answer.unreachable:
                break
        return total

    def _next_files(self) -> list[OutboxMedia]:
        waiting = self._outbox.media_pending()
        fresh = [file for file in waiting if file.sha256 not in self._failed]
        if not fresh:
            self._failed.clear()
            fresh = waiting
        return fresh[:FILES_A_ROUND]

    def _note(self, total: Uploaded, file: OutboxMedia, answer: _Answer) -> Uploaded:
        if answer.sent:
            self._outbox.media_sent([file.sha256])
            return Uploaded(total.sent + 1, total.refused, total.problem, total.retry_after_s)
        if answer.never is not None:
            log.error("file %s: %s; the events that name it are kept aside", file.path, answer.never)
            refused = self._outbox.refuse_needing(file.sha256, f"file {file.path.name}: {answer.never}")
            return Uploaded(total.sent, total.refused + refused, total.problem, total.retry_after_s)
        self._failed.add(file.sha256)
        return Uploaded(total.sent, total.refused, answer.later, answer.retry_after_s, answer.unreachable)

    def _send(self, file: OutboxMedia) -> _Answer:
        try:
            fault = fault_of(file)
            if fault is not None:
                return _Answer(never=fault)
            response = self._upload(file)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _Answer(later=answers.describe(error), unreachable=True)
        except httpx.HTTPError as error:
            return _Answer(later=answers.describe(error))
        except OSError as error:
            return _Answer(later=f"file {file.path} cannot be read: {error}")
        return _meaning(response)

    def _upload(self, file: OutboxMedia) -> httpx.Response:
        """A large file in pieces where the centre takes them, else all at once."""
        if file.path.stat().st_size > PIECE_BYTES:
            response = send_pieces(self._client, file.path, file.sha256, media_type(file))
            if response is not None:
                return response
        with file.path.open("rb") as content:
            headers = {"content-type": media_type(file)}
            return self._client.put(f"/api/media/{file.sha256}", content=content, headers=headers)


def fault_of(file: OutboxMedia) -> str | None:
    """Why the file on disk is not the one that was committed; None when it is. Raises OSError where unreadable."""
    if not file.path.is_file():
        return "wanted it on disk, found it gone"
    with file.path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    return None if found == file.sha256 else f"wanted SHA-256 {file.sha256}, found {found}: it was changed on disk"


def media_type(file: OutboxMedia) -> str:
    """By the ending of its name, so that the centre's pages can show pictures and play clips."""
    return mimetypes.guess_type(file.path.name)[0] or "application/octet-stream"


def _meaning(response: httpx.Response) -> _Answer:
    if response.status_code in answers.STORED:
        return _Answer(sent=True)
    reason = answers.reason_of(response)
    # The hash was right before it left, so a differing one was damaged on the way: send it again.
    if answers.is_about_the_events(response) and response.status_code != answers.HASH_DIFFERS:
        return _Answer(never=reason)
    return _Answer(later=reason, retry_after_s=answers.retry_after_s(response))
