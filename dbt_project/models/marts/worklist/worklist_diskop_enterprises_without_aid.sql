-- Grain: row_id. People of working age of poor households who own an enterprise without aid: rows of `unserved` for
-- UMKM.
with enterprise as (
    select
        owner_person_id,
        string_agg(distinct sector, ', ' order by sector) as sectors,
        max(yearly_turnover) as yearly_turnover
    from {{ ref('dim_enterprise') }}
    group by owner_person_id
),

found as (
    select
        {{ unserved_columns() }},
        concat_ws(
            '; ',
            need.age || ' tahun',
            'sektor ' || enterprise.sectors,
            'omzet setahun Rp ' || replace(format('{:,}', enterprise.yearly_turnover), ',', '.'),
            case when not unserved.in_any_programme then 'rumah tangga tanpa program apa pun' end
        ) as evidence,
        not unserved.in_any_programme as is_pressing,
        waiting.waiting_since
    from {{ ref('unserved') }} unserved
    join {{ ref('int_unit_waiting') }} waiting using (programme, unit_id)
    join {{ ref('int_person_need') }} need on need.person_id = unserved.person_id
    left join enterprise on enterprise.owner_person_id = unserved.person_id
    where
        unserved.programme = 'UMKM'
        and need.age between {{ var('working_age_min') }} and {{ var('working_age_max') }}
)
{{ worklist('diskop_enterprises_without_aid') }}
