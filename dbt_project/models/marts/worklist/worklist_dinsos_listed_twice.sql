-- Grain: row_id. Rows too many on the lists that Dinas Sosial keeps: those of duplicate_listings.
with found as (
    select
        listing.household_id,
        listing.person_id,
        concat_ws(' ', listing.kind, listing.source_b, listing.record_key_b) as subject,
        listing.programme,
        listing.kind as reason,
        listing.reason as reason_text,
        concat_ws(
            '; ',
            listing.source_a || ' ' || listing.record_key_a,
            listing.source_b || ' ' || listing.record_key_b,
            'kemiripan nama ' || listing.name_similarity
        ) as evidence,
        listing.programme is not null as is_pressing,
        record.valid_from as waiting_since
    from {{ ref('duplicate_listings') }} listing
    join {{ source('inputs', 'sources') }} list on list.source = listing.source_b
    join {{ ref('int_household_record') }} record on record.source = listing.source_b and record.record_key = listing.record_key_b
    where list.agency = 'Dinas Sosial'
)
{{ worklist('dinsos_listed_twice') }}
