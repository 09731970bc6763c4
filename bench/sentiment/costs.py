"""What it costs to load a scorer and read a first text, in this process: `costs.py zh`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

FIRST = {
    "zh": ["回复很快，就是有点贵"],
    "en": ["Quick replies, but a bit expensive"],
    "both": ["回复很快，就是有点贵", "Quick replies, but a bit expensive"],
}


def megabytes() -> float:
    """Memory that this process holds now."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) / 1024


def read_first(what: str) -> None:
    if what in FIRST:
        from analysis.sentiment import score_comments

        score_comments(FIRST[what])
        return
    import scorers

    language = next(each for each, known in scorers.OTHERS.items() if what in known)
    scorers.OTHERS[language][what]()(FIRST[language])


before, begun = megabytes(), time.process_time()
read_first(sys.argv[1])
loaded = time.process_time() - begun
print(f"load_cpu_seconds={loaded:.3f} megabytes_added={megabytes() - before:.1f}")
