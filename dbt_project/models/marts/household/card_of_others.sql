-- Grain: source, record_key. Listed households whose NO_KK is a card of other people: no member is on it, and the
-- head's name with village or address does not match either. No person was moved because of it (ruling 42); the list or
-- the register must be corrected.
select
    record.source,
    record.record_key,
    record.delivery_id,
    record.file_name,
    record.row_number,
    record.household_id,
    card.household_id as other_household_id,
    card.family_id as other_family_id,
    'card_of_others' as check_name,
    'NO_KK pada baris ini milik rumah tangga lain: tidak ada anggota yang sama, dan nama kepala rumah tangga beserta'
        || ' desa atau alamatnya tidak cocok. Periksa NO_KK pada daftar, atau laporkan ke Disdukcapil.' as message_id,
    'The NO_KK of this row is another household''s: no member in common, and the head''s name with village or address'
        || ' does not agree. Check the NO_KK in the list, or report it to Disdukcapil.' as message_en
from {{ ref('int_household_record') }} record
left join {{ source('identity', 'family_links') }} card using (no_kk)
where record.link_rule = 'card_of_others'
