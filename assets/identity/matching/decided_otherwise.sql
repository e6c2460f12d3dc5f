-- Records of pairs whose decision by a clerk changed since yesterday.
with now as (select least(a, b) as a, greatest(a, b) as b, is_same from decision_new),
was as (select least(a, b) as a, greatest(a, b) as b, is_same from decision_old),
otherwise as ((from now except from was) union all (from was except from now))
select a as n from otherwise union select b from otherwise
