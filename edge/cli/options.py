"""Options that several commands share, worded once."""

from pathlib import Path
from typing import Annotated

import typer

from edge.cli.runtime_choice import RuntimeChoice

ModelOption = Annotated[
    Path | None,
    typer.Option("--model", help="ONNX or OpenVINO model; without it the detector that ships with the engine."),
]
RuntimeOption = Annotated[
    RuntimeChoice,
    typer.Option(
        "--runtime",
        help="What runs the network; auto: what `ngatu models bench` found to be the fastest here, else what fits the "
        "model's file. cuda and tensorrt need an NVIDIA card.",
    ),
]
ThreadsOption = Annotated[
    int, typer.Option("--threads", min=1, help="Processor threads for the network: so many pictures at once.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")]
CentreOption = Annotated[str, typer.Option("--centre", help="Address of the centre, https://…")]
InsecureOption = Annotated[
    bool, typer.Option("--insecure", help="Allow plain http:// to another machine (evidence travels unprotected).")
]
DataOption = Annotated[
    Path, typer.Option("--data", help="The agent's own folder: outbox and evidence, for one agent at a time.")
]
DeviceOption = Annotated[
    Path | None,
    typer.Option(
        "--device", help="What the office says of the cameras (YAML); by default device.yaml in the --data folder."
    ),
]
PlatesOption = Annotated[
    bool, typer.Option("--plates/--no-plates", help="Read the plate of whoever is accused, or of nobody.")
]

AGENT_FOLDER = Path("ngatu-agent")
