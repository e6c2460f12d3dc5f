select household_ref as key from (from household_of_card_old union from household_of_card_new)
union select household_ref from (from card_claim_old union all from card_claim_new)
where no_kk in (select key from card_claim_changed)
