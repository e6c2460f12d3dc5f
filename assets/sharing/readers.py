"""Agencies in the dbt project: a group that owns models, and exposures for what is made for the agency.

Generated from the agreements, one file each (`python -m orchestration.dictionary`), so that dbt's lineage ends where
data leave the warehouse, and a new agency changes no file of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from assets.sharing.agreement import Agreement, Table

_WORKLIST = "worklist_"


def files(agreements: Iterable[Agreement]) -> dict[str, str]:
    """File name -> dbt properties."""
    return {f"{agreement.agency}.yml": _properties(agreement) for agreement in agreements}


def _properties(agreement: Agreement) -> str:
    lists = [table for table in agreement.tables if table.name.startswith(_WORKLIST)]
    exposures = [_exposure(agreement, "extract", "Ekstrak", agreement.tables)]
    if lists:
        exposures.append(_exposure(agreement, "worklists", "Daftar kerja", lists))
    content = {
        "version": 2,
        "groups": [{"name": agreement.agency, "owner": {"name": agreement.agency_name}}],
        "exposures": exposures,
    }
    head = f"# Made from agreements/{agreement.agency}.yaml by python -m orchestration.dictionary.\n"
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _exposure(agreement: Agreement, kind: str, label: str, tables: Iterable[Table]) -> dict[str, Any]:
    return {
        "name": f"{kind}_{agreement.agency}",
        "label": f"{label} {agreement.agency_name}",
        "type": "application",
        "maturity": "high",
        "description": agreement.purpose,
        "owner": {"name": agreement.agency_name},
        "depends_on": sorted(f"ref('{table.name}')" for table in tables),
        "config": {"meta": {"agreement": agreement.number, "media": list(agreement.media)}},
    }
