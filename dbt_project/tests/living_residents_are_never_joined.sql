-- Ruling 18: two register records are joined by a clerk's decision only.
{{ config(tags=['post_identity']) }}
select person_id
from {{ ref('person_records') }}
where source = 'dukcapil_penduduk'
group by person_id
having count(*) > 1
