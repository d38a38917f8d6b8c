"""The commands `ngatu signals …`. Also `python -m signals.control.cli`."""

import typer

from signals.control.ntcip.cli import ntcip_controller, ntcip_watch
from signals.control.rsmp.cli import rsmp_site, rsmp_supervisor

signals_app = typer.Typer(no_args_is_help=True, help="Controllers of signals: virtual ones, and those who watch them.")
signals_app.command("rsmp-site")(rsmp_site)
signals_app.command("rsmp-supervisor")(rsmp_supervisor)
signals_app.command("ntcip-controller")(ntcip_controller)
signals_app.command("ntcip-watch")(ntcip_watch)
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
app.add_typer(signals_app, name="signals")

if __name__ == "__main__":
    app()
