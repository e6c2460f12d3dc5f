-- Grain: measurement_no. Measurements of children in households of the frame. is_plausible: weight and height are in
-- the range of a child's; is_stunted is the health centre's status, for plausible measurements only.
with measurement as (
    select
        *,
        coalesce(weight_kg between 1 and 60 and height_cm between 35 and 140, false) as is_plausible
    from {{ ref('stg_dinkes__gizi') }}
)

select
    measurement.measurement_no,
    record.person_id,
    parent.person_id as parent_person_id,
    record.household_id,
    record.family_id,
    measurement.measured_on,
    date_diff('month', measurement.birth_date, measurement.measured_on)::smallint as age_months,
    measurement.weight_kg,
    measurement.height_cm,
    measurement.height_z_score,
    measurement.height_status,
    measurement.is_plausible,
    case when measurement.is_plausible then measurement.height_status in ('PENDEK', 'SANGAT PENDEK') end as is_stunted,
    measurement.posyandu,
    measurement.village_code,
    measurement.regency_code,
    measurement.valid_from,
    measurement.known_from,
    measurement.delivery_id,
    measurement.file_name,
    measurement.row_number
from measurement
join {{ ref('int_household_record') }} record
    on record.source = 'dinkes_gizi' and record.record_key = measurement.record_key
join {{ ref('int_frame') }} using (household_id)
left join {{ source('identity', 'person_links') }} parent
    on parent.source = 'dinkes_gizi' and parent.record_key = measurement.record_key and parent.role = 'parent'
