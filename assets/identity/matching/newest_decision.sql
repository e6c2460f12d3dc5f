-- The newest decision of each pair of records, with the keys of both.
select * from (
    select *, record_name(source_a, record_key_a, role_a) as key_a, record_name(source_b, record_key_b, role_b) as key_b
    from decision_input where decision in ('SAMA', 'BEDA'))
qualify row_number() over (
    partition by least(key_a, key_b), greatest(key_a, key_b)
    order by decided_on desc, valid_from desc, delivery_id desc, row_number desc) = 1
