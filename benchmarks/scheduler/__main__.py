"""Run all cases, or one kind; the last line of output is JSON."""

import argparse
import json
import os
import sys
from functools import partial
from multiprocessing import Pool

from benchmarks.scheduler import case as cases
from benchmarks.scheduler import measures, report
from benchmarks.scheduler.case import Case
from benchmarks.scheduler.measures import Figures
from benchmarks.scheduler.run import observe
from tests.simulation.deployment import deployment

LOST_SHARE = 0.01


def main() -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scheduler", description=__doc__)
    parser.add_argument("--documents", type=int, default=5000, help="how many arrive at once")
    parser.add_argument(
        "--case", choices=["burst", "burst_rate_unknown", "stream", "quota_change", "lost_completions", "lanes", "idle"]
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of all random choices")
    arguments = parser.parse_args()
    chosen = [each for each in _chosen(arguments.documents) if arguments.case in {None, each[0]}]
    deployment()  # synthesizes the stack before others need it
    results: dict[str, list[Figures]] = {}
    with Pool(os.cpu_count()) as workers:
        for name, figures in workers.imap(partial(_measured, arguments.seed), chosen, chunksize=1):
            sys.stderr.write(f"{name} done\n")
            results.setdefault(name, []).append(figures)
    report.show(results)
    sys.stdout.write(json.dumps({name: runs if len(runs) > 1 else runs[0] for name, runs in results.items()}) + "\n")
    return 0


def _chosen(documents: int) -> list[tuple[str, Case]]:
    quotas = [(jobs, starts) for jobs in (100, 600) for starts in (2, 10)]
    return [
        *(("burst", cases.burst(jobs, starts, documents)) for jobs, starts in quotas),
        *(("burst_rate_unknown", cases.burst(*quota, documents, is_rate_told=False)) for quota in quotas),
        ("stream", cases.stream(100, 10, documents)),
        ("quota_change", cases.quota_change(documents)),
        ("lost_completions", cases.lost_completions(LOST_SHARE, documents)),
        ("lanes", cases.lanes(documents)),
        ("idle", cases.idle(300)),
    ]


def _measured(seed: int, chosen: tuple[str, Case]) -> tuple[str, Figures]:
    name, case = chosen
    observed = observe(case, seed)
    figures = measures.of_run(case, observed)
    match name:
        case "lanes":
            figures |= measures.of_lanes(observed)
        case "idle":
            figures |= measures.of_idle(observed)
        case "quota_change":
            figures |= measures.of_quota_change(case, observed)
        case "lost_completions":
            none_lost = cases.lost_completions(0, len(case.arrivals))
            used = measures.in_use(case, observed) / measures.in_use(none_lost, observe(none_lost, seed))
            figures |= {"lost_share": case.lost_share, "throughput_lost": round(1 - used, 4)}
    return name, figures


if __name__ == "__main__":
    sys.exit(main())
