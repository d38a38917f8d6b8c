"""`ngatu scene fetch` and `ngatu scene send`: a scene that people drew at the centre, and the still they draw on.

Nothing here is done by the agent on its own: an operator fetches, looks, and starts the watch anew.
"""

import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from edge.cli.options import AGENT_FOLDER, CentreOption, DataOption, InsecureOption, JsonOption
from edge.cli.scene import SourceArgument, app, first_picture, small, write_file, write_picture
from edge.errors import UplinkError, UsageError
from edge.transport.address import check_address, is_this_machine
from edge.transport.answers import STORED, describe, reason_of
from edge.transport.proof import proof_in
from vision.geometry.scene import load_scene

TIMEOUT_S = 60.0
CameraArgument = Annotated[str, typer.Argument(help="Name of the camera, as its events say it.")]


class Fetched(BaseModel):
    # An agent is updated later than its centre: words that a newer centre adds must not stop it.
    model_config = ConfigDict(frozen=True, extra="ignore")

    camera: str
    number: int
    sha256: str
    author: str
    at: str
    reason: str
    yaml: str


@app.command("fetch")
def fetch(
    camera: CameraArgument,
    *,
    centre: CentreOption,
    out: Annotated[Path, typer.Option("--out", help="The scene file to write.", show_default=False)],
    version: Annotated[int | None, typer.Option(min=1, help="An older version than the newest.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a scene file that says something else.")] = False,
    data: DataOption = AGENT_FOLDER,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch a camera's scene as it was saved at the centre. A watch that runs goes on with the one it loaded."""
    where = f"/api/scenes/{camera}" + (f"/versions/{version}" if version else "")
    with _client(centre, data, insecure) as client:
        fetched = _read(_ask(client, "GET", where), camera)
    content = fetched.yaml.encode()
    _check(fetched, out.name)
    same = out.is_file() and out.read_bytes() == content
    if out.exists() and not same and not force:
        raise UsageError(f"{out}: holds another scene; --force replaces it by version {fetched.number}")
    if not same:
        write_file(out, content)
    if as_json:
        typer.echo(json.dumps(fetched.model_dump(exclude={"yaml"}) | {"file": str(out), "changed": not same}))
        return
    did = "is already" if same else "wrote"
    typer.echo(f"{did} {out}: version {fetched.number} of {camera}, saved by {fetched.author} at {fetched.at}")
    typer.echo(f"reason: {fetched.reason}\nsha256: {fetched.sha256}")


@app.command("send")
def send(
    camera: CameraArgument,
    source: SourceArgument,
    *,
    centre: CentreOption,
    data: DataOption = AGENT_FOLDER,
    insecure: InsecureOption = False,
) -> None:
    """Send one still of a camera to the centre, for its scene editor. Run it from a timer to keep the still fresh."""
    with TemporaryDirectory() as folder:
        still = Path(folder) / "still.jpg"
        write_picture(still, small(first_picture(source)))
        with _client(centre, data, insecure) as client:
            _ask(client, "PUT", f"/api/stills/{camera}", still.read_bytes())
    typer.echo(f"the centre has a new still of {camera}")


def _client(centre: str, data: Path, insecure: bool) -> httpx.Client:
    url = check_address(centre, allow_insecure=insecure)
    proof = proof_in(data.expanduser())
    return httpx.Client(base_url=url, auth=proof, timeout=TIMEOUT_S, trust_env=not is_this_machine(url.host))


def _ask(client: httpx.Client, method: str, path: str, content: bytes | None = None) -> httpx.Response:
    """Raises UplinkError for any answer but a good one."""
    try:
        answer = client.request(method, path, content=content)
    except httpx.HTTPError as error:
        raise UplinkError(describe(error)) from error
    if answer.status_code not in STORED:
        raise UplinkError(reason_of(answer))
    return answer


def _read(answer: httpx.Response, camera: str) -> Fetched:
    try:
        fetched = Fetched.model_validate_json(answer.content)
    except ValidationError as error:
        raise UplinkError(
            f"scene of {camera}: wanted a version as the centre tells it, found something else"
        ) from error
    if sha256(fetched.yaml.encode()).hexdigest() != fetched.sha256 or fetched.camera != camera:
        raise UplinkError(f"scene of {camera}: wanted the file that its hash names, found another; fetch it again")
    return fetched


def _check(fetched: Fetched, name: str) -> None:
    """Raises SceneError: a newer centre may know what this agent does not, and then nothing is written."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(fetched.yaml, "utf-8")
        load_scene(file)
