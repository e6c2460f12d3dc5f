select n, words, name, word_bits, sex, birth_date, birth_year, birth_heap, nik, no_kk, village_code, district_code,
    regency_code
from touched.mention where is_register
