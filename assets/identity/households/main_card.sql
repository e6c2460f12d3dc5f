-- The card that most people of a listed household have.
select household_ref, arg_max(no_kk, (people, is_stated, no_kk)) as no_kk
from touched.household_of_card join card_claim using (no_kk, household_ref) group by household_ref
