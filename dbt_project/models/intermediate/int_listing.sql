-- Grain: source, record_key, programme. Records of the frame that stand on a list, and what the list has rows of: `family`, `person`
-- or `household` as the programme pays them; else a household, where the row is of one and of nobody in particular; else the person
-- whom the row is about. A record that its programme no longer counts (graduated, left) stands on no list; the civil register is none,
-- and neither is a record of somebody's property or child, of whom there may be several.
with enrolled as (
    select mention.source, mention.record_key, mention.programme, mention.status, programme.unit
    from {{ source('mentions', 'programme_mention') }} mention
    join {{ ref('ref_programme') }} programme on programme.code = mention.programme
    where mention.is_current
),

stated as (
    select
        record.*,
        person.name,
        person.birth_date,
        case when person.nik_state = 'valid' then person.nik end as nik,
        person.link_rule as person_link_rule,
        person.match_probability as person_match_probability,
        coalesce(person.is_register, false) as is_register
    from {{ ref('int_household_record') }} record
    join {{ ref('int_frame') }} using (household_id)
    left join {{ ref('int_person_record') }} person
        on person.source = record.source and person.record_key = record.record_key and person.role = record.person_role
)

select
    stated.source,
    stated.record_key,
    enrolled.programme,
    coalesce(
        enrolled.unit,
        case
            when stated.person_role is null and stated.household_ref is not null then 'household'
            when stated.person_role = 'self' then 'person'
        end
    ) as unit,
    stated.household_id,
    stated.family_id,
    stated.person_id,
    stated.household_ref,
    stated.no_kk,
    coalesce(stated.name, stated.head_name) as name,
    stated.birth_date,
    stated.nik,
    coalesce(stated.regency_code, '36') as regency_code,
    coalesce(stated.person_link_rule, stated.link_rule) as link_rule,
    coalesce(stated.person_match_probability, stated.match_probability) as match_probability,
    stated.delivery_id,
    stated.file_name,
    stated.row_number
from stated
left join enrolled using (source, record_key)
where
    not stated.is_register
    and coalesce(enrolled.status, 'active') = 'active'
    and (enrolled.unit is not null or stated.person_role = 'self' or (stated.person_role is null and stated.household_ref is not null))
