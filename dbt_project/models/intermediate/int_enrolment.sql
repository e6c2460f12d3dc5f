-- Grain: source, record_key, valid_from. Every version of every enrolment, with the status that its programme's rule
-- gives it (ruling 43): on the load's day, or of a version that ended on its last day. What the agency lists counts as
-- long as ref_programme says: an award by_year in its year and those that follow; the other kinds as long as the
-- agency's word is active.
with judged as (
    select
        programme.* exclude (status),
        programme.status as status_as_listed,
        rule.award = 'by_year' as is_by_year,
        case when rule.award = 'by_year'
            then make_date(programme.award_year + rule.award_years, 1, 1) end as award_ends_on,
        least(load.as_of_date, programme.valid_to - 1) as judged_on
    from {{ ref('programme_mention') }} programme
    cross join {{ source('inputs', 'load') }} load
    left join {{ ref('ref_programme') }} rule on rule.code = programme.programme
)

select
    * exclude (is_by_year, judged_on),
    case
        when status_as_listed <> 'active' or not coalesce(is_by_year, false) then status_as_listed
        when judged_on >= award_ends_on then 'completed'
        when year(judged_on) >= award_year then 'active'
        -- Its year has not begun, or nobody tells it: neither may pass for aid of today.
        else 'inactive'
    end as status
from judged
