"""Lists of coded values that several agencies use, each once: canonical value -> spellings seen."""

from __future__ import annotations

RELATION: dict[str, tuple[str, ...]] = {
    "KEPALA KELUARGA": ("KK", "KEPALA"),
    "SUAMI": (),
    "ISTRI": ("ISTERI",),
    "ANAK": ("ANAK KANDUNG", "ANAK TIRI", "ANAK ANGKAT"),
    "MENANTU": (),
    "CUCU": (),
    "ORANG TUA": ("ORANGTUA", "AYAH", "IBU"),
    "MERTUA": (),
    "FAMILI LAIN": ("FAMILI", "KELUARGA LAIN", "SAUDARA"),
    "PEMBANTU": ("PRT", "PEMBANTU RUMAH TANGGA"),
    "LAINNYA": ("LAIN", "LAIN LAIN"),
}
"""STATUS_HUBUNGAN of the civil register."""

RELATION_OF_HOUSEHOLD = {**RELATION, "KEPALA RUMAH TANGGA": ("KRT",)}
"""HUBUNGAN of the social registry (ruling 16)."""

MARITAL_STATUS: dict[str, tuple[str, ...]] = {
    "BELUM KAWIN": ("BLM KAWIN",),
    "KAWIN": ("KAWIN TERCATAT", "KAWIN BELUM TERCATAT", "KAWIN TIDAK TERCATAT", "MENIKAH"),
    "CERAI HIDUP": (),
    "CERAI MATI": (),
}

EDUCATION: dict[str, tuple[str, ...]] = {
    "TIDAK/BELUM SEKOLAH": ("TIDAK SEKOLAH", "BELUM SEKOLAH", "TDK SEKOLAH"),
    "BELUM TAMAT SD/SEDERAJAT": ("BELUM TAMAT SD", "TIDAK TAMAT SD"),
    "TAMAT SD/SEDERAJAT": ("SD", "TAMAT SD"),
    "SLTP/SEDERAJAT": ("SMP", "SLTP"),
    "SLTA/SEDERAJAT": ("SMA", "SLTA", "SMK"),
    "DIPLOMA I/II": ("D1", "D2"),
    "AKADEMI/DIPLOMA III/SARJANA MUDA": ("D3", "AKADEMI/DIPLOMA III/S. MUDA"),
    "DIPLOMA IV/STRATA I": ("S1", "D4"),
    "STRATA II": ("S2",),
    "STRATA III": ("S3",),
}

OCCUPATION: dict[str, tuple[str, ...]] = {
    "BELUM/TIDAK BEKERJA": ("TIDAK BEKERJA", "BELUM BEKERJA"),
    "MENGURUS RUMAH TANGGA": ("IRT", "IBU RUMAH TANGGA"),
    "PELAJAR/MAHASISWA": ("PELAJAR", "MAHASISWA"),
    "PENSIUNAN": (),
    "PEGAWAI NEGERI SIPIL": ("PNS", "ASN"),
    "TENTARA NASIONAL INDONESIA": ("TNI",),
    "KEPOLISIAN RI": ("POLRI",),
    "PERDAGANGAN": (),
    "PETANI/PEKEBUN": ("PETANI",),
    "PETERNAK": (),
    "NELAYAN/PERIKANAN": ("NELAYAN",),
    "INDUSTRI": (),
    "KONSTRUKSI": (),
    "TRANSPORTASI": (),
    "KARYAWAN SWASTA": ("SWASTA",),
    "KARYAWAN BUMN": (),
    "KARYAWAN BUMD": (),
    "KARYAWAN HONORER": ("HONORER",),
    "BURUH HARIAN LEPAS": ("BURUH",),
    "BURUH TANI/PERKEBUNAN": ("BURUH TANI",),
    "BURUH NELAYAN/PERIKANAN": (),
    "BURUH PETERNAKAN": (),
    "PEMBANTU RUMAH TANGGA": (),
    "TUKANG BATU": (),
    "TUKANG KAYU": (),
    "TUKANG JAHIT": (),
    "MEKANIK": (),
    "GURU": (),
    "BIDAN": (),
    "PERAWAT": (),
    "SOPIR": (),
    "PEDAGANG": (),
    "PERANGKAT DESA": (),
    "WIRASWASTA": (),
    "LAINNYA": (),
}

DISABILITY: dict[str, tuple[str, ...]] = {
    "TIDAK": ("TIDAK ADA", "T", "0", "TIDAK CACAT"),
    "FISIK": ("TUNA DAKSA", "CACAT TUBUH"),
    "NETRA": ("TUNA NETRA", "TUNANETRA"),
    "RUNGU": ("TUNA RUNGU", "TUNARUNGU"),
    "WICARA": ("TUNA WICARA",),
    "MENTAL": ("JIWA", "MENTAL/JIWA"),
    "INTELEKTUAL": ("TUNA GRAHITA",),
    "GANDA": (),
}
SCHOOLING: dict[str, tuple[str, ...]] = {
    "TIDAK/BELUM PERNAH": ("BELUM SEKOLAH",),
    "MASIH SEKOLAH": ("SEKOLAH",),
    "TIDAK SEKOLAH LAGI": ("TAMAT",),
}
WORK: dict[str, tuple[str, ...]] = {
    "BEKERJA": ("YA", "Y", "1"),
    "TIDAK BEKERJA": ("TIDAK", "T", "0", "BELUM BEKERJA"),
}
"""DISABILITAS, STATUS_SEKOLAH and STATUS_KERJA of the social registry."""

HOUSE_CONDITION: dict[str, tuple[str, ...]] = {
    "LAYAK": ("BAIK",),
    "KURANG LAYAK": ("SEDANG",),
    "TIDAK LAYAK": ("RUSAK", "BURUK"),
}
"""kondisi_rumah of a visit."""

TENURE: dict[str, tuple[str, ...]] = {
    "MILIK SENDIRI": (),
    "KONTRAK": ("KONTRAK/SEWA", "SEWA"),
    "BEBAS SEWA": (),
    "DINAS": (),
    "LAINNYA": ("LAIN",),
}
FLOOR: dict[str, tuple[str, ...]] = {
    "MARMER/GRANIT": ("MARMER", "GRANIT"),
    "KERAMIK": (),
    "PARKET/VINIL/KARPET": ("PARKET", "VINIL", "KARPET"),
    "UBIN/TEGEL/TERASO": ("UBIN", "TEGEL", "TERASO"),
    "KAYU/PAPAN": ("KAYU", "PAPAN"),
    "SEMEN": ("SEMEN/BATA MERAH", "BATA MERAH"),
    "BAMBU": (),
    "TANAH": (),
    "LAINNYA": ("LAIN",),
}
WALL: dict[str, tuple[str, ...]] = {
    "TEMBOK": (),
    "PLESTERAN ANYAMAN BAMBU": ("PLESTERAN ANYAMAN BAMBU/KAWAT",),
    "KAYU": ("KAYU/PAPAN", "PAPAN"),
    "ANYAMAN BAMBU": ("BILIK",),
    "BATANG KAYU": (),
    "BAMBU": (),
    "LAINNYA": ("LAIN",),
}
ROOF: dict[str, tuple[str, ...]] = {
    "BETON": (),
    "GENTENG": (),
    "SENG": (),
    "ASBES": (),
    "BAMBU": (),
    "KAYU/SIRAP": ("KAYU", "SIRAP"),
    "IJUK/RUMBIA": ("JERAMI", "IJUK", "RUMBIA", "DAUN DAUNAN"),
    "LAINNYA": ("LAIN",),
}
DRINKING_WATER: dict[str, tuple[str, ...]] = {
    "AIR KEMASAN": ("AIR KEMASAN BERMEREK",),
    "AIR ISI ULANG": (),
    "PDAM": ("LEDING", "LEDENG"),
    "SUMUR BOR/POMPA": ("SUMUR BOR", "POMPA"),
    "SUMUR TERLINDUNG": ("SUMUR",),
    "SUMUR TAK TERLINDUNG": (),
    "MATA AIR TERLINDUNG": ("MATA AIR",),
    "MATA AIR TAK TERLINDUNG": (),
    "AIR PERMUKAAN": ("SUNGAI",),
    "AIR HUJAN": (),
    "LAINNYA": ("LAIN",),
}
ELECTRICITY: dict[str, tuple[str, ...]] = {
    "450": ("450 VA", "450 WATT"),
    "900": ("900 VA", "900 WATT"),
    "1300": ("1300 VA", "1.300", "1300 WATT"),
    "2200": ("2200 VA", "2.200", "2200 WATT"),
    "LEBIH DARI 2200": ("> 2200", "3500"),
    "PLN TANPA METERAN": ("TANPA METERAN",),
    "NON PLN": (),
    "BUKAN LISTRIK": ("TANPA LISTRIK",),
}
COOKING_FUEL: dict[str, tuple[str, ...]] = {
    "LISTRIK": (),
    "ELPIJI 3 KG": ("GAS 3 KG",),
    "ELPIJI LAINNYA": ("ELPIJI 5,5 KG", "ELPIJI 12 KG"),
    "GAS KOTA": (),
    "BIOGAS": (),
    "MINYAK TANAH": (),
    "ARANG/BRIKET": ("ARANG", "BRIKET"),
    "KAYU BAKAR": (),
    "TIDAK MEMASAK": (),
    "LAINNYA": ("LAIN",),
}
TOILET: dict[str, tuple[str, ...]] = {
    "SENDIRI": ("SENDIRI, LEHER ANGSA",),
    "BERSAMA": (),
    "MCK KOMUNAL": (),
    "MCK UMUM": (),
    "TIDAK MENGGUNAKAN": (),
    "TANPA FASILITAS": (),
}
"""Housing variables of DTSEN, in the spelling of the registry where it has one: STATUS_RUMAH, JENIS_LANTAI,
JENIS_DINDING, roof, SUMBER_AIR, DAYA_LISTRIK, fuel, toilet.
"""
