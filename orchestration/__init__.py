"""When and how a load runs: Dagster's definitions, the one writer's lock, schedules, alerts, the command line.

Belongs here: wiring of what `assets` does. Does not: any work on data; a rule about a row, a link or a figure.
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
