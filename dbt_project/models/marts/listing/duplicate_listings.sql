-- Grain: kind, source_b, record_key_b. Rows of a list (record b) for a household, family or person that an earlier row
-- (record a: the one with the first key) already lists, in the same programme if both are in one, else in the same
-- list; and rows that state a family card of another household. Of n rows for one family, n - 1 are listed here: the
-- rows that could be removed. Several families of one household, or several persons of a family, are not duplicates of
-- each other.
with listed as (select * from {{ ref('int_listing') }}),

-- What two rows must share to be duplicates, by the unit that the list counts.
shared as (
    select source, record_key, programme, unit, 'same_person' as rule, person_id as value from listed
    union all
    select source, record_key, programme, unit, 'same_family', family_id from listed where unit = 'family'
    union all
    select source, record_key, programme, unit, 'same_household', household_id from listed where unit = 'household'
),

-- Within a programme, and ('') in the whole list.
within as (
    select * from shared where value is not null and programme is not null
    union all by name
    select distinct * replace ('' as programme) from shared where value is not null
),

several as (
    select source, programme, unit, rule, value, min(record_key) as first_key
    from within
    group by source, programme, unit, rule, value
    having min(record_key) <> max(record_key)
),

-- Every row that is not the first of those that share it, once, with the most specific rule.
again as (
    select
        within.unit || '_twice' as kind,
        within.rule,
        nullif(within.programme, '') as programme,
        within.source as source_a,
        several.first_key as record_key_a,
        within.source as source_b,
        within.record_key as record_key_b
    from within
    join several using (source, programme, unit, rule, value)
    where within.record_key > several.first_key
    qualify row_number() over (
        partition by within.unit, within.source, within.record_key
        order by within.programme = '', within.programme, within.rule <> 'same_person', within.rule
    ) = 1
),

-- The household of a card, by the first record that states it; a list's before the register's.
card as (
    select family.no_kk, family.household_id, record.source, record.record_key
    from {{ source('identity', 'family_links') }} family
    join {{ ref('int_household_record') }} record using (no_kk, household_id)
    qualify row_number() over (
        partition by family.no_kk order by record.in_frame desc, record.source, record.record_key
    ) = 1
),

elsewhere as (
    select
        'card_in_two_households' as kind,
        'same_card' as rule,
        first(listed.programme order by listed.programme) as programme,
        any_value(card.source) as source_a,
        any_value(card.record_key) as record_key_a,
        listed.source as source_b,
        listed.record_key as record_key_b
    from listed
    join card on card.no_kk = listed.no_kk and card.household_id <> listed.household_id
    group by listed.source, listed.record_key
),

pair as (select * from again union all by name select * from elsewhere),

-- Persons listed under both of two numbers of a household.
member as (
    select distinct household_id, household_ref, person_id
    from {{ ref('int_household_record') }}
    where household_ref is not null and person_id is not null
),

in_common as (
    select a.household_ref as ref_a, b.household_ref as ref_b, count(*) as persons
    from member a
    join member b using (household_id, person_id)
    where a.household_ref < b.household_ref
    group by a.household_ref, b.household_ref
),

record as (
    select
        record.*,
        coalesce(person.name, record.head_name) as name,
        person.birth_date,
        case when person.nik_state = 'valid' then person.nik end as nik,
        coalesce(person.link_rule, record.link_rule) as linked_by,
        coalesce(person.match_probability, record.match_probability) as probability
    from {{ ref('int_household_record') }} record
    semi join (
        select source_a as source, record_key_a as record_key from pair union select source_b, record_key_b from pair
    ) paired using (source, record_key)
    left join {{ ref('int_person_record') }} person
        on person.source = record.source and person.record_key = record.record_key and person.role = record.person_role
),

evidence as (
    select
        pair.*,
        b.household_id,
        nullif(a.household_id, b.household_id) as other_household_id,
        case when a.family_id = b.family_id then b.family_id end as family_id,
        case when a.person_id = b.person_id then b.person_id end as person_id,
        coalesce(a.person_id = b.person_id, false) as same_person,
        coalesce(a.no_kk = b.no_kk, false) as same_card,
        coalesce(a.nik = b.nik, false) as same_nik,
        coalesce(a.birth_date = b.birth_date, false) as same_birth_date,
        round(jaro_winkler_similarity(upper(trim(a.name)), upper(trim(b.name))), 3) as name_similarity,
        coalesce(in_common.persons, 0)::integer as persons_in_common,
        coalesce(b.regency_code, '{{ var("province") }}') as listed_regency_code,
        a.delivery_id as delivery_id_a,
        a.file_name as file_name_a,
        a.row_number as row_number_a,
        a.linked_by as link_rule_a,
        a.probability as match_probability_a,
        b.delivery_id as delivery_id_b,
        b.file_name as file_name_b,
        b.row_number as row_number_b,
        b.linked_by as link_rule_b,
        b.probability as match_probability_b
    from pair
    join record a on a.source = pair.source_a and a.record_key = pair.record_key_a
    join record b on b.source = pair.source_b and b.record_key = pair.record_key_b
    left join in_common
        on in_common.ref_a = least(a.household_ref, b.household_ref)
        and in_common.ref_b = greatest(a.household_ref, b.household_ref)
        and pair.kind = 'household_twice'
),

part as (
    select
        evidence.*,
        list_filter([
            case when same_person then {'code': 'same_person', 'text': 'orang yang sama'} end,
            case when persons_in_common > 0
                then {'code': 'persons_in_common', 'text': persons_in_common || ' anggota yang sama'} end,
            case when same_nik then {'code': 'same_nik', 'text': 'NIK sama'} end,
            case when same_card then {'code': 'same_card', 'text': 'nomor KK sama'} end,
            case when kind = 'family_twice' and family_id is not null and not same_card
                then {'code': 'same_family', 'text': 'satu keluarga menurut kartunya'} end,
            case when same_birth_date then {'code': 'same_birth_date', 'text': 'tanggal lahir sama'} end,
            case when name_similarity = 1 then {'code': 'same_name', 'text': 'nama sama'}
                when name_similarity >= 0.85 then {'code': 'similar_name', 'text': 'nama mirip'} end
        ], lambda one: one is not null) as parts
    from evidence
)

select
    part.kind,
    part.programme,
    part.source_a,
    part.record_key_a,
    part.delivery_id_a,
    part.file_name_a,
    part.row_number_a,
    part.source_b,
    part.record_key_b,
    part.delivery_id_b,
    part.file_name_b,
    part.row_number_b,
    part.household_id,
    part.other_household_id,
    part.family_id,
    part.person_id,
    part.rule,
    '{{ var("duplicate_rules_version") }}' as rule_version,
    part.same_person,
    part.same_card,
    part.same_nik,
    part.same_birth_date,
    part.name_similarity,
    part.persons_in_common,
    part.link_rule_a,
    part.match_probability_a,
    part.link_rule_b,
    part.match_probability_b,
    part.listed_regency_code,
    {{ contact_columns('contact') }},
    case part.kind
        when 'household_twice' then 'Satu rumah tangga tercatat dua kali'
        when 'family_twice' then 'Satu keluarga tercatat dua kali'
        when 'person_twice' then 'Satu orang tercatat dua kali'
        else 'Nomor KK ini ada di rumah tangga lain'
    end || coalesce(' dalam ' || programme.name, '') || coalesce(': ' || nullif(list_aggregate(
        list_transform(parts, lambda one: one.text), 'string_agg', ', '), ''), '') as reason,
    list_aggregate(list_transform(parts, lambda one: one.code), 'string_agg', ';') as reason_parts
from part
join {{ ref('int_household_contact') }} contact using (household_id)
left join {{ ref('ref_programme') }} programme on programme.code = part.programme
