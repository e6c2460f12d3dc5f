with record as (select family as component, h from placed)
select component, concat_ws(chr(31),
    min(concat_ws(chr(31), o.valid_from, o.source, o.delivery_id, o.file_name, o.row_number)),
    left(component, 1)) as seed
from touched.record join household_mention o using (h) group by component
