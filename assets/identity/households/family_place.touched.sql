select family as key from placed_old union select family from placed_new
union select 'K' || key from household_of_card_changed
