"""The four forms of the companions, each declared once."""

from __future__ import annotations

from field.forms import choices
from field.forms.numbers import KK_MESSAGE, NIK_MESSAGE, kk_constraint, nik_constraint, nik_doubtful
from field.forms.question import Choices, Form, Question, Repeat, Text
from field.forms.shared import COMPANION, FAMILY, NOTE, PHOTO, PLACE, TIMES, VISITED_ON, income, village

LARGEST_PAYMENT = 10_000_000
"""Rupiah of one stage."""

VISIT = Form(
    "kunjungan",
    Text("Kunjungan keluarga", "Home visit"),
    "dinsos_kunjungan",
    "2026112701",
    "concat(${no_peserta}, ' ', ${tanggal_kunjungan})",
    (
        *TIMES,
        COMPANION,
        *FAMILY,
        VISITED_ON,
        PLACE,
        income(),
        Question(
            "integer",
            "anak_usia_sekolah",
            Text("Anak usia sekolah (7–18 tahun)", "Children of school age (7 to 18)"),
            required=True,
            low=0,
            high=20,
            message=Text("0 sampai 20.", "0 to 20."),
            column="anak_usia_sekolah",
        ),
        Question(
            "integer",
            "anak_bersekolah",
            Text("Anak yang bersekolah", "Children at school"),
            required=True,
            low=0,
            high=20,
            message=Text("0 sampai 20.", "0 to 20."),
            column="anak_bersekolah",
            variable="Partisipasi sekolah",
        ),
        Question(
            "note",
            "periksa_sekolah",
            Text(
                "Anak bersekolah lebih banyak daripada anak usia sekolah. Periksa, lalu lanjutkan bila benar.",
                "More children at school than of school age. Look again, and go on if it is right.",
            ),
            relevant="${anak_bersekolah} > ${anak_usia_sekolah}",
        ),
        Question(
            "choice",
            "ke_posyandu",
            Text(
                "Balita dibawa ke posyandu dalam tiga bulan ini?",
                "Toddlers taken to the posyandu in these three months?",
            ),
            Text("Kosongkan jika tidak ada balita.", "Leave empty if there is no toddler."),
            choices=choices.YES_NO,
            column="ke_posyandu",
        ),
        Question(
            "choice",
            "punya_usaha",
            Text("Keluarga memiliki usaha?", "Does the family run a business?"),
            required=True,
            choices=choices.YES_NO,
            column="punya_usaha",
            variable="Kepemilikan usaha",
        ),
        Question(
            "choice",
            "kondisi_rumah",
            Text("Keadaan rumah", "State of the house"),
            required=True,
            choices=choices.CONDITION,
            column="kondisi_rumah",
        ),
        PHOTO,
        NOTE,
    ),
)


def _housing(name: str, id_: str, en: str, of: Choices, variable: str) -> Question:
    return Question("choice", name, Text(id_, en), choices=of, appearance="minimal", column=name, variable=variable)


def _nik(name: str, id_: str, en: str, relevant: str = "") -> Question:
    return Question(
        "text",
        name,
        Text(id_, en),
        Text("16 angka dari KTP atau kartu keluarga.", "16 digits, from the identity or family card."),
        relevant=relevant,
        constraint=nik_constraint(),
        message=NIK_MESSAGE,
        appearance="numbers",
        column=name,
        variable="NIK",
    )


MEMBERS = Repeat(
    "anggota",
    Text("Anggota keluarga", "Member of the family"),
    "dinsos_keluarga_baru_anggota",
    (
        Question("text", "nama", Text("Nama lengkap", "Full name"), required=True, column="nama", variable="Nama"),
        Question(
            "choice",
            "jenis_kelamin",
            Text("Jenis kelamin", "Sex"),
            required=True,
            choices=choices.SEX,
            column="jenis_kelamin",
            variable="Jenis kelamin",
        ),
        Question(
            "date",
            "tanggal_lahir",
            Text("Tanggal lahir", "Date of birth"),
            Text("Kosongkan jika tidak diketahui.", "Leave empty if it is not known."),
            constraint=". <= today()",
            message=Text("Tanggal ini belum terjadi.", "This day is yet to come."),
            appearance="no-calendar",
            column="tanggal_lahir",
            variable="Tanggal lahir",
        ),
        _nik("nik", "NIK", "NIK"),
        Question(
            "choice",
            "nik_diperiksa",
            Text(
                "NIK berbeda dari tanggal lahir atau jenis kelamin di atas, atau kode wilayahnya tidak dikenal."
                " Sudah dicocokkan dengan kartunya?",
                "The NIK differs from the birth date or sex above, or its region is unknown."
                " Is it as written on the card?",
            ),
            Text("Jika tidak, kembali dan perbaiki.", "If not, go back and correct it."),
            required=True,
            relevant=nik_doubtful("${nik}", "${jenis_kelamin}", "${tanggal_lahir}"),
            constraint=". = 'yes'",
            message=Text("Kembali dan perbaiki NIK.", "Go back and correct the NIK."),
            choices=choices.YES_NO,
        ),
        Question(
            "choice",
            "hubungan",
            Text("Hubungan dengan kepala keluarga", "Relation to the head of the family"),
            required=True,
            choices=choices.RELATIONS,
            appearance="minimal",
            column="hubungan",
            variable="Hubungan dengan kepala keluarga",
        ),
        _housing("disabilitas", "Disabilitas", "Disability", choices.DISABILITIES, "Jenis disabilitas"),
        _housing("status_sekolah", "Sekolah", "Schooling", choices.SCHOOLINGS, "Partisipasi sekolah"),
        _housing("status_kerja", "Pekerjaan", "Work", choices.WORKS, "Status bekerja"),
    ),
)

NEW_FAMILY = Form(
    "keluarga_baru",
    Text("Keluarga baru", "New family"),
    "dinsos_keluarga_baru",
    "2026112701",
    "concat('Keluarga baru ', ${tanggal_kunjungan})",
    (
        *TIMES,
        COMPANION,
        VISITED_ON,
        Question(
            "text",
            "no_kk",
            Text("Nomor kartu keluarga", "Family card number"),
            Text("16 angka. Kosongkan jika tidak ada kartu.", "16 digits. Leave empty if there is no card."),
            constraint=kk_constraint(),
            message=KK_MESSAGE,
            appearance="numbers",
            column="no_kk",
            variable="Nomor KK",
        ),
        Question(
            "text",
            "nama_kepala",
            Text("Nama kepala keluarga", "Name of the head of the family"),
            required=True,
            column="nama_kepala",
            variable="Nama kepala keluarga",
        ),
        Question(
            "text",
            "alamat",
            Text("Alamat (jalan, kampung, nomor)", "Address (street, hamlet, number)"),
            required=True,
            column="alamat",
            variable="Alamat",
        ),
        *(
            Question(
                "text",
                name,
                Text(name.upper(), name.upper()),
                constraint="regex(., '^[0-9]{1,3}$')",
                message=Text("Paling banyak tiga angka.", "Three digits at most."),
                appearance="numbers",
                column=name,
                variable=name.upper(),
            )
            for name in ("rt", "rw")
        ),
        *village("kode_desa", "tempat tinggal", "of residence"),
        PLACE,
        _housing("status_rumah", "Status rumah", "Tenure of the house", choices.TENURES, "Status kepemilikan bangunan"),
        _housing("jenis_lantai", "Lantai terluas", "Main floor", choices.FLOORS, "Jenis lantai terluas"),
        _housing("jenis_dinding", "Dinding terluas", "Main walls", choices.WALLS, "Jenis dinding terluas"),
        _housing("jenis_atap", "Atap terluas", "Main roof", choices.ROOFS, "Jenis atap terluas"),
        _housing("sumber_air", "Air minum utama", "Main drinking water", choices.WATERS, "Sumber air minum utama"),
        _housing("daya_listrik", "Listrik", "Electricity", choices.POWERS, "Sumber penerangan dan daya terpasang"),
        _housing("bahan_bakar_memasak", "Bahan bakar memasak", "Cooking fuel", choices.FUELS, "Bahan bakar memasak"),
        _housing("fasilitas_bab", "Tempat buang air besar", "Toilet", choices.TOILETS, "Fasilitas buang air besar"),
        income(),
        MEMBERS,
        Question(
            "calculate",
            "jumlah_anggota",
            calculation="count(${anggota})",
            column="jumlah_anggota",
            variable="Jumlah anggota keluarga",
        ),
        PHOTO,
        NOTE,
    ),
)

CHANGE_OF_STATUS = Form(
    "perubahan_status",
    Text("Perubahan status", "Change of status"),
    "dinsos_perubahan_status",
    "2026112701",
    "concat(${no_peserta}, ' ', ${jenis_perubahan})",
    (
        *TIMES,
        COMPANION,
        *FAMILY,
        VISITED_ON,
        Question(
            "choice",
            "jenis_perubahan",
            Text("Apa yang berubah?", "What has changed?"),
            required=True,
            choices=choices.CHANGES,
            column="jenis_perubahan",
        ),
        Question(
            "date",
            "tanggal_perubahan",
            Text("Tanggal perubahan", "Date of the change"),
            Text("Boleh di depan, jika sudah diketahui.", "It may lie ahead, if it is known."),
            required=True,
            column="tanggal_perubahan",
        ),
        Question(
            "choice",
            "alasan",
            Text("Alasan", "Reason"),
            required=True,
            relevant="${jenis_perubahan} = 'LULUS' or ${jenis_perubahan} = 'KELUAR'",
            choices=choices.REASONS,
            column="alasan",
        ),
        _nik(
            "nik_meninggal",
            "NIK anggota yang meninggal",
            "NIK of the member who died",
            "${jenis_perubahan} = 'MENINGGAL'",
        ),
        Question(
            "choice",
            "di_banten",
            Text("Pindah ke desa di Banten?", "Moved to a village in Banten?"),
            required=True,
            relevant="${jenis_perubahan} = 'PINDAH'",
            choices=choices.YES_NO,
        ),
        *village("kode_desa_tujuan", "tujuan", "moved to", "${di_banten} = 'yes'"),
        NOTE,
    ),
)

PAYMENT_SEEN = Form(
    "bayar_dilihat",
    Text("Bantuan yang diterima", "Payment received"),
    "dinsos_bayar_dilihat",
    "2026112701",
    "concat(${no_peserta}, ' ', ${periode})",
    (
        *TIMES,
        COMPANION,
        *FAMILY,
        VISITED_ON,
        Question(
            "text",
            "periode",
            Text("Periode: tahun dan tahap", "Period: year and stage"),
            Text("Seperti 2019-T2.", "Such as 2019-T2."),
            required=True,
            constraint="regex(., '^(19|20)[0-9]{2}-T[1-4]$')",
            message=Text("Tahun, tanda hubung, T dan tahap 1–4.", "Year, hyphen, T and stage 1 to 4."),
            default="concat(format-date(today(), '%Y'), '-T', int((number(format-date(today(), '%n')) + 2) div 3))",
            column="periode",
        ),
        Question(
            "integer",
            "jumlah_diterima",
            Text("Jumlah yang sampai di tangan keluarga (rupiah)", "Amount that reached the family (rupiah)"),
            Text("0 jika belum menerima.", "0 if nothing came."),
            required=True,
            low=0,
            high=LARGEST_PAYMENT,
            message=Text("0 sampai 10.000.000.", "0 to 10,000,000."),
            column="jumlah_diterima",
        ),
        Question(
            "date",
            "tanggal_terima",
            Text("Tanggal menerima", "Date received"),
            relevant="${jumlah_diterima} > 0",
            constraint=". <= ${tanggal_kunjungan}",
            message=Text("Sesudah tanggal kunjungan.", "It is after the visit."),
            column="tanggal_terima",
        ),
        Question(
            "choice",
            "cara_terima",
            Text("Cara menerima (atau seharusnya)", "How it was received, or should be"),
            required=True,
            choices=choices.CHANNELS,
            column="cara_terima",
        ),
        Question(
            "choice",
            "dipotong",
            Text("Ada yang memotong bantuan itu?", "Did anybody withhold part of it?"),
            relevant="${jumlah_diterima} > 0",
            choices=choices.YES_NO,
            column="dipotong",
        ),
        Question(
            "integer",
            "jumlah_potongan",
            Text("Jumlah potongan (rupiah)", "Amount withheld (rupiah)"),
            relevant="${dipotong} = 'yes'",
            low=1,
            high=LARGEST_PAYMENT,
            message=Text("1 sampai 10.000.000.", "1 to 10,000,000."),
            column="jumlah_potongan",
        ),
        NOTE,
    ),
)

FORMS = (VISIT, NEW_FAMILY, CHANGE_OF_STATUS, PAYMENT_SEEN)
