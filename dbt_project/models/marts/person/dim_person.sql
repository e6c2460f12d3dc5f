-- Grain: person_id. Survivorship: each value from the civil register if it has one, else from the newest record that
-- has one. If the register does not have the person, but the household has moved by the register, the place is the
-- household's.
{%- set village %}coalesce(
        arg_min(village_code, place) filter (is_register), any_value(home.village), arg_min(village_code, place)
    ){% endset %}
with record as (
    select
        r.* exclude (birth_heap),
        coalesce(r.birth_heap, false) as birth_heap,
        placed.household_id,
        placed.family_id,
        {{ dated('placed.valid_from', 'placed.known_from') }} as placed_since
    from {{ ref('int_person_record') }} r
    join {{ ref('int_person_household') }} placed using (person_id)
),

moved as (
    select household_id, village_code as village, place_source, {{ dated() }} as since
    from {{ ref('int_household_place') }} where is_moved
),

-- One order for all attributes, so that each value's source can be named.
ordered as (
    select
        *,
        row_number() over best_first as place,
        first_value(birth_year ignore nulls) over (
            best_first rows between unbounded preceding and unbounded following
        ) as year_of_birth
    from record
    window best_first as (partition by person_id order by is_register desc, valid_from desc, source, record_key, role)
)

select
    person_id,
    any_value(household_id) as household_id,
    any_value(family_id) as family_id,
    arg_min(name, place) as name,
    arg_min(source, place) filter (name is not null) as name_source,
    arg_min(sex, place) as sex,
    arg_min(source, place) filter (sex is not null) as sex_source,
    -- A year without day takes the day from another record, if that has the same year. So does a 1 January of a list
    -- where many dates are 1 January, which may stand for the year only.
    coalesce(
        arg_min(birth_date, place) filter (birth_year = year_of_birth and not birth_heap),
        arg_min(birth_date, place) filter (birth_year = year_of_birth)
    ) as birth_date,
    any_value(year_of_birth)::smallint as birth_year,
    case
        when count(birth_date) filter (birth_year = year_of_birth) > 0 then 'day'
        when any_value(year_of_birth) is not null then 'year'
    end as birth_precision,
    case
        when count(birth_date) filter (birth_year = year_of_birth) > 0
            then count(birth_date) filter (birth_year = year_of_birth and not birth_heap) = 0
    end as birth_heap,
    coalesce(
        arg_min(source, place) filter (birth_date is not null and birth_year = year_of_birth and not birth_heap),
        arg_min(source, place) filter (birth_date is not null and birth_year = year_of_birth),
        arg_min(source, place) filter (birth_year is not null)
    ) as birth_source,
    arg_min(nik, place) filter (nik_state = 'valid') as nik,
    arg_min(source, place) filter (nik_state = 'valid') as nik_source,
    arg_min(no_kk, place) as no_kk,
    arg_min(source, place) filter (no_kk is not null) as no_kk_source,
    {{ village }} as village_code,
    coalesce(left({{ village }}, 6), arg_min(district_code, place)) as district_code,
    coalesce(left({{ village }}, 4), arg_min(regency_code, place), '{{ var("province") }}') as regency_code,
    coalesce(
        arg_min(source, place) filter (is_register and village_code is not null),
        any_value(home.place_source),
        arg_min(source, place) filter (village_code is not null)
    ) as village_source,
    arg_min(life_status, place) as life_status,
    arg_min(source, place) filter (life_status is not null) as life_status_source,
    arg_min(life_status_date, place) as life_status_date,
    bool_or(is_register) as in_register,
    count(*)::integer as records,
    {{ since([
        'name is not null', 'sex is not null', 'birth_year = year_of_birth', "nik_state = 'valid'", 'no_kk is not null',
        'village_code is not null', 'life_status is not null'
    ], ['any_value(placed_since)', 'case when not bool_or(is_register) then any_value(home.since) end']) }}
from ordered
left join moved home using (household_id)
group by person_id
