"""What the centre's answers mean: whom a refusal is about, and what it says."""

import re
from collections.abc import Collection

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

OK = 200
STORED = {200, 201}
MISSING_MEDIA = 409
HASH_DIFFERS = 422

# These speak of the caller, the address or the moment, not of the events: the same events may pass later.
NOT_ABOUT_THE_EVENTS = {401, 402, 403, 404, 405, 407, 408, 409, 410, 421, 423, 424, 425, 426, 429, 451}

LONGEST_REASON = 500
SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


class RefusedEvent(BaseModel):
    # An agent is updated later than its centre: words that a newer centre adds must not stop it.
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    reason: str


class Receipt(BaseModel):
    """What the centre's database holds now (`acknowledged`) and will never hold (`refused`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    acknowledged: tuple[str, ...]
    refused: tuple[RefusedEvent, ...] = ()


def read_receipt(response: httpx.Response) -> Receipt | None:
    """None unless this is the centre's own receipt: a proxy's welcome page is also a 200."""
    if response.status_code != OK:
        return None
    try:
        return Receipt.model_validate_json(response.content)
    except ValidationError:
        return None


def is_about_the_events(response: httpx.Response) -> bool:
    """Whether the centre will say the same of the same events forever."""
    return response.is_client_error and response.status_code not in NOT_ABOUT_THE_EVENTS


def missing_files(response: httpx.Response, named: Collection[str]) -> set[str]:
    """Which of the files `named` in the batch the centre says it lacks; all of them where it does not say which."""
    said = set(SHA256.findall(response.text))
    return said.intersection(named) or set(named)


def reason_of(response: httpx.Response) -> str:
    """One sentence: status, then title and detail of the problem+json where there is one."""
    return f"the centre answered {response.status_code}: {_words(response)}"[:LONGEST_REASON]


def describe(error: httpx.HTTPError) -> str:
    """One sentence for the operator; many of httpx's own messages are empty."""
    return f"no answer from the centre: {type(error).__name__} {error}".rstrip()


def retry_after_s(response: httpx.Response) -> float | None:
    """The wait the centre asks for, where it says it in seconds."""
    words = response.headers.get("retry-after", "")
    return float(words) if words.isascii() and words.isdigit() else None


def _words(response: httpx.Response) -> str:
    if response.is_redirect:
        return f"it is elsewhere ({response.headers.get('location', 'no address given')}); give that address instead"
    try:
        problem = response.json()
    except ValueError:
        return response.reason_phrase or "no reason given"
    if not isinstance(problem, dict):
        return response.reason_phrase
    said = [str(problem[key]) for key in ("title", "detail") if problem.get(key)]
    return "; ".join(said) or response.reason_phrase
