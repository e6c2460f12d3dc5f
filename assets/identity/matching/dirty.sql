-- Records whose pairs must be weighed again: their own values changed, a rule links them now or no longer does, or the
-- cards of their household, the other people on their card, or a clerk's decision changed.
with card as (
    select no_kk from mention_new where is_register union select no_kk from person_superseded where is_register),
decided as (select a, b from decision_new union all select a, b from decision_old)
select n from mention_new union select n from person_superseded
union select key from residue_changed union select key from context_changed
union select n from register where no_kk in (select no_kk from card)
union select n from scope where n in (select a from decided union select b from decided)
