"""From the links of a SUMO signal to movements: links that always share a lamp, and which of them may go together."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from signals.errors import Fault, JunctionError
from signals.sentences import said
from signals.sumo.net import Link, Net, Program
from vision.arrays import I64, Bool

GREEN, STOP_THEN_GO = "Gg", "s"
_LEFT, _RIGHT = frozenset("lLt"), frozenset("rR")


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows and columns are groups, or letters (indices) of the states.

    names     of the groups; each becomes a movement of the plan
    of_letter (n,)   int64  group of each letter; -1: a letter without links
    off       what each letter shows when its group is red: r, or s where the programs allow to stop and then go
    foes      (g, g) bool   ways cross or merge
    together  (g, g) bool   foes that a program of the net lets go at once, one of them yielding
    yields    (n, n) bool   letter of the row waits for that of the column where both are green
    crossing  (g,)   bool   walked, not driven
    """

    names: tuple[str, ...]
    of_letter: I64
    off: str
    foes: Bool
    together: Bool
    yields: Bool
    crossing: Bool

    def greens(self, state: str) -> frozenset[int]:
        """The groups that are green in a state of a program: those of which every letter is."""
        green = np.array([letter in GREEN for letter in state])
        return frozenset(g for g in range(len(self.names)) if green[self.of_letter == g].all())


def groups_of(net: Net, signal: str) -> Groups:
    """Raises JunctionError where the programs' states do not fit the links."""
    links, programs = net.links[signal], net.programs.get(signal, ())
    letters = max(link.index for link in links) + 1
    for program in programs:
        for phase in program.phases:
            if len(phase.state) < letters:
                sentence = said(
                    "Signal {signal}, program {program}: wanted {letters} letters in every state, found "
                    "{state} ({found}).",
                    signal=signal,
                    program=program.name,
                    letters=letters,
                    state=phase.state,
                    found=len(phase.state),
                )
                raise JunctionError(Fault(f"net.{signal}", sentence))
            letters = max(letters, len(phase.state))
    patterns = _patterns(programs, letters)
    keys = _keys(net, links, patterns)
    named: dict[tuple[str, ...], int] = {key: number for number, key in enumerate(dict.fromkeys(keys.values()))}
    of_letter = np.array([named[keys[i]] if i in keys else -1 for i in range(letters)], np.int64)
    foes, yields = _right_of_way(net, links, letters)
    return Groups(
        _names(list(named), links, of_letter),
        of_letter,
        "".join("s" if any(state[i] == STOP_THEN_GO for state in _states(programs)) else "r" for i in range(letters)),
        _by_group(foes, of_letter, len(named)),
        _by_group(_both_green(programs, letters), of_letter, len(named)),
        yields,
        np.array([key[0].startswith(":") for key in named], np.bool_),
    )


def _states(programs: tuple[Program, ...]) -> list[str]:
    return [phase.state for program in programs for phase in program.phases]


def _patterns(programs: tuple[Program, ...], letters: int) -> list[str]:
    """For each letter, in which states it is green."""
    return ["".join("1" if state[i] in GREEN else "0" for state in _states(programs)) for i in range(letters)]


def _keys(net: Net, links: tuple[Link, ...], patterns: list[str]) -> dict[int, tuple[str, ...]]:
    """What sets a letter's group apart: its road, when it is green, and the turn of lanes that serve only that turn."""
    turns: dict[str, set[str]] = defaultdict(set)
    for link in links:
        turns[link.from_lane].add(link.direction)
    keys: dict[int, tuple[str, ...]] = {}
    for link in sorted(links, key=lambda each: each.index):
        if link.crossing:
            keys[link.index] = (link.to_lane, patterns[link.index])
            continue
        only = turns[link.from_lane]
        turn = "left" if only <= _LEFT else "right" if only <= _RIGHT else ""
        keys.setdefault(link.index, (net.lanes[link.from_lane].edge, patterns[link.index], turn))
    return keys


def _names(keys: list[tuple[str, ...]], links: tuple[Link, ...], of_letter: I64) -> tuple[str, ...]:
    """The road and its turns; a number where that is not enough."""
    names: list[str] = []
    for number, key in enumerate(keys):
        turns = "".join(
            sorted({link.direction.lower() for link in links if of_letter[link.index] == number and not link.crossing})
        )
        name = f"{key[0]}.{turns}" if turns else key[0]
        same = sum(other == name or other.startswith(f"{name}/") for other in names)
        names.append(f"{name}/{same + 1}" if same else name)
    return tuple(names)


def _right_of_way(net: Net, links: tuple[Link, ...], letters: int) -> tuple[Bool, Bool]:
    foes, yields = np.zeros((letters, letters), np.bool_), np.zeros((letters, letters), np.bool_)
    for one in links:
        table = net.right_of_way.get(one.junction)
        for other in links:
            known = table is not None and max(one.request, other.request) < len(table.foes)
            if table is None or not known or one.junction != other.junction or one.index == other.index:
                continue
            foes[one.index, other.index] |= table.foes[one.request, other.request]
            yields[one.index, other.index] |= table.yields[one.request, other.request]
    return foes | foes.T, yields


def _both_green(programs: tuple[Program, ...], letters: int) -> Bool:
    both = np.zeros((letters, letters), np.bool_)
    for state in _states(programs):
        green = np.array([letter in GREEN for letter in state])
        both |= green[:, None] & green[None]
    return both


def _by_group(letters: Bool, of_letter: I64, groups: int) -> Bool:
    """Whether any letter of the one has it with any of the other."""
    member = of_letter[None] == np.arange(groups)[:, None]
    return np.asarray(member.astype(int) @ letters.astype(int) @ member.T.astype(int) > 0, np.bool_)
