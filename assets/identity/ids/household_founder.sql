-- A household can consist of families only: all their records state another ID_DTKS.
with record as (
    select household as component, h from placed union all
    select f.household, p.h from family_place f join placed p using (family)
    where f.household not in (select household from placed))
select component, concat_ws(chr(31),
    min(concat_ws(chr(31), o.valid_from, o.source, o.delivery_id, o.file_name, o.row_number)),
    left(component, 1)) as seed
from touched.record join household_mention o using (h) group by component
