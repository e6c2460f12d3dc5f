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
