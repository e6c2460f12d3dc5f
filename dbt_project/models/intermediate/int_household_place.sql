-- Grain: household_id. The place of a household of the frame, by the newest statement: that of the social registry (its
-- survey), else of the register's head, else of the newest record; unless more than half of its residents in the
-- register have moved to one village since. Village and address come from one record; the address may come from another
-- record only if that names the same village.
with record as (
    select
        r.*,
        coalesce(statement.stated_on, r.valid_from) as stated_on,
        row_number() over (
            partition by r.household_id
            order by
                (r.village_code is not null) desc, (r.district_code is not null) desc,
                (r.regency_code is not null) desc,
                (r.household_ref is not null and r.person_role is null) desc, (r.head_name is not null) desc,
                coalesce(statement.stated_on, r.valid_from) desc, r.source, r.record_key
        ) as place
    from {{ ref('int_household_record') }} r
    join {{ ref('int_frame') }} using (household_id)
    left join {{ ref('int_place_statement') }} statement using (source, record_key)
),

base as (
    select * from record where place = 1
),

resident as (
    select
        placed.household_id, placed.person_id, entry.source, entry.record_key, entry.head_name, entry.address,
        entry.rt, entry.rw,
        entry.village_code, entry.district_code, entry.regency_code, entry.valid_from, entry.known_from, moved.stated_on
    from {{ ref('int_person_household') }} placed
    join {{ ref('int_person_record') }} who on who.person_id = placed.person_id and who.is_register
    join {{ ref('int_household_record') }} entry on entry.source = who.source and entry.record_key = who.record_key
    left join {{ ref('int_place_statement') }} moved on moved.source = who.source and moved.record_key = who.record_key
    where placed.lives_here
),

residents as (
    select household_id, count(distinct person_id) as people from resident group by household_id
),

moved as (
    select
        resident.household_id,
        resident.village_code,
        arg_min(resident, (resident.head_name is null, resident.record_key)) as entry
    from resident
    join base using (household_id)
    join residents using (household_id)
    where resident.stated_on > base.stated_on and resident.village_code is not null
    group by resident.household_id, resident.village_code
    having count(distinct resident.person_id) * 2 > any_value(residents.people)
),

chosen as (
    select
        base.household_id,
        entry is not null as is_moved,
        if(entry is null, base.source, entry.source) as source,
        if(entry is null, base.stated_on, entry.stated_on) as stated_on,
        if(entry is null, base.village_code, entry.village_code) as village_code,
        if(entry is null, base.district_code, entry.district_code) as district_code,
        if(entry is null, base.regency_code, entry.regency_code) as regency_code,
        if(entry is null, base.address, entry.address) as address,
        if(entry is null, base.rt, entry.rt) as rt,
        if(entry is null, base.rw, entry.rw) as rw,
        if(entry is null, base.valid_from, entry.valid_from) as valid_from,
        if(entry is null, base.known_from, entry.known_from) as known_from
    from base
    left join moved using (household_id)
),

-- If the record that names the place has no address.
nearby as (
    select
        household_id,
        arg_min(record.address, record.place) as address,
        arg_min(coalesce(record.rt, ''), record.place) as rt,
        arg_min(coalesce(record.rw, ''), record.place) as rw
    from chosen
    join record using (household_id)
    where chosen.address is null and record.address is not null
        and coalesce(record.village_code = chosen.village_code, true)
    group by household_id
)

select
    household_id,
    coalesce(chosen.address, nearby.address) as address,
    if(nearby.address is null, chosen.rt, nullif(nearby.rt, '')) as rt,
    if(nearby.address is null, chosen.rw, nullif(nearby.rw, '')) as rw,
    chosen.village_code,
    coalesce(left(chosen.village_code, 6), chosen.district_code) as district_code,
    coalesce(left(chosen.village_code, 4), chosen.regency_code, '{{ var("province") }}') as regency_code,
    chosen.source as place_source,
    chosen.stated_on as place_stated_on,
    chosen.is_moved,
    chosen.valid_from,
    chosen.known_from
from chosen
left join nearby using (household_id)
