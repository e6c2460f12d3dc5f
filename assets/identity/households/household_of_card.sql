-- The listed household of each card.
select no_kk, household_ref from touched.card_claim where is_supported
qualify row_number() over (partition by no_kk order by people desc, is_stated desc, household_ref) = 1
