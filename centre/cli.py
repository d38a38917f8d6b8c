"""The command `ngatu serve`: what may be asked of it. The work is in `centre.serve`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from centre.errors import CentreError
from violations.errors import ViolationsError

BAD_INPUT = 2

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def centre() -> None:
    """The monitoring centre."""


@app.command()
def serve(
    *,
    db: Annotated[str | None, typer.Option(help="Database URL; by default SQLite in the data folder.")] = None,
    data: Annotated[Path, typer.Option(help="Folder of evidence files and the database.")] = Path("ngatu-data"),
    evidence: Annotated[
        str | None, typer.Option(help="s3://BUCKET/PREFIX for the evidence files; by default the data folder.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8300,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain (PEM); needs --tls-key.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Private key (PEM); needs --tls-cert.")] = None,
    open_to_network: Annotated[
        bool, typer.Option("--open-to-network", help="Let others reach it, or a proxy in front; needs accounts.")
    ] = False,
    workers: Annotated[
        int,
        typer.Option(min=1, max=64, help="Processes that answer together; more than the machine's cores help none."),
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Say where it runs as one JSON line.")] = False,
) -> None:
    """Start the centre: takes in events, answers with counts and plans, shows cases to reviewers."""
    from centre import serve as centre_serve  # noqa: PLC0415 — a second of imports that `ngatu count` should not wait for

    try:
        centre_serve.run(
            db=db,
            data=data,
            evidence=evidence,
            host=host,
            port=port,
            tls_files=(tls_cert, tls_key),
            open_to_network=open_to_network,
            workers=workers,
            as_json=as_json,
        )
    except (CentreError, ViolationsError) as error:
        sentence = f"[bold red]ngatu serve:[/] {escape(str(error))}"
        Console(stderr=True).print(sentence, highlight=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from error


if __name__ == "__main__":
    app()
