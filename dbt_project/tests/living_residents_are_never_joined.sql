-- Ruling 18: only a clerk's decision joins two register records.
{{ config(tags=['post_identity']) }}
select person_id
from {{ ref('person_records') }}
where source = 'dukcapil_penduduk'
group by person_id
having count(*) > 1
