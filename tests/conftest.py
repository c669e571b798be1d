"""What holds for every test: hypothesis plays the same examples in each run, so that a red run is red for everybody.

`BRIDGE_RANDOM=1` lets it look for others; an example that it finds becomes a test of its own.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile("searching" if os.environ.get("BRIDGE_RANDOM") else "steady")
