"""Large files in pieces (`PATCH /api/media/{sha256}`): after a broken line the upload goes on where it stopped."""

from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

PIECE_BYTES = 4 * 1024 * 1024
CONFLICT = 409
MOST_CORRECTIONS = 3
"""How often the centre may say that a piece begins elsewhere, before the file waits for the next round."""
NOT_KNOWN = {404, 405, 501}


class Received(BaseModel):
    # A newer centre may add words; an agent must not stop at them.
    model_config = ConfigDict(frozen=True, extra="ignore")

    received_bytes: int
    whole: bool


def send_pieces(client: httpx.Client, path: Path, sha256: str, media_type: str) -> httpx.Response | None:
    """The centre's last answer: 200 when it has the whole file, else why it has not. None: it takes no pieces.

    Raises httpx.HTTPError for the network and for answers that are none of a centre, OSError where the file cannot be
    read.
    """
    address, length_bytes = f"/api/media/{sha256}", path.stat().st_size
    response = client.get(address)
    if response.status_code in NOT_KNOWN:
        return None
    with path.open("rb") as file:
        for _ in range(length_bytes // PIECE_BYTES + 1 + MOST_CORRECTIONS):
            received = _read(response)
            if received is None or received.whole:
                break
            file.seek(received.received_bytes)
            headers = {"upload-offset": str(received.received_bytes), "upload-length": str(length_bytes)}
            content = file.read(PIECE_BYTES)
            response = client.patch(address, content=content, headers=headers | {"content-type": media_type})
            if response.status_code == CONFLICT:
                # Another part of this file is there than we were told: a request that we had given up still arrived.
                response = client.get(address)
    received = _read(response)
    if response.is_success and (received is None or not received.whole):
        raise httpx.RemoteProtocolError("wanted the centre to have the whole file, found a part that does not grow")
    return response


def _read(response: httpx.Response) -> Received | None:
    """None where this is no such answer: a refusal, or a proxy's page."""
    if response.status_code != httpx.codes.OK:
        return None
    try:
        return Received.model_validate_json(response.content)
    except ValidationError:
        return None
