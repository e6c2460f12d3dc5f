select f.id as family_id, no_kk, h.id as household_id from family_place
join family_id f on f.component = family_place.family
join household_id h on h.component = family_place.household
