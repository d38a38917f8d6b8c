"""`ngatu send`: deliver what a watch left in its outbox."""

import json
from functools import reduce

import typer
from rich.console import Console

from edge.agent.folder import EVIDENCE, OUTBOX
from edge.cli import exits
from edge.cli.options import AGENT_FOLDER, CentreOption, DataOption, InsecureOption, JsonOption
from edge.cli.progress import shown
from edge.cli.say import fail, log_on_stderr
from edge.errors import UsageError
from edge.outbox.outbox import Outbox
from edge.transport.https import SendResult, Uplink, send_all
from edge.transport.proof import proof_in


def send(
    *,
    centre: CentreOption,
    data: DataOption = AGENT_FOLDER,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send everything that waits in the outbox of an earlier watch; exit 3 if something still waits afterwards."""
    path = data.expanduser() / OUTBOX
    if not path.is_file():
        raise UsageError(f"{path}: wanted the outbox of an earlier `ngatu watch --centre`, found none")
    proof = proof_in(path.parent)
    evidence = path.parent / EVIDENCE
    with (
        Outbox.open(path) as outbox,
        Uplink(centre, outbox, proof, allow_insecure=insecure, evidence=evidence) as uplink,
    ):
        with log_on_stderr(), shown(send_all(uplink), "sending", None) as steps:
            done = reduce(SendResult.plus, steps, SendResult())
        waiting, refused = outbox.depth(), outbox.refused_count()
    if as_json:
        document = {"acknowledged": done.acknowledged, "waiting": waiting, "refused": refused, "problem": done.problem}
        print(json.dumps(document, ensure_ascii=False))
    else:
        Console().print(f"{done.acknowledged} events delivered, {waiting} wait, {refused} were refused and kept aside")
    if waiting:
        fail(f"{waiting} events still wait in {path}: {done.problem or 'the centre has not taken them yet'}")
        raise typer.Exit(exits.UNSENT)
