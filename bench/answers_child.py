"""A fresh process that reads one answer and tells, as one JSON line, how many results it has and what reading it cost.

Usage: python -m bench.answers_child STYLE FILE
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.answers import FORMS, loaded
from bench.child import peak_rss_kib


def main(style: str, path: Path) -> dict[str, float]:
    """Results, CPU seconds, and the peak of this process in MiB."""
    form = FORMS[style]
    profile = loaded(form, path.parent)
    start = time.process_time()
    results = sum(1 for _ in profile.read_answer(path, form.name).results)
    return {"results": results, "seconds": time.process_time() - start, "peak_mib": peak_rss_kib() / 1024}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))) + "\n")
