-- The last versions of records that have ended.
select n from past anti join (select k from mention where k in (select k from past)) using (k)
qualify row_number() over (partition by k, source, record_key, role order by valid_from desc) = 1
