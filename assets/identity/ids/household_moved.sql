select o.household as was, n.household as component from placed_old o full join placed_new n using (h)
where o.household is distinct from n.household
union all
select o.household, n.household from family_place_old o full join family_place_new n using (family)
where o.household is distinct from n.household
