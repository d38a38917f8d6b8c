"""Fixed plans of ours from turning counts, which a run with another seed under the net's plan gave; SUMO runs them."""

from pathlib import Path

from benchmarks.closed_loop.signals.environment import Sumo
from benchmarks.closed_loop.signals.maps import SUBLANE_M, Map
from benchmarks.closed_loop.signals.rules import Rules
from signals.optimize.fixed.plans import fixed_plans
from signals.plan.timing import lay_out_stages
from signals.sumo import simulate
from signals.sumo.compare import net_programs, write_programs
from signals.sumo.counts import count_turns, lane_demands
from signals.sumo.junctions import ImportRules, import_junctions
from signals.sumo.net import read_net

# None of the seeds that are measured.
COUNTED_SEED = 1001
LONGEST_CYCLE_S = 120.0
# A swarm of motorbikes takes its time on a busy machine.
COUNTING_LIMIT_S = 3600.0


def fixed_programs(chosen: Map, sumo: Sumo, rules: Rules, folder: Path) -> Path:
    """One plan for the whole time for every signal, as a file to load beside the map's own. Raises SumoError,
    JunctionError, DemandError."""
    wanted = ImportRules(rules.yellow_s, rules.all_red_s, rules.min_green_s, LONGEST_CYCLE_S)
    signals = {each.name: each for each in import_junctions(chosen.net, wanted)}
    routes = folder / "counted.xml"
    simulate.call(
        sumo.program("sumo"),
        *("--net-file", str(chosen.net), "--route-files", ",".join(map(str, chosen.routes))),
        *(("--additional-files", ",".join(map(str, chosen.additional))) if chosen.additional else ()),
        *("--begin", f"{chosen.begin_s:g}", "--end", f"{chosen.end_s:g}", "--step-length", f"{chosen.step_s:g}"),
        *(("--lateral-resolution", f"{SUBLANE_M:g}") if chosen.sublane else ()),
        *("--seed", str(COUNTED_SEED), "--time-to-teleport", "-1", "--vehroute-output", str(routes)),
        *("--vehroute-output.write-unfinished", "true"),
        *("--no-step-log", "true", "--no-warnings", "true", "--duration-log.disable", "true"),
        limit_s=COUNTING_LIMIT_S,
    )
    net = read_net(chosen.net)
    demands, feeds = lane_demands(net, signals, count_turns([routes], net, chosen.routes), chosen.begin_s, chosen.end_s)
    plans = {}
    for demand, (plan, offset_s) in zip(demands, fixed_plans(demands, feeds), strict=True):
        junction = signals[demand.name].junction
        greens = [
            (junction.stages[row], float(green_s)) for row, green_s in zip(plan.stages, plan.greens_s, strict=True)
        ]
        plans[demand.name] = lay_out_stages(junction, greens, float(offset_s))
    return write_programs(folder / "fixed.add.xml", net_programs(signals, plans))
