"""Alpha, omega, ICC and agreement of real ratings, ours and those of R psych and multilevel.

``python bench/lq2002.py`` reads lq2002.csv (2,042 ratings of 49 leaders on 11 items) from
SURVEYAPP_REAL_DATA. Where Rscript has psych and multilevel (Debian: r-cran-psych and
r-cran-multilevel) it prints both sides and the largest difference; ends with exit code 1 if one is
above 1e-5. Without them it prints ours and says so.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from analysis.agreement import icc_oneway, rwg_j
from analysis.reliability import cronbach_alpha, mcdonald_omega

NEAR = 1e-5
NEEDED = 'quit(status = !(requireNamespace("psych") && requireNamespace("multilevel")))'


def ours(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name.startswith("LEAD")]
    items = np.array([[float(row[name]) for name in names] for row in rows])
    leader = np.array([int(row["COMPID"]) for row in rows])
    alpha = cronbach_alpha(items)
    icc, within = icc_oneway(items.mean(axis=1), leader), rwg_j(items, leader, 2.0)
    found = {
        "alpha": alpha.value,
        "alpha_standardized": alpha.standardized,
        "alpha_if_dropped": alpha.if_dropped,
        "item_total": alpha.item_total,
        "omega": mcdonald_omega(items).value,
        "icc1_mean_size": icc.icc1_mean_size,
        "icc2": icc.icc2,
        "rwg_j": within.rwg_j,
        "r_star": within.r_star,
        "ad_mean": within.ad_mean,
    }
    return {name: np.atleast_1d(np.asarray(value, dtype=float)) for name, value in found.items()}


def theirs(path: Path) -> dict[str, np.ndarray]:
    """What R says; empty where R or its packages are missing."""
    rscript = shutil.which("Rscript")
    if (
        not rscript
        or subprocess.run([rscript, "-e", NEEDED], check=False, capture_output=True).returncode
    ):
        return {}
    command = [rscript, "--vanilla", Path(__file__).with_name("lq2002.R"), path]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pairs = (line.split("=", 1) for line in printed.splitlines() if "=" in line)
    return {name: np.array([float(number) for number in text.split(",")]) for name, text in pairs}


def main(path: Path) -> int:
    us, them = ours(path), theirs(path)
    if not them:
        print("R=not installed here with psych and multilevel")
    largest = 0.0
    for name, numbers in us.items():
        print(f"ours_{name}={np.array2string(numbers[:3], precision=5)} ({len(numbers)})")
        if them:
            difference = float(np.abs(numbers - them[name]).max())
            largest = max(largest, difference)
            print(f"difference_from_r_{name}={difference:.1e}")
    print(f"largest_difference={largest:.1e}" if them else "largest_difference=unknown")
    return int(largest > NEAR)


if __name__ == "__main__":
    folder = os.environ.get("SURVEYAPP_REAL_DATA")
    if not folder:
        sys.exit("Name the folder of lq2002.csv in SURVEYAPP_REAL_DATA.")
    sys.exit(main(Path(folder) / "lq2002.csv"))
