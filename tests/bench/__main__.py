"""Runs every comparison and prints its ratios.

make bench                                     about ten minutes; 1 where a control is off
python -m tests.bench --quick                  tries the mechanics; its figures mean nothing
python -m tests.bench --only finance carriers  some groups: registration, finance, carriers, edge
"""

import argparse
import asyncio
import os
import sys

from deploy.local.account import temporary_data_folder
from tests.bench import carriers, finance, haproxy, registration
from tests.bench.yard import FULL, QUICK, Yard, bare_app
from tests.fixtures.house import start_house

GROUPS = {
    "registration": registration.play,
    "finance": finance.play,
    "carriers": carriers.play,
    "edge": haproxy.play,
}


async def play(yard: Yard, groups: list[str]) -> None:
    """The groups one after the other, in the order of GROUPS."""
    print("median of the ratios (quartiles)")
    for name, group in GROUPS.items():
        if name in groups:
            await group(yard)


def main(arguments: list[str]) -> int:
    """Start a house, play, stop it; 0 when every control held."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    asked = parser.parse_args(arguments)
    os.environ["GATEWAY_RATE_SCALE"] = "1000000"
    os.environ["LOG_LEVEL"] = "WARNING"
    with temporary_data_folder() as data:
        house = start_house(data)
        try:
            with bare_app() as (pid, port):
                yard = Yard(house, pid, port, scale=QUICK if asked.quick else FULL)
                asyncio.run(play(yard, asked.only))
        finally:
            house.stop(seconds=60)
    return 0 if yard.valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
