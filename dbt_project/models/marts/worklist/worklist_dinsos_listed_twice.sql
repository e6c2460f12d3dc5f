-- Grain: row_id. Surplus rows on the lists of Dinas Sosial: those of duplicate_listings. The key of another agency's
-- record, which may be a NIK, is not shown.
with own as (
    select source from {{ source('inputs', 'sources') }} where agency = 'Dinas Sosial'
),

found as (
    select
        listing.household_id,
        listing.person_id,
        concat_ws(' ', listing.kind, listing.source_b, listing.record_key_b) as subject,
        listing.programme,
        listing.kind as reason,
        listing.reason as reason_text,
        concat_ws(
            '; ',
            listing.source_a || case when listing.source_a in (from own) then ' ' || listing.record_key_a else '' end,
            listing.source_b || ' ' || listing.record_key_b,
            'kemiripan nama ' || listing.name_similarity
        ) as evidence,
        listing.programme is not null as is_pressing,
        record.valid_from as waiting_since
    from {{ ref('duplicate_listings') }} listing
    join {{ ref('int_household_record') }} record
        on record.source = listing.source_b and record.record_key = listing.record_key_b
    where listing.source_b in (from own)
)
{{ worklist('dinsos_listed_twice') }}
