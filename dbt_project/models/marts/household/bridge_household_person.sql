-- Grain: household_id, person_id, family_id, valid_from. People in each household and family over time, as far as cards
-- and lists are known: by the register's spells on a family card, and by the social registry's listing. Both end with
-- the person's death or move by the register; a listing that starts later is not a spell.
with spell as (
    select link.person_id, family.household_id, family.family_id, card.valid_from, card.valid_to, card.known_from
    from {{ ref('int_register_card_spell') }} card
    join {{ source('identity', 'person_links') }} link
        on link.source = 'dukcapil_penduduk' and link.record_key = card.record_key
    join {{ source('identity', 'family_links') }} family on family.no_kk = card.no_kk
    union all
    select link.person_id, household.household_id, household.family_id, listed.valid_from, listed.valid_to,
        listed.known_from
    from {{ ref('stg_dinsos__dtks_anggota_versions') }} listed
    join {{ source('identity', 'person_links') }} link
        on link.source = 'dinsos_dtks_anggota' and link.record_key = listed.record_key
    join {{ source('identity', 'household_links') }} household
        on household.source = 'dinsos_dtks_anggota' and household.record_key = listed.record_key
),

ended as (
    select spell.* replace (least(spell.valid_to, coalesce(gone.gone_on, gone.reported_on)) as valid_to)
    from spell
    left join {{ ref('int_person_gone') }} gone using (person_id)
)

select
    household_id,
    person_id,
    family_id,
    valid_from,
    nullif(max(coalesce(valid_to, date '9999-12-31')), date '9999-12-31') as valid_to,
    arg_min(known_from, ran.load_seq) as known_from
from ended
left join {{ source('inputs', 'loads') }} ran on ran.load_id = ended.known_from
join {{ ref('int_frame') }} using (household_id)
where valid_to is null or valid_to > valid_from
group by household_id, person_id, family_id, valid_from
