-- The founding record of a person: the register's, else the oldest.
select component,
    min(concat_ws(chr(31), (not is_register)::int, m.valid_from, m.source, m.delivery_id, m.file_name, m.row_number, role))
        as seed
from person_component join mention m using (n) group by component
