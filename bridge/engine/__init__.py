"""When and where the story runs: once for cron, or as a service, on one machine. Knows nothing of orders."""

from bridge.engine.lease import EndpointBusy, lease
from bridge.engine.passes import PassOutcome, run_endpoints, run_one_pass
from bridge.engine.service import Service

__all__ = ["EndpointBusy", "PassOutcome", "Service", "lease", "run_endpoints", "run_one_pass"]
