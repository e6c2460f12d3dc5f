-- Grain: source, record_key, valid_from. Records that have ended, and earlier versions that say another thing of who
-- somebody is or where they live than the record does now; each with the household, the family and the person that it
-- is linked to. Any other version is linked as its record is (int_household_record).
select
    link.source,
    link.record_key,
    mention.person_role,
    link.valid_from,
    mention.valid_to,
    mention.delivery_id,
    mention.file_name,
    mention.row_number,
    link.household_id,
    link.family_id,
    case when past.source is null then present.person_id else past.person_id end as person_id,
    link.link_rule
from {{ source('identity', 'past_household_links') }} link
join {{ ref('past_household_mention') }} mention using (source, record_key, valid_from)
left join {{ source('identity', 'past_person_links') }} past
    on past.source = link.source and past.record_key = link.record_key and past.valid_from = link.valid_from
    and past.role = mention.person_role
left join {{ source('identity', 'person_links') }} present
    on present.source = link.source and present.record_key = link.record_key and present.role = mention.person_role
