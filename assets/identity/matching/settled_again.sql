-- The records that are settled again: the whole residue, which is small, the records linked to a register person that
-- it may be, and the register persons who may be left of its households.
with this_near,
settled as (
    select n from mention semi join (
        select n from residue union select n from scope union select a from weighed union select b from weighed
        union select a from decision union select b from decision union from near) using (n)),
targets as (from settled union select target from rule_link where n in (from settled))
from targets union select n from rule_link where target in (from targets)
