-- A pair of programmes, in either order, has at most one rule on any day; two would count its households twice.
{{ config(tags=['post_identity']) }}
with rule as (
    select
        least(programme_a, programme_b) as first_of_pair,
        greatest(programme_a, programme_b) as second_of_pair,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        row_number() over () as rule_number
    from {{ ref('ref_programme_compatibility') }}
)

select a.first_of_pair, a.second_of_pair, b.valid_from
from rule a
join rule b using (first_of_pair, second_of_pair)
where a.rule_number < b.rule_number and a.valid_from < b.valid_to and b.valid_from < a.valid_to
