"""Whoever starts the simulated Shopify shop without its library is told what to install."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import requires


def test_without_graphql_core_the_simulator_says_what_to_install() -> None:
    script = "import sys; sys.modules['graphql'] = None; import bridge.simulator.shopify.simulator"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 1
    assert "The simulated Shopify shop needs graphql-core: pip install 'erp-bridge[simulator]'." in ended.stderr


def test_the_library_is_an_extra_and_the_connector_needs_none() -> None:
    named = [each for each in requires("erp-bridge") or () if each.startswith("graphql-core")]
    assert named and all("extra ==" in each for each in named)
    script = "import sys; sys.modules['graphql'] = None; import bridge.stores.shopify.store"
    assert subprocess.run([sys.executable, "-c", script], timeout=240, check=False).returncode == 0
