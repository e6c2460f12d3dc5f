-- Grain: household_id. Households of the frame without a known living member: all people that records name died or
-- moved away by the civil register, or no person is named. They stay in dim_household, and among the poor, as long as a
-- list has them; this mart shows the owner of the list why it should not.
with gone as (
    select
        household_id,
        count(*) as persons_known,
        count(*) filter (life_status = 'MENINGGAL') as died,
        count(*) filter (life_status = 'PINDAH') as moved,
        max(life_status_date) as last_left_on
    from {{ ref('dim_person') }}
    group by household_id
),

-- Awards in force there: most serve no one, because their receivers died or moved away.
listed as (
    select household_id, string_agg(programme, ';' order by programme) as programmes
    from {{ ref('household_status_long') }}
    where status = 'active' or records_of_the_gone > 0
    group by household_id
)

select
    household.household_id,
    household.dtks_id,
    household.decile,
    household.is_poor,
    coalesce(gone.persons_known, 0)::integer as persons_known,
    coalesce(gone.died, 0)::integer as died,
    coalesce(gone.moved, 0)::integer as moved,
    gone.last_left_on,
    listed.programmes,
    {{ contact_columns('contact') }},
    case
        when gone.persons_known is null then 'Tidak ada anggota yang diketahui'
        when gone.moved = 0 then 'Semua anggota tercatat meninggal'
        when gone.died = 0 then 'Semua anggota tercatat pindah'
        else 'Semua anggota tercatat meninggal atau pindah'
    end as reason,
    concat_ws(
        ';',
        case when gone.persons_known is null then 'nobody_known' end,
        case when gone.died > 0 then 'died' end,
        case when gone.moved > 0 then 'moved' end,
        case when listed.programmes is not null then 'still_listed' end
    ) as reason_parts
from {{ ref('dim_household') }} household
join {{ ref('int_household_contact') }} contact using (household_id)
left join gone using (household_id)
left join listed using (household_id)
where not household.has_living_member
