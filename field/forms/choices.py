"""Lists of answers. Each is a list of a contract with its labels: a value without a label, or the reverse, is an error
when the module is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from field.forms.question import Choice, Choices, Text
from validations import regions
from validations.dinsos_reports import CHANGE, LEAVING_REASON, RECEIVED_BY
from validations.lists import (
    COOKING_FUEL,
    DISABILITY,
    DRINKING_WATER,
    ELECTRICITY,
    FLOOR,
    HOUSE_CONDITION,
    RELATION_OF_HOUSEHOLD,
    ROOF,
    SCHOOLING,
    TENURE,
    TOILET,
    WALL,
    WORK,
)


def sent(value: str) -> str:
    """How a form sends a value of a contract: without blanks, which ODK does not allow in names of choices."""
    return value.replace(" ", "_")


def _list(
    name: str, values: Iterable[str], english: Mapping[str, str], without: frozenset[str] = frozenset()
) -> Choices:
    """A list of a contract's values. english: labels; the Indonesian ones are the values as people write them.

    Raises:
        ValueError: a value has no label, or a label no value.
    """
    wanted = [value for value in values if value not in without]
    if set(wanted) != set(english):
        raise ValueError(f"labels of {name} differ from its values: {sorted(set(wanted) ^ set(english))}")
    return Choices(name, tuple(Choice(sent(value), Text(_written(value), english[value])) for value in wanted))


CAPITALS = ("PKH", "PDAM", "PLN", "MCK", "KG")


def _written(value: str) -> str:
    words = [word if word in CAPITALS else word.lower() for word in value.split(" ")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


YES_NO = Choices("ya_tidak", (Choice("yes", Text("Ya", "Yes")), Choice("no", Text("Tidak", "No"))))
SEX = Choices("jenis_kelamin", (Choice("L", Text("Laki-laki", "Male")), Choice("P", Text("Perempuan", "Female"))))
CONDITION = _list(
    "kondisi_rumah",
    HOUSE_CONDITION,
    {"LAYAK": "Fit to live in", "KURANG LAYAK": "Barely fit", "TIDAK LAYAK": "Unfit"},
)
TENURES = _list(
    "status_rumah",
    TENURE,
    {
        "MILIK SENDIRI": "Owned",
        "KONTRAK": "Rented",
        "BEBAS SEWA": "Free of rent",
        "DINAS": "Of the employer",
        "LAINNYA": "Other",
    },
)
FLOORS = _list(
    "jenis_lantai",
    FLOOR,
    {
        "MARMER/GRANIT": "Marble or granite",
        "KERAMIK": "Ceramic",
        "PARKET/VINIL/KARPET": "Parquet, vinyl or carpet",
        "UBIN/TEGEL/TERASO": "Tiles or terrazzo",
        "KAYU/PAPAN": "Wood or boards",
        "SEMEN": "Cement or brick",
        "BAMBU": "Bamboo",
        "TANAH": "Earth",
        "LAINNYA": "Other",
    },
)
WALLS = _list(
    "jenis_dinding",
    WALL,
    {
        "TEMBOK": "Masonry",
        "PLESTERAN ANYAMAN BAMBU": "Plastered bamboo mat",
        "KAYU": "Wood or boards",
        "ANYAMAN BAMBU": "Bamboo mat",
        "BATANG KAYU": "Logs",
        "BAMBU": "Bamboo",
        "LAINNYA": "Other",
    },
)
ROOFS = _list(
    "jenis_atap",
    ROOF,
    {
        "BETON": "Concrete",
        "GENTENG": "Roof tiles",
        "SENG": "Corrugated iron",
        "ASBES": "Asbestos",
        "BAMBU": "Bamboo",
        "KAYU/SIRAP": "Wood or shingles",
        "IJUK/RUMBIA": "Palm fibre or thatch",
        "LAINNYA": "Other",
    },
)
WATERS = _list(
    "sumber_air",
    DRINKING_WATER,
    {
        "AIR KEMASAN": "Bottled water",
        "AIR ISI ULANG": "Refill water",
        "PDAM": "Piped water",
        "SUMUR BOR/POMPA": "Bore hole or pump",
        "SUMUR TERLINDUNG": "Protected well",
        "SUMUR TAK TERLINDUNG": "Unprotected well",
        "MATA AIR TERLINDUNG": "Protected spring",
        "MATA AIR TAK TERLINDUNG": "Unprotected spring",
        "AIR PERMUKAAN": "River, lake, pond",
        "AIR HUJAN": "Rain water",
        "LAINNYA": "Other",
    },
)
POWERS = _list(
    "daya_listrik",
    ELECTRICITY,
    {
        "450": "450 VA",
        "900": "900 VA",
        "1300": "1,300 VA",
        "2200": "2,200 VA",
        "LEBIH DARI 2200": "More than 2,200 VA",
        "PLN TANPA METERAN": "PLN without a meter",
        "NON PLN": "Not from PLN",
        "BUKAN LISTRIK": "No electricity",
    },
)
FUELS = _list(
    "bahan_bakar_memasak",
    COOKING_FUEL,
    {
        "LISTRIK": "Electricity",
        "ELPIJI 3 KG": "LPG, 3 kg",
        "ELPIJI LAINNYA": "LPG, other",
        "GAS KOTA": "Piped gas",
        "BIOGAS": "Biogas",
        "MINYAK TANAH": "Kerosene",
        "ARANG/BRIKET": "Charcoal or briquettes",
        "KAYU BAKAR": "Firewood",
        "TIDAK MEMASAK": "Does not cook",
        "LAINNYA": "Other",
    },
)
TOILETS = _list(
    "fasilitas_bab",
    TOILET,
    {
        "SENDIRI": "Own",
        "BERSAMA": "Shared with some households",
        "MCK KOMUNAL": "Communal",
        "MCK UMUM": "Public",
        "TIDAK MENGGUNAKAN": "There is one, not used",
        "TANPA FASILITAS": "None",
    },
)
RELATIONS = _list(
    "hubungan",
    RELATION_OF_HOUSEHOLD,
    {
        "KEPALA KELUARGA": "Head of the family",
        "SUAMI": "Husband",
        "ISTRI": "Wife",
        "ANAK": "Child",
        "MENANTU": "Child in law",
        "CUCU": "Grandchild",
        "ORANG TUA": "Parent",
        "MERTUA": "Parent in law",
        "FAMILI LAIN": "Other relative",
        "PEMBANTU": "Servant",
        "LAINNYA": "Other",
    },
    without=frozenset({"KEPALA RUMAH TANGGA"}),
)
"""Of a family, which has one head."""
DISABILITIES = _list(
    "disabilitas",
    DISABILITY,
    {
        "TIDAK": "None",
        "FISIK": "Physical",
        "NETRA": "Sight",
        "RUNGU": "Hearing",
        "WICARA": "Speech",
        "MENTAL": "Mental",
        "INTELEKTUAL": "Intellectual",
        "GANDA": "Several",
    },
)
SCHOOLINGS = _list(
    "status_sekolah",
    SCHOOLING,
    {
        "TIDAK/BELUM PERNAH": "Never, or not yet",
        "MASIH SEKOLAH": "At school",
        "TIDAK SEKOLAH LAGI": "No longer at school",
    },
)
WORKS = _list("status_kerja", WORK, {"BEKERJA": "Works", "TIDAK BEKERJA": "Does not work"})
CHANGES = _list(
    "jenis_perubahan",
    CHANGE,
    {
        "LULUS": "Graduated: no longer needs the aid",
        "KELUAR": "Left for another reason",
        "PINDAH": "Moved",
        "MENINGGAL": "A member died",
    },
)
REASONS = _list(
    "alasan",
    LEAVING_REASON,
    {
        "MAMPU": "Able to support itself",
        "TIDAK MEMENUHI SYARAT": "Does not meet the conditions",
        "MENERIMA PKH": "Receives PKH",
        "MENGUNDURKAN DIRI": "Withdrew",
        "LAINNYA": "Other",
    },
)
CHANNELS = _list(
    "cara_terima",
    RECEIVED_BY,
    {"BANK": "At the bank", "AGEN": "From the bank's agent", "POS": "At the post office", "LAINNYA": "Other"},
)

REGENCIES = Choices(
    "kabupaten",
    tuple(
        Choice(code, Text(name.title(), name.title()))
        for code, name in regions.regencies().select("regency_code", "regency_name").iter_rows()
    ),
)
DISTRICTS = Choices(
    "kecamatan",
    tuple(
        Choice(code, Text(name.title(), name.title()), regency)
        for code, regency, name in regions.districts()
        .select("district_code", "regency_code", "district_name")
        .iter_rows()
    ),
    filter="within = ${kabupaten}",
)
VILLAGES = Choices("desa", file="desa.csv", filter="kecamatan = ${kecamatan}")
"""Of the whole province: comes to the phone with the form."""
FAMILIES = Choices("keluarga", file="keluarga.csv")
"""The companion's families (field/lists): an entity list, of which Central gives each phone its own part."""
