select h as key from household_mention_old union select h from household_mention_new
union select h from household_mention
where person in (
        select person from household_mention_old union select person from household_mention_new
        union select key from card_of_person_changed union select key from listed_changed
        union select person from listed where household_ref in (select key from listing_changed))
    or household_ref in (select key from listing_changed)
    or (no_kk in (select key from card_claim_changed) and household_ref is not null)
union select h from placed
where card in (select key from household_of_card_changed) or ref in (select key from main_card_changed)
