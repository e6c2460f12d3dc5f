"""When and how a load runs: Dagster's definitions, the lock, schedules, alerts, the command line.

This package wires up what `assets` does. It does no work on data, and has no rules about rows, links or figures.
"""

import os
import warnings

for _switch, _value in {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "SADAYA_SETTLE_SECONDS": "60",
}.items():
    os.environ.setdefault(_switch, _value)

warnings.filterwarnings("ignore", message="Parameter `backfill_policy`")
