"""Cuts a script that breaks a promise down to the shortest one found that breaks it in the same way."""

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from sync.simulation.script import Script, Step

MOST_RUNS = 600
Breaks = Callable[[Script], bool]


def signature(error: BaseException | None) -> tuple[str, str, int | None]:
    """What sort of failure it is: its type, and the line that noticed."""
    if error is None:
        return "", "", None
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__, frames[-1].filename, frames[-1].lineno


def shrink(script: Script, breaks: Breaks) -> Script:
    """`breaks` says whether a script still fails in the same way."""
    runs = 0
    shorter = True
    while shorter and runs < MOST_RUNS:
        shorter = False
        for candidate in _candidates(script):
            runs += 1
            if breaks(candidate):
                script, shorter = candidate, True
                break
            if runs >= MOST_RUNS:
                break
    return script


def _candidates(script: Script) -> Iterator[Script]:
    """Shorter scripts, the boldest cuts first."""
    steps = script.steps
    size = len(steps) // 2
    while size:
        for begin in range(0, len(steps), size):
            yield _with(script, steps=steps[:begin] + steps[begin + size :])
        size //= 2
    if len(script.phones) > 1:
        for index in range(len(script.phones)):
            yield _with(script, phones=script.phones[:index] + script.phones[index + 1 :])
    for index, step in enumerate(steps):
        for simpler in _simpler(step):
            yield _with(script, steps=[*steps[:index], simpler, *steps[index + 1 :]])


def _simpler(step: Step) -> Iterator[Step]:
    match step:
        case {"do": "record", "mutations": [_, _, *_] as mutations}:
            for index in range(len(mutations)):
                yield step | {"mutations": mutations[:index] + mutations[index + 1 :]}
        case {"do": "sync", "plans": plans}:
            for label, plan in plans.items():
                if len(plans) > 1:
                    yield step | {"plans": {name: each for name, each in plans.items() if name != label}}
                if plan:
                    yield step | {"plans": plans | {label: plan[:-1]}}


def _with(script: Script, **changes: Any) -> Script:
    return msgspec.structs.replace(script, **changes)
