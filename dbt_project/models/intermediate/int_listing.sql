-- Grain: source, record_key, programme. Records of the frame that stand on a list, and what the list has rows of:
-- `family`, `person` or `household` as the programme pays them; else a household, where the row is of one and of nobody
-- in particular; else the person whom the row is about. A record that its programme no longer counts (graduated, left)
-- stands on no list; the civil register is none, and neither is a record of somebody's property or child, of whom there
-- may be several.
with enrolled as (
    select mention.source, mention.record_key, mention.programme, mention.status, programme.unit
    from {{ ref('programme_mention') }} mention
    join {{ ref('ref_programme') }} programme on programme.code = mention.programme
    where mention.is_current
),

stated as (
    select
        record.*,
        enrolled.programme,
        coalesce(enrolled.status, 'active') as status,
        coalesce(
            enrolled.unit,
            case
                when record.person_role is null and record.household_ref is not null then 'household'
                when record.person_role = 'self' then 'person'
            end
        ) as unit
    from {{ ref('int_household_record') }} record
    join {{ ref('int_frame') }} using (household_id)
    left join enrolled using (source, record_key)
)

select
    source,
    record_key,
    programme,
    unit,
    household_id,
    family_id,
    person_id,
    no_kk,
    coalesce(regency_code, '{{ var("province") }}') as regency_code
from stated
where
    unit is not null
    and status = 'active'
    and source not in (select source from {{ ref('person_mention') }} where is_register)
