"""Places: village codes, RT and RW."""

from __future__ import annotations

import polars as pl

from validations import regions
from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed
from validations.field_types.characters import clean, unquoted, visible
from validations.field_types.expressions import shared
from validations.messages import Message

VILLAGE_UNKNOWN = Message(
    "village_unknown",
    "Kode desa “{value}” tidak ada di Banten. Yang diterima: {allowed}.",
    "Village code “{value}” does not exist in Banten. Allowed: {allowed}.",
)
VILLAGE_RECODED = Message(
    "village_recoded",
    "Kode desa lama “{value}” diganti dengan kode yang berlaku.",
    "Old village code “{value}” replaced by the one in force.",
)
DISTRICT_UNKNOWN = Message(
    "district_unknown",
    "Kode kecamatan “{value}” tidak ada di Banten. Yang diterima: {allowed}.",
    "Kecamatan code “{value}” does not exist in Banten. Allowed: {allowed}.",
)
REGION_UNKNOWN = Message(
    "region_unknown",
    "Kode wilayah “{value}” bukan provinsi Banten atau kabupaten/kotanya.",
    "Region code “{value}” is neither the province of Banten nor one of its kabupaten/kota.",
)
POINT_INVALID = Message(
    "point_invalid", "{column} bukan titik GeoJSON; tidak dipakai.", "{column} is no GeoJSON point; not used."
)
POINT_ELSEWHERE = Message("point_elsewhere", "{column} berada di luar Banten.", "{column} lies outside Banten.")
BANTEN_LONGITUDE, BANTEN_LATITUDE = (105.0, 106.9), (-7.1, -5.7)
"""A box round the province and its islands, in degrees."""
NEIGHBOURHOOD_MALFORMED = Message(
    "neighbourhood_malformed", "{column} harus paling banyak tiga angka.", "{column} must be three digits at most."
)


def _joined_digits(raw: pl.Expr, length: int) -> pl.Expr:
    """A code of `length` digits without dots and blanks; other text unchanged."""

    def joined(given: pl.Expr) -> pl.Expr:
        digits = given.str.replace_all(r"[.\s]", "")
        return pl.when(digits.str.contains(rf"^\d{{{length}}}$")).then(digits).otherwise(given)

    return shared(joined, unquoted(raw))


def _village_digits(raw: pl.Expr) -> pl.Expr:
    return _joined_digits(raw, 10)


def _recoded(cell: Cell) -> pl.Expr:
    return _village_digits(pl.when(cell.raw != cell.value).then(cell.raw)) != cell.value


def village_code() -> FieldType:
    """A Kemendagri village code of Banten, ten digits, with or without dots; replaced codes are mapped."""

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        changes = regions.village_changes()
        renewed = dict(zip(changes["old_code"], changes["new_code"], strict=True))
        digits = _village_digits(raw)
        return digits.replace(renewed) if renewed else digits

    return FieldType(
        "village_code",
        normalise,
        errors=(Finding(VILLAGE_UNKNOWN, lambda cell: ~cell.value.is_in(regions.village_codes().implode())),),
        repairs=(Finding(VILLAGE_RECODED, _recoded),),
        allowed_id="kode Kemendagri 10 angka, dengan atau tanpa titik",
        allowed_en="Kemendagri code, 10 digits, with or without dots",
        whole=True,
    )


def village_named() -> FieldType:
    """A village that a row only names, such as where a family moved to: as `village_code`, but it gives the row no
    region, and one outside Banten is dropped with a warning.
    """
    kind = village_code()

    def normalise(raw: pl.Expr, profile: Profile) -> pl.Expr:
        return shared(
            lambda code: pl.when(code.is_in(regions.village_codes().implode())).then(code), kind.normalise(raw, profile)
        )

    def unknown(cell: Cell) -> pl.Expr:
        return clean(cell.valueless).is_not_null() & ~cell.unreadable

    reason = "the row is about something else, which is known; the place named may lie outside the province"
    return FieldType(
        "village_named",
        normalise,
        warnings=(Finding(VILLAGE_UNKNOWN, unknown, reason, only_if="valueless"),),
        repairs=kind.repairs,
        allowed_id=kind.allowed_id,
        allowed_en=kind.allowed_en,
        whole=True,
    )


def district_code() -> FieldType:
    """A Kemendagri kecamatan code of Banten, six digits, with or without dots."""

    return FieldType(
        "district_code",
        lambda raw, _: _joined_digits(raw, 6),
        errors=(Finding(DISTRICT_UNKNOWN, lambda cell: ~cell.value.is_in(regions.district_codes().implode())),),
        allowed_id="kode kecamatan Kemendagri 6 angka",
        allowed_en="Kemendagri code of a kecamatan, 6 digits",
        whole=True,
    )


def region_code() -> FieldType:
    """The province (`36`, also written `3600`, ruling 20) or one of its kabupaten/kota; BPS and Kemendagri codes are
    equal.
    """
    codes = (regions.PROVINCE, *regions.regency_codes())
    return FieldType(
        "region_code",
        lambda raw, _: unquoted(raw).str.replace(f"^{regions.PROVINCE}00$", regions.PROVINCE),
        errors=(Finding(REGION_UNKNOWN, lambda cell: ~cell.value.is_in(codes)),),
        allowed_id="3600 (provinsi) atau kode kabupaten/kota 4 angka",
        allowed_en="3600 (province) or a code of a kabupaten/kota, 4 digits",
    )


def geo_point() -> FieldType:
    """A GeoJSON point, canonical `longitude latitude` in degrees (WGS 84). Anything else is dropped, and a point
    outside Banten kept, with a warning: the visit took place anyway.
    """
    number = r"\s*(-?\d+(?:\.\d+)?)\s*"
    geojson = rf'"coordinates"\s*:\s*\[{number},{number}(?:,{number})?\]'
    canonical = rf"^{number} {number}$"

    def normalise(given: pl.Expr, _: Profile) -> pl.Expr:
        return shared(point_of, visible(given))

    def point_of(raw: pl.Expr) -> pl.Expr:
        point = pl.when(raw.str.contains(r'"type"\s*:\s*"Point"')).then(raw)
        longitude, latitude = (
            pl.coalesce(point.str.extract(geojson, part), raw.str.extract(canonical, part)).cast(
                pl.Float64, strict=False
            )
            for part in (1, 2)
        )
        on_earth = longitude.is_between(-180, 180) & latitude.is_between(-90, 90)
        return pl.when(on_earth).then(pl.concat_str(longitude.round(6), latitude.round(6), separator=" "))

    def unreadable(cell: Cell) -> pl.Expr:
        return clean(cell.valueless).is_not_null()

    def elsewhere(cell: Cell) -> pl.Expr:
        longitude, latitude = (cell.value.str.split(" ").list.get(at).cast(pl.Float64) for at in (0, 1))
        return ~(longitude.is_between(*BANTEN_LONGITUDE) & latitude.is_between(*BANTEN_LATITUDE))

    reason = "the point helps to judge a visit; it does not place the family"
    return FieldType(
        "geo_point",
        normalise,
        warnings=(Finding(POINT_INVALID, unreadable, reason), Finding(POINT_ELSEWHERE, elsewhere, reason)),
        allowed_id="titik GeoJSON, [bujur, lintang]",
        allowed_en="a GeoJSON point, [longitude, latitude]",
        json=("OBJECT", "ARRAY", "BOOLEAN"),
    )


def neighbourhood() -> FieldType:
    """An RT or RW: up to three digits, zero-padded to three; zero and `-` mean unknown."""

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        return shared(padded, unquoted(unquoted(raw).str.to_uppercase().str.replace(r"^(?:RT|RW)[.:\s]*", "")))

    def padded(given: pl.Expr) -> pl.Expr:
        return (
            pl.when(given.str.contains(r"^(?:0+|-+)$")).then(None)
            .when(given.str.contains(r"^\d{1,3}$")).then(given.str.zfill(3))
            .otherwise(given)
        )  # fmt: skip

    return FieldType(
        "neighbourhood",
        normalise,
        warnings=(
            Finding(
                NEIGHBOURHOOD_MALFORMED,
                malformed(r"^\d{3}$"),
                "the village places the household; RT and RW only help a companion find the door",
            ),
        ),
        allowed_id="001–999, atau “001/002” untuk RT/RW",
        allowed_en="001–999, or `001/002` for RT/RW",
    )
