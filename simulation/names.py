"""Names as they are common in Banten: Sundanese, Javanese, Betawi and national ones, combined at random; of no
particular person. Some have letters that an encoding can damage (Latin-1 only, because the benchmark's floor reads no
more).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

MALE = {
    "sunda": (
        "ASEP UJANG DADANG CECEP ENDANG TATANG JAJANG WAWAN DEDE ENJANG AGUS IWAN YAYAN OMAN SARIP JUHRI "
        "MAMAN NANA UCU ENCEP ATANG OBAY SUHENDI SAEPUL MISBAH HERI RIDWAN RUDI YUSUP HASAN ELAN UDIN KOSIM "
        "JUNAEDI SANUSI ROHMAT AEP ADE"
    ),
    "jawa": (
        "SLAMET BAMBANG JOKO SUGENG WAHYU EKO BUDI TRI SUTRISNO SURYONO MULYONO HARTONO PURWANTO SUPARMAN "
        "PAIMIN KARSO NGADIMAN WARTONO SUNARTO SUYATNO TEGUH ARIF DWI PRASETYO HERU GUNAWAN SUKIRMAN TARYONO"
    ),
    "betawi": (
        "MAMAT ROJALI NAMAN MARZUKI SABENI MUHIDIN JAELANI MURTADO RAUP SAMAN TOHIR JAMAL NASIR BOIM SANWANI "
        "NURDIN MURSALIN HAMDANI SARMILI ZAENUDIN"
    ),
    "umum": (
        "MUHAMMAD AHMAD ABDUL ALI UMAR IBRAHIM YUSUF ISMAIL ADITYA RIZKI FAJAR DIMAS RAKA BAYU ILHAM FAUZAN "
        "HAFIZ RAFLI ALDI REZA ANDI DONI FERDI GALIH HENDRA IRFAN KHOIRUL LUKMAN NANDA RAMA SATRIA TAUFIK "
        "WILDAN ZAKI MA´MUN SYA´RONI ANDRÉ"
    ),
}

FEMALE = {
    "sunda": (
        "EUIS NENG IIS TITIN ENTIN IDA LILIS CUCU YAYAH ENOK IMAS AAS EMPAT ECIN ROHAENI SUMIATI KOKOM NUNUNG "
        "OOM UUN ATIKAH MASITOH SAENAH UNENG RASTI SARIAH JUJU TETI ELIS ENUNG NANI DEDEH YOYOH ROKAYAH"
    ),
    "jawa": (
        "SRI SUMINAH TUMINAH WAGIYEM PARTINI SULASTRI WARSINI NGATINI TUTIK RETNO ENDAH LESTARI WULANDARI "
        "SUHARTI KARTINI MURNI RUMIYATI SUPARTI YANI WINARTI DWI TRI EKA"
    ),
    "betawi": (
        "MAEMUNAH ROHANAH SALMAH HINDUN SAPURAH MANIH NURHAYATI ASMANAH ZUBAEDAH LELA SURYATI MASNAH HALIMAH "
        "JULEHA ROMLAH SAADIAH"
    ),
    "umum": (
        "SITI NUR DEWI FITRI INDAH PUTRI AYU RINA LINA MAYA DINA RATNA AISYAH FATIMAH KHADIJAH ZAHRA NABILA "
        "SALSA AMELIA INTAN KEYLA NADIA RAHMA SINTA TIARA VINA WIDYA YULIA ANISA BUNGA CITRA NUR´AENI JUM´AH"
    ),
}

LATER_MALE = (
    "HIDAYAT SUPRIATNA ROHMAN SAEPUDIN SURYADI MULYADI HERMAWAN KURNIAWAN SETIAWAN FIRMANSYAH RAMADHAN "
    "MAULANA SAPUTRA PRATAMA NUGRAHA PERMANA WIJAYA SANTOSO SUSANTO IRAWAN GUNAWAN FADILAH AKBAR ROSADI "
    "SOLEH MUSTOFA JAENUDIN KOMARUDIN SAMSUDIN NAJMUDIN SYARIFUDIN BAHRUDIN FAHRUDIN SOBARI SUHERMAN "
    "SUTISNA SUKARDI RUSLI JUNAEDI HAMBALI KUSNADI SANUSI ANWAR BASRI DARMAWAN EFENDI FAISAL HAKIM HUSEN "
    "KARIM LATIF MUSLIM NAWAWI RASYID SALIM SYAHPUTRA YAHYA ZULKARNAEN ARIFIN ASHARI BADRUDIN CAHYADI "
    "DJUNAEDI ERLANGGA FATONI GOZALI HALIM ISKANDAR RIFA´I MA´RUF"
)

LATER_FEMALE = (
    "AMINAH ROHMAH SAADAH JUBAEDAH MARIAM SUHAEMI NURJANAH LATIFAH HASANAH KOMALASARI PERMATASARI "
    "ANGGRAENI RAHAYU LESTARI HANDAYANI WAHYUNI YULIANTI SUSANTI APRILIANI OKTAVIANI RAMADHANI SEPTIANI "
    "MAULIDA AZZAHRA FADILAH SAFITRI NURAENI KHASANAH MUTMAINAH SOLEHAH ROSIDAH SUHARTINI KURNIASIH "
    "SUMARNI SUKAESIH NINGSIH MULYATI HERAWATI KARTIKA MEILANI NOVITASARI PUSPITA QOMARIAH RAHMAWATI "
    "SARTIKA TRISNAWATI UTAMI WULANDARI YUNINGSIH ZULAIKHA AULIA CAHYANI DAMAYANTI ERNAWATI FEBRIANTI "
    "HERLINA ISTIQOMAH JAMILAH KHOIRIYAH LARASATI"
)

_STARTS = "B C D G H J K L M N P R S T W Y BR TR KR PR NG NY SY DH"
"""Initial consonants of made-up words."""
_POOL = 400
"""Made-up words for men, for women, and for either."""

CULTURES = ("sunda", "jawa", "betawi", "umum")

MIX = {
    "3601": (0.55, 0.05, 0.0, 0.4), "3602": (0.6, 0.03, 0.0, 0.37), "3603": (0.2, 0.2, 0.2, 0.4),
    "3604": (0.35, 0.25, 0.0, 0.4), "3671": (0.1, 0.2, 0.3, 0.4), "3672": (0.25, 0.3, 0.0, 0.45),
    "3673": (0.3, 0.25, 0.0, 0.45), "3674": (0.1, 0.25, 0.25, 0.4),
}  # fmt: skip

"""Shares of CULTURES in the names of each kabupaten/kota: a plausible guess, not a statistic."""


def draw(rng: np.random.Generator, regency: str, male: np.ndarray, made_up: bool = False) -> pl.Series:
    """A full name for each person. `male`: boolean. About one in seven has a single word. made_up: for another
    province, with meaningless words.
    """
    count = len(male)
    if made_up:
        return _made_up(rng, male)
    culture = rng.choice(len(CULTURES), count, p=MIX[regency])
    words = rng.choice([1, 2, 3], count, p=[0.14, 0.62, 0.24])
    given = _draw_words(rng, male, culture, [(MALE[name], FEMALE[name]) for name in CULTURES])
    every = np.zeros(count, int)
    later, last = (_draw_words(rng, male, every, [(LATER_MALE, LATER_FEMALE)]) for _ in range(2))
    return _put_together(given, later, last, words)


def _put_together(first: pl.Series, second: pl.Series, third: pl.Series, words: np.ndarray) -> pl.Series:
    """Names of so many words each (1 to 3), without repeated words."""
    parts = pl.DataFrame({"first": first, "second": second, "third": third, "words": words})
    more = pl.when(pl.col("words") >= 2).then(" " + pl.col("second")).otherwise(pl.lit(""))
    most = pl.when((pl.col("words") == 3) & (pl.col("third") != pl.col("second"))).then(" " + pl.col("third"))
    return parts.select(name=pl.concat_str("first", more, most.otherwise(pl.lit("")))).to_series()


def almost(name: pl.Series) -> pl.Series:
    """Names for twins of these people: RINI with RINA."""
    parts = name.str.extract_groups("^(?<start>(?:MUHAMMAD |SITI )?[A-Z]*)(?<last>[A-Z])(?<rest>.*)$").struct.unnest()
    other = pl.when(pl.col("last") == "A").then(pl.lit("I")).otherwise(pl.lit("A"))
    return parts.select(name=pl.col("start") + other + pl.col("rest")).to_series()


@cache
def _pools() -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Words for men, for women, and for either after the first; and the frequency of each position in a pool (Zipf)."""
    rng = np.random.default_rng(7)
    syllables = np.array([start + vowel for start in _STARTS.split() for vowel in "AIUEO"])
    ends = np.array(["", "", "N", "R", "S", "H", "NG", "K"])

    def pool() -> np.ndarray:
        parts = [rng.choice(syllables, 600) for _ in range(3)]
        middle = np.where(rng.random(600) < 0.5, parts[1], "")
        words = pl.Series(parts[0] + middle + parts[2] + rng.choice(ends, 600))
        return words.unique(maintain_order=True).head(_POOL).to_numpy().astype(str)

    share = 1 / np.arange(1, _POOL + 1) ** 0.8
    return (pool(), pool(), pool()), share / share.sum()


def _made_up(rng: np.random.Generator, male: np.ndarray) -> pl.Series:
    (men, women, either), share = _pools()
    count = len(male)

    def word(pool: np.ndarray) -> np.ndarray:
        return rng.choice(pool, count, p=share)

    words = rng.choice([1, 2, 3], count, p=[0.2, 0.55, 0.25])
    before = np.where(rng.random(count) < 0.15, np.where(male, "MUHAMMAD ", "SITI "), "")
    first = np.char.add(before, np.where(male, word(men), word(women)))
    return _put_together(pl.Series(first), pl.Series(word(either)), pl.Series(word(either)), words)


def _draw_words(
    rng: np.random.Generator, male: np.ndarray, culture: np.ndarray, pools: list[tuple[str, str]]
) -> pl.Series:
    """A word for each person from the pool (men's, women's) of the culture."""
    lists = [pool.split() for pair in pools for pool in pair]
    start = np.cumsum([0] + [len(words) for words in lists])[:-1]
    size = np.array([len(words) for words in lists])
    pool = culture * 2 + ~male
    drawn = start[pool] + (rng.random(len(male)) * size[pool]).astype(int)
    return pl.Series([word for words in lists for word in words]).gather(drawn)
