"""The shared field types of exports.md, each once: how a delivered text becomes canonical, and its possible findings.

In scope: what is the same for a kind of value in every source. Out of scope: a source's own lists and rules.
"""

from validations.field_types.base import Cell, FieldType, Finding, how_name, raw_name
from validations.field_types.codes import UNKNOWN, coded, components, sex, yes_no
from validations.field_types.dates import birth_date, date, moment, period
from validations.field_types.nik import nik, no_kk
from validations.field_types.numbers import decile, decimal, integer, phase, rupiah, year
from validations.field_types.places import (
    district_code,
    geo_point,
    neighbourhood,
    region_code,
    village_code,
    village_named,
)
from validations.field_types.texts import address, fixed_digits, key_text, name, text

__all__ = [
    "UNKNOWN",
    "Cell",
    "FieldType",
    "Finding",
    "address",
    "birth_date",
    "coded",
    "components",
    "date",
    "decile",
    "decimal",
    "district_code",
    "fixed_digits",
    "geo_point",
    "how_name",
    "integer",
    "key_text",
    "moment",
    "name",
    "neighbourhood",
    "nik",
    "no_kk",
    "period",
    "phase",
    "raw_name",
    "region_code",
    "rupiah",
    "sex",
    "text",
    "village_code",
    "village_named",
    "year",
    "yes_no",
]
