-- The household of each family.
with one as (
    select family, any_value(case when family[1] = 'K' then family[2:] end) as no_kk, min(household) as household
    from touched.placed group by family)
select family, no_kk, case when hc.household_ref is not null then 'D' || hc.household_ref
    when no_kk is not null then 'K' || no_kk else household end as household
from one left join household_of_card hc using (no_kk)
