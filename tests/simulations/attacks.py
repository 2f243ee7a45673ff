"""The attacks on several pages told together, on more random pages than the test suite has time for.

PYTHONPATH=tests python -m simulations.attacks --pages 500
"""

from __future__ import annotations

import argparse
import sys
import time

from disclosure import test_course, test_two_arms, test_two_raters, test_whole_page

NOT_PROMISED = "one whole arm known"
ATTACKS = {
    "course": test_course.attacked, "two raters": test_two_raters.attacked, "two arms": test_two_arms.attacked,
    "whole page": test_whole_page.attacked, NOT_PROMISED: test_two_arms.attacked_by_an_organiser,
}  # fmt: skip


def main() -> int:
    """Print each page that tells too much, and a line for each attack; 1 where there is such a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="the first page's seed: so that pages run in pieces")
    parser.add_argument("--attack", choices=ATTACKS, action="append", help=f"by default all but “{NOT_PROMISED}”")
    options, worst = parser.parse_args(), 0
    for name in options.attack or sorted({*ATTACKS} - {NOT_PROMISED}):
        start, told, faults = time.process_time(), 0, 0
        for seed in range(options.first, options.first + options.pages):
            fault = ATTACKS[name](seed)
            told += fault is not None
            if fault:
                faults += 1
                sys.stdout.write(f"{name}, page {seed}: {fault}\n")
        took = time.process_time() - start
        sys.stdout.write(f"{name}: {faults} of {told} told ({options.pages} pages, {took:.0f} s) tell too much\n")
        sys.stdout.flush()
        worst = max(worst, faults)
    return int(worst > 0)


if __name__ == "__main__":
    sys.exit(main())
