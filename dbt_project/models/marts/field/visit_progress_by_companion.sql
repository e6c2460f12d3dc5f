-- Grain: district_code, companion_id. The families of visit_progress in each kecamatan, by companion. Families whose
-- list names no companion stand under the companion null, so that a kecamatan's rows add up to it.
with {{ families_by_the_last_form() }}

select
    district_code,
    companion_id,
    {{ families_by_visit('days') }}
from in_force
where district_code is not null
group by district_code, companion_id
