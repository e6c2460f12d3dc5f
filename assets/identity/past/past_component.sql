-- By its own ID_DTKS if that is listed tonight, else by its person's household tonight, else by the household of the
-- card that it states, else by the household of most people listed with it, else by its record's household.
with tonight as (select k, h, household_ref from household_mention where k in (select k from past_household)),
listed_with as (
    select household_ref, mode(home.household) as household, mode(home.family) as family
    from who join home using (id) where household_ref is not null group by household_ref),
found as (
    select w.*, ref.component as of_ref, home.household as of_home, home.family as home_family,
        card.household as of_card, card.family as card_family, l.household as of_listed,
        l.family as listed_family, p.household as of_record, p.family as record_family
    from who w
    left join household_id ref on ref.component = 'D' || w.household_ref
    left join home on home.id = w.id
    left join family_place card on card.family = 'K' || w.no_kk
    left join listed_with l on l.household_ref = w.household_ref
    left join tonight on tonight.k = w.k
    left join placed p on p.h = tonight.h)
select n, source, record_key, valid_from, household_ref, no_kk,
    coalesce(of_ref, of_home, of_card, of_listed, of_record) as household,
    case when of_ref is not null then if(of_home = of_ref, home_family, coalesce(card_family, record_family, of_ref))
        when of_home is not null then home_family when of_card is not null then card_family
        when of_listed is not null then listed_family else record_family end as family,
    case when of_ref is not null then 'household_ref' when of_home is not null then 'person'
        when of_card is not null then 'card' when of_listed is not null then 'household_ref'
        when of_record is not null then 'record' end as link_rule
from found
