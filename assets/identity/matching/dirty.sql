-- Records whose profile may be another than it was, or that are or were to be weighed for another reason: by their own
-- words, because a rule links them no longer or now does, by the cards of their household, by the others on their card,
-- by a clerk's word.
with card as (
    select no_kk from mention_new where is_register union select no_kk from person_superseded where is_register),
decided as (select a, b from decision_new union all select a, b from decision_old)
select n from mention_new union select n from person_superseded
union select key from residue_changed union select key from context_changed
union select n from register where no_kk in (select no_kk from card)
union select n from scope where n in (select a from decided union select b from decided)
