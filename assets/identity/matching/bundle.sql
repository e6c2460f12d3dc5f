-- Records that clerks decided are one person. head: the register record of the bundle, if it has one.
with head as (
    select component, n as head from bundled join mention using (n) where is_register
    qualify row_number() over (
        partition by component order by coalesce(life_status, '') <> 'AKTIF', record_key) = 1)
select n, component, head from bundled left join head using (component)
