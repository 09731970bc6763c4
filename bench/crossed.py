"""What crossed ratees and raters cost, and whether lme4 says the same, side by side in one run.

``python bench/crossed.py insteval.csv.xz`` (or SURVEYAPP_REAL_DATA names its folder) fits the
ratings of 1,128 lecturers by 2,972 students in turns: ``crossed_effects`` and, where Rscript and
its package lme4 are installed (Debian: r-cran-lme4), ``lmer``. Each fit has a process of its own
with one thread, so that CPU (user and system) and memory can be told. ``total`` is the whole
process; ``fit`` leaves out starting, importing the package and reading the file. lme4 depends on
R's BLAS, which is named: over OpenBLAS it needs about a quarter of what it needs over the
reference BLAS that Debian installs. Prints ``name=value`` lines; ends with exit code 1 if a
variance or the mean differs in the fourth digit.
"""

from __future__ import annotations

import lzma
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

ROUNDS = 5
NUMBERS = ("mean", "between_ratees", "between_raters", "residual")
PUBLISHED = dict(zip(NUMBERS, (3.25416, 0.27373, 0.10621, 1.38718), strict=True))  # lme4 1.1-31
FOUR_DIGITS = 5e-5
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

Fit = dict[str, str]


def ours(path: Path) -> None:
    """One fit, in the process that is measured."""
    import numpy as np

    from analysis.precision import crossed_effects

    started = time.process_time()
    with lzma.open(path, "rt") as file:
        rater, ratee, y = np.loadtxt(
            file, delimiter=",", skiprows=1, usecols=(0, 1, 4), dtype=int
        ).T
    read = time.process_time()
    found = crossed_effects(y, ratee, rater)
    fitted = time.process_time()
    print(f"read_cpu={read - started}\nfit_cpu={fitted - read}")
    print(*(f"{name}={getattr(found, name)}" for name in NUMBERS), sep="\n")


def measured(*command: str | Path) -> Fit:
    """What a process printed, its CPU seconds and the most memory it held."""
    process = subprocess.Popen(
        command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True
    )
    printed = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: nothing was measured")
    fit = dict(line.split("=", 1) for line in printed.splitlines())
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return fit | {"total_cpu": str(usage.ru_utime + usage.ru_stime), "peak_mb": str(peak)}


def has_lme4() -> bool:
    test = 'quit(status = !requireNamespace("lme4", quietly = TRUE))'
    rscript = shutil.which("Rscript")
    return bool(rscript) and subprocess.run([rscript, "-e", test], check=False).returncode == 0


def report(who: str, fits: list[Fit]) -> None:
    for name in NUMBERS:
        print(f"{who}_{name}={float(fits[0][name]):.6f}")
    for part in ("read", "fit", "total"):
        seconds = [float(fit[f"{part}_cpu"]) for fit in fits]
        print(f"{who}_{part}_cpu_s_min={min(seconds):.2f}")
        print(f"{who}_{part}_cpu_s_median={statistics.median(seconds):.2f}")
    print(f"{who}_peak_mb={max(float(fit['peak_mb']) for fit in fits):.0f}")


def differences(who: str, fit: Fit, expected: dict[str, float]) -> bool:
    """Prints how far our numbers are from others; whether one differs in the fourth digit."""
    apart = {name: abs(float(fit[name]) - expected[name]) for name in NUMBERS}
    for name, difference in apart.items():
        print(f"difference_from_{who}_{name}={difference:.1e}")
    return max(apart.values()) > FOUR_DIGITS


def beside_lme4(fits: list[Fit], theirs: list[Fit]) -> bool:
    """Prints lme4's side and the ratios; whether a number differs in the fourth digit."""
    report("lme4", theirs)
    print(f"lme4_version={theirs[0]['version']}\nlme4_blas={theirs[0]['blas']}")
    for part in ("fit_cpu", "total_cpu"):
        ratios = [
            float(their[part]) / float(our[part]) for our, their in zip(fits, theirs, strict=True)
        ]
        print(f"times_less_{part}_min={min(ratios):.1f}")
        print(f"times_less_{part}_median={statistics.median(ratios):.1f}")
    return differences("lme4", fits[0], {name: float(theirs[0][name]) for name in NUMBERS})


def main(path: Path) -> None:
    us = (sys.executable, __file__, "--one", path)
    them = ("Rscript", "--vanilla", Path(__file__).with_name("lme4.R"), path)
    beside = has_lme4()
    fits, theirs = [], []
    for _ in range(ROUNDS):
        fits.append(measured(*us))
        if beside:
            theirs.append(measured(*them))
    report("ours", fits)
    differs = differences("published", fits[0], PUBLISHED)
    if beside:
        differs |= beside_lme4(fits, theirs)
    else:
        print("lme4=not installed here (Debian: r-cran-lme4)")
    sys.exit(differs)


if __name__ == "__main__":
    folder = os.environ.get("SURVEYAPP_REAL_DATA")
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        ours(Path(sys.argv[2]))
    elif len(sys.argv) == 2 or folder:
        main(Path(sys.argv[1]) if len(sys.argv) == 2 else Path(folder) / "insteval.csv.xz")
    else:
        sys.exit("Name the file, or its folder in SURVEYAPP_REAL_DATA.")
