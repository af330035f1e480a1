"""The engine beside a textbook NumPy loop and the peers that are installed.

    python benchmarks/engine.py [--json] [--rounds N] [--seconds S] [WORD…]

Only work whose name has one of the words in it is measured. Ratios are what counts: "engine is" is
how many times as many network-steps a second the engine takes.
"""

import argparse
import dataclasses
import json
import sys

from tui_nn import bench


def main() -> None:
    parser = argparse.ArgumentParser(description="The engine's speed beside its peers.")
    parser.add_argument("words", nargs="*", help="measure only work with one of these in its name")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contestant")
    parser.add_argument("--seconds", type=float, default=0.1, help="length of a turn")
    options = parser.parse_args()
    for work in bench.works():
        if options.words and not any(word in work.name for word in options.words):
            continue
        print(f"measuring {work.name} …", end="\r", file=sys.stderr, flush=True)
        results = bench.measure(work, options.rounds, options.seconds)
        if options.json:
            for result in results:
                print(json.dumps(dataclasses.asdict(result)))
            continue
        print(f"{work.name:60}")
        for r in results:
            ratio = "" if r.contestant == bench.OURS else f"   engine is {r.engine_is:5.2f} ×"
            print(
                f"  {r.contestant:22}{r.steps_per_second:10,.0f} /s"
                f"  ({r.low:,.0f} … {r.high:,.0f}){ratio}"
            )


if __name__ == "__main__":
    main()
