"""The commands `ngatu signals …`. Also `python -m signals.cli`."""

from signals.control.cli import app, signals_app
from signals.live.cli import clear
from signals.report.net_cli import fixed_from_turns, import_net
from signals.report.wave_cli import plans, wave

signals_app.command("plans")(plans)
signals_app.command("wave")(wave)
signals_app.command("import")(import_net)
signals_app.command("fixed")(fixed_from_turns)
signals_app.command("clear")(clear)

if __name__ == "__main__":
    app()
