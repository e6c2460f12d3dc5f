-- Every key that the newest delivery of a delta named and intake accepted is in force in staging; none appears that was never accepted.
{{ config(tags=['pre_identity']) }}
select accepted.record_key
from {{ source('accepted', 'dukcapil_penduduk') }} accepted
full join {{ ref('stg_dukcapil__penduduk') }} staging using (record_key)
where accepted.record_key is null or staging.record_key is null
