-- Grain: row_id. Contradictions within the civil register, for Disdukcapil to settle: one NIK in two entries, two NIKs
-- that may be one person, a child born no later than its parent, and people registered as dead whom a programme still
-- lists as active.
-- The register is large: relations that are read several times are not materialised.
with entry as not materialized (
    select
        record_key, no_kk, name, relation, birth_date, birth_year, village_code, address, rt, rw, valid_from,
        delivery_id
    from {{ ref('stg_dukcapil__penduduk') }}
),

-- Entries of one delivery with the same NIK, all quarantined, until a later delivery settles it.
held as (
    select
        line.record_key,
        line.delivery_id,
        delivery.delivery_order,
        delivery.delivery_date,
        count(distinct (line.file_name, line.row_number)) as entries,
        count(distinct json_extract_string(line.raw_row, '$.NAMA_LENGKAP')) as names,
        string_agg(distinct json_extract_string(line.raw_row, '$.NAMA_LENGKAP'), ', '
            order by json_extract_string(line.raw_row, '$.NAMA_LENGKAP')) as stated_names,
        left(min(json_extract_string(line.raw_row, '$.KODE_DESA')), 5) as stated_regency
    from {{ quarantine_lines('dukcapil_penduduk') }} line
    join {{ source('inputs', 'deliveries') }} delivery using (delivery_id)
    where line.check_name = 'key_conflict' and line.record_key is not null
    group by all
),

one_nik as (
    select
        'nik ' || held.record_key as subject,
        held.record_key,
        cast(null as varchar) as programme,
        case when max(held.names) > 1 then 'one_nik_two_names' else 'one_nik_two_entries' end as reason,
        case when max(held.names) > 1 then 'Satu NIK dengan dua nama' else 'Satu NIK dengan dua data yang berbeda' end
            as reason_text,
        concat_ws(
            '; ',
            'NIK ' || held.record_key,
            max(held.entries) || ' baris dalam satu kiriman',
            'nama: ' || arg_max(held.stated_names, held.delivery_order)
        ) as evidence,
        true as is_pressing,
        min(held.delivery_date) as waiting_since,
        regexp_replace(any_value(held.stated_regency), '\D', '', 'g') as stated_regency
    from held
    left join entry using (record_key)
    left join {{ source('inputs', 'deliveries') }} said on said.delivery_id = entry.delivery_id
    where coalesce(said.delivery_order < held.delivery_order, true)
    group by held.record_key
),

two_niks as (
    select
        'pair ' || pair.pair_id as subject,
        pair.record_key_a as record_key,
        cast(null as varchar) as programme,
        'two_niks_one_person' as reason,
        'Dua NIK yang tampaknya milik satu orang' as reason_text,
        concat_ws(
            '; ',
            'NIK ' || pair.record_key_a || ' dan ' || pair.record_key_b,
            case pair.state when 'confirmed' then 'sudah dipastikan petugas' else 'belum dipastikan petugas' end,
            'peluang ' || round(100 * pair.match_probability, 1) || ' %'
        ) as evidence,
        pair.state = 'confirmed' as is_pressing,
        greatest(one.valid_from, other.valid_from) as waiting_since,
        cast(null as varchar) as stated_regency
    from {{ ref('identity_links') }} pair
    join entry one on one.record_key = pair.record_key_a
    join entry other on other.record_key = pair.record_key_b
    where pair.source_a = 'dukcapil_penduduk' and pair.source_b = 'dukcapil_penduduk'
        and pair.state in ('open', 'confirmed')
),

resident as not materialized (
    select record_key, no_kk, relation, birth_date, birth_year, valid_from
    from {{ ref('stg_dukcapil__penduduk') }}
    where life_status = 'AKTIF' and no_kk is not null
),

too_old as (
    {%- for younger, elder in [('ANAK', 'KEPALA KELUARGA'), ('KEPALA KELUARGA', 'ORANG TUA')] %}
    select
        younger.record_key,
        younger.birth_date,
        younger.birth_year,
        elder.record_key as elder_key,
        elder.birth_date as elder_birth_date,
        elder.birth_year as elder_birth_year,
        greatest(younger.valid_from, elder.valid_from) as waiting_since
    from resident younger
    join resident elder using (no_kk)
    where
        younger.relation = '{{ younger }}' and elder.relation = '{{ elder }}'
        and coalesce(younger.birth_date <= elder.birth_date, younger.birth_year <= elder.birth_year)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

child_before_parent as (
    select
        'child ' || person.person_id || ' ' || elder.person_id as subject,
        too_old.record_key,
        cast(null as varchar) as programme,
        'child_before_parent' as reason,
        'Anak tercatat lahir sebelum atau bersamaan dengan orang tuanya' as reason_text,
        concat_ws(
            '; ',
            'anak lahir ' || coalesce({{ day_text('too_old.birth_date') }}, too_old.birth_year::varchar),
            'orang tua lahir '
                || coalesce({{ day_text('too_old.elder_birth_date') }}, too_old.elder_birth_year::varchar)
        ) as evidence,
        false as is_pressing,
        too_old.waiting_since,
        cast(null as varchar) as stated_regency
    from too_old
    join {{ ref('int_person_record') }} person
        on person.source = 'dukcapil_penduduk' and person.record_key = too_old.record_key
    join {{ ref('int_person_record') }} elder
        on elder.source = 'dukcapil_penduduk' and elder.record_key = too_old.elder_key
),

dead_receiver as (
    select
        'dead ' || award.person_id || ' ' || award.programme as subject,
        min(person.record_key) as record_key,
        award.programme,
        'dead_receives' as reason,
        'Tercatat meninggal, tetapi masih menerima ' || award.programme as reason_text,
        concat_ws(
            '; ',
            'NIK ' || min(person.record_key),
            'meninggal ' || {{ day_text('any_value(coalesce(gone.gone_on, gone.reported_on))') }}
        ) as evidence,
        true as is_pressing,
        any_value(coalesce(gone.gone_on, gone.reported_on)) as waiting_since,
        cast(null as varchar) as stated_regency
    from {{ ref('int_award') }} award
    join {{ ref('int_person_gone') }} gone using (person_id)
    join {{ ref('int_person_record') }} person on person.person_id = award.person_id and person.is_register
    where award.status = 'active' and award.receiver_gone = 'MENINGGAL'
    group by award.person_id, award.programme
),

conflict as (
    select * from one_nik
    union all by name
    select * from two_niks
    union all by name
    select * from child_before_parent
    union all by name
    select * from dead_receiver
),

found as (
    select conflict.*, record.household_id, record.person_id
    from conflict
    left join {{ ref('int_household_record') }} record
        on record.source = 'dukcapil_penduduk' and record.record_key = conflict.record_key
),

head_of_card as (
    select no_kk, min(name) as head_name
    from entry
    where relation = 'KEPALA KELUARGA'
        and no_kk in (select entry.no_kk from entry semi join conflict using (record_key))
    group by no_kk
),

-- The register's own place of the entry: most of these people are in no household of the frame.
registered as (
    select
        found.subject,
        head_of_card.head_name,
        entry.address,
        entry.rt,
        entry.rw,
        entry.village_code,
        village.region_name as village_name,
        left(entry.village_code, 6) as district_code,
        district.region_name as district_name,
        coalesce(left(entry.village_code, 4), left(found.stated_regency, 4)) as regency_code
    from found
    left join entry using (record_key)
    left join head_of_card using (no_kk)
    left join {{ ref('dim_region') }} village on village.region_code = entry.village_code
    left join {{ ref('dim_region') }} district on district.region_code = left(entry.village_code, 6)
)
{{ worklist('dukcapil_conflicts', contact='registered') }}
