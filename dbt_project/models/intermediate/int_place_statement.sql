-- Grain: source, record_key. The day of a record's statement of its place, if known: the day of the survey, or the day
-- on which the record first named another village. A record that has always named one village does not show when its
-- people moved there. Few records change, so only their histories are sorted.
with version as (
    select 'dukcapil_penduduk' as source, record_key, valid_from, is_current, village_code,
        cast(null as date) as surveyed_on
    from {{ ref('stg_dukcapil__penduduk_versions') }}
    union all
    select 'dinsos_dtks_rumah_tangga', record_key, valid_from, is_current, village_code, surveyed_on
    from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }}
),

with_history as (
    select version.*
    from version
    semi join (select source, record_key from version where not is_current) earlier using (source, record_key)
),

stepped as (
    select *, lag(village_code) over (partition by source, record_key order by valid_from) as village_before
    from with_history
),

changed as (
    select source, record_key, max(valid_from) as changed_on
    from stepped
    where village_code <> village_before
    group by source, record_key
)

select source, record_key, greatest(version.surveyed_on, changed.changed_on) as stated_on
from version
left join changed using (source, record_key)
where version.is_current and greatest(version.surveyed_on, changed.changed_on) is not null
