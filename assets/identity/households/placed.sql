-- The household and family of each household record, as natural keys.
with stated_place as (
    select h.*, coalesce(listing, household_ref) as own_ref
    from touched.household_mention h left join listing using (household_ref)),
card as (
    select h.*, case when c.is_registered and not h.is_register then c.no_kk
        when coalesce(s.is_supported, true) then coalesce(h.no_kk, c.no_kk) end as card,
        not coalesce(s.is_supported, true) as is_of_others
    from stated_place h left join card_of_person c using (person)
    left join card_claim s on s.no_kk = h.no_kk and s.household_ref = own_ref),
ref_of_person as (select person, min(household_ref) as household_ref from listed group by person),
lone as (
    select person, min(source || '|' || record_key) as record from household_mention
    where person in (select person from card where card is null and own_ref is null) group by person),
joined as (
    select card.*, coalesce(own_ref, hc.household_ref,
        case when card.card is null then coalesce(listing, r.household_ref) end) as ref,
        coalesce(record, source || '|' || record_key) as record
    from card left join lone using (person) left join household_of_card hc on hc.no_kk = card.card
    left join ref_of_person r using (person) left join listing on listing.household_ref = r.household_ref)
select h, person, n, card, ref,
    case when ref is not null then 'D' || ref when card is not null then 'K' || card
         else 'R' || record end as household,
    case when coalesce(card, mc.no_kk) is not null then 'K' || coalesce(card, mc.no_kk)
         when ref is not null then 'D' || ref else 'R' || record end as family,
    case when is_of_others then 'card_of_others' when joined.household_ref is not null then 'household_ref'
         when ref is not null and card is not null then 'card_in_household'
         when card is not null then 'card' when ref is not null then 'person' else 'alone' end as link_rule
from joined left join main_card mc on mc.household_ref = joined.ref
