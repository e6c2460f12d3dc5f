select m.n, m.k, m.d, source, record_key, role, valid_from, delivery_id, file_name, row_number, is_register,
    life_status, coalesce(own.words, []::varchar[]) as words, hash(coalesce(own.words, []::varchar[])) as name,
    coalesce(own.word_bits, 0) as word_bits, mother.words as mother_words, sex, birth_date, birth_year,
    coalesce(birth_heap, false) as birth_heap, case when nik_state = 'valid' then nik end as nik, nik as nik_stated,
    nullif(no_kk, '') as no_kk, village_code, district_code, regency_code,
    case when household_ref is not null then source || '|' || household_ref end as household, relation
from person_input m left join folded_name own on own.name = m.name
left join folded_name mother on mother.name = m.mother_name
