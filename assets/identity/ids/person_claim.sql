-- Claims rank by the number of earlier members, then by the register record. A record that was absent and has returned
-- claims the id that it had, after all others.
with now as (
    select n, component, source, record_key, role, is_register from person_component join mention using (n)),
claim as (
    select component, id, 1 as rank_1, count(*) as rank_2, bool_or(is_register)::int as rank_3
    from now join person_previous using (source, record_key, role) group by component, id
    union all
    select component, id, 0, count(*), bool_or(is_register)::int
    from now join lineage l on l.entity = 'person' and l.natural_key = record_name(source, record_key, role)
    anti join person_previous p using (source, record_key, role) group by component, id)
select component, id, max(rank_1) as rank_1, max(rank_2) as rank_2, max(rank_3) as rank_3 from claim
group by component, id
