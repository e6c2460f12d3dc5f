-- Grain: programme, unit_id. The standing of a person, family or household in each programme that names it, by the
-- programme's own unit.
select
    rule.code as programme,
    unit.unit,
    unit.unit_id,
    unit.household_id,
    bool_or(award.serves) as is_served,
    -- The newest record that does not serve gives the reason.
    first(
        case award.status when 'active' then 'receiver_gone' else award.status end
        order by award.valid_from desc, award.source, award.record_key
    ) filter (not award.serves) as why_not
from {{ ref('int_award') }} award
join {{ ref('ref_programme') }} rule on rule.code = award.programme
join {{ ref('int_unit') }} unit
    on unit.unit = rule.unit
    and unit.unit_id = case rule.unit
        when 'person' then award.person_id when 'family' then award.family_id else award.household_id
    end
group by all
