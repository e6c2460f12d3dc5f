-- Grain: row_id. Households with two active programmes that exclude each other by a rule, or for which the rule is not
-- settled: those rows of programme_overlap_households.
with found as (
    select
        overlap.household_id,
        cast(null as varchar) as person_id,
        concat_ws(' ', overlap.household_id, overlap.programme_a, overlap.programme_b) as subject,
        overlap.programme_a || '+' || overlap.programme_b as programme,
        overlap.compatibility as reason,
        overlap.programme_a || ' dan ' || overlap.programme_b || ' aktif bersama: ' || overlap.reason as reason_text,
        concat_ws(
            '; ',
            overlap.programme_a || ' sejak '
                || coalesce(overlap.start_year_a::varchar, {{ day_text('overlap.known_since_a') }}),
            overlap.programme_b || ' sejak '
                || coalesce(overlap.start_year_b::varchar, {{ day_text('overlap.known_since_b') }})
        ) as evidence,
        overlap.is_finding as is_pressing,
        overlap.both_known_since as waiting_since
    from {{ ref('programme_overlap_households') }} overlap
    where overlap.rule_valid_from is not null and overlap.compatibility in ('forbidden', 'to_be_confirmed')
)
{{ worklist('dinsos_exclusive_programmes') }}
