-- Cards whose people changed, whose people's listings changed, or whose card number a changed listing states.
with relisted as (select key as household_ref from listing_changed)
select no_kk as key from household_mention_old union select no_kk from household_mention_new
union select no_kk from card_of_person_old union select no_kk from card_of_person_new
union select no_kk from card_of_person where person in (
    select person from household_mention where n in (select n from mention_new)
    union select key from listed_changed
    union select person from listed semi join relisted using (household_ref))
union select no_kk from household_mention semi join relisted using (household_ref)
