{#- Keys of quarantined rows of deliveries: record_key, coverage_regency, delivery_id. -#}
{% macro quarantined_keys(source_name) -%}
(
    select *, split_part(filename, '/', -2) as delivery_id
    from read_parquet('inputs/{{ source_name }}/*/quarantined_keys.parquet', filename = true, hive_partitioning = false)
)
{%- endmacro %}

{#- Rows of a delivery that end their record, as intake has them in `deletions.parquet`, with delivery_id. -#}
{% macro deletions(source_name) -%}
(
    select *, split_part(filename, '/', -2) as delivery_id
    from read_parquet('inputs/{{ source_name }}/*/deletions.parquet', filename = true, hive_partitioning = false)
)
{%- endmacro %}

{#- Lines of a source's quarantine, one per failed check of a row, as quality.quarantine has them. -#}
{% macro quarantine_lines(source_name) -%}
read_parquet('inputs/{{ source_name }}/*/quarantine.parquet', hive_partitioning = false)
{%- endmacro %}

{#-
The history of a source's records, from its accepted deliveries alone (not from dbt snapshots).

A version is a series of deliveries with the same content of a record. Grain: record_key, valid_from.
  valid_from, valid_to     delivery dates between which it was valid (valid_to null: in force)
  known_from               the first load that had it
  carried_forward_since    date of the first delivery whose row of this record was quarantined, while the last accepted state is kept
  delivery_id, file_name, row_number   the newest delivery with this content

Delta: a record is valid until a later delivery changes it. Snapshot: while the deliveries that cover its kabupaten/kota
contain it; a quarantined row carries it forward for at most `carry_forward_deliveries` of them. Deliveries are ordered by
date, then acceptance, so a late delivery never overwrites a newer one. A row that states that its record was deleted ends
it on the stated day if that is after the record was first delivered, else on the day of its delivery; a later row that
states otherwise begins a new version. Windows run over key, order and hash only; the columns are joined
back at the end.
-#}
{% macro record_versions(source_name) %}
{%- set accepted = source('accepted', source_name) -%}
{%- set quarantined = quarantined_keys(source_name) %}
with delivery as (
    select delivery_id, delivery_date, delivery_order, load_id, kind
    from {{ source('inputs', 'deliveries') }}
    where source = '{{ source_name }}'
),

rule as (
    select kind, carry_forward_deliveries
    from {{ source('inputs', 'sources') }}
    where source = '{{ source_name }}'
),

-- Quarantined rows of deliveries, once per record; if another row of the record was accepted, that one counts.
withheld as (
    select distinct q.record_key, d.delivery_order, d.delivery_id
    from {{ quarantined }} q
    join delivery d using (delivery_id)
    anti join {{ accepted }} a on a.record_key = q.record_key and a.delivery_id = q.delivery_id
),

-- The state of each record in each delivery, or that its row was quarantined.
said as (
    select
        a.record_key, a.coverage_regency, d.delivery_order, a.row_hash, a.delivery_id, a.file_name, a.row_number,
        cast(null as date) as ended_on
    from {{ accepted }} a
    join delivery d using (delivery_id)
    union all
    -- The region of a deleted record is taken from its earlier rows: a deletion states only the key.
    select e.record_key, null, d.delivery_order, e.row_hash, e.delivery_id, e.file_name, e.row_number, cast(e.ended_on as date)
    from {{ deletions(source_name) }} e
    join delivery d using (delivery_id)
    union all
    select record_key, null, delivery_order, null, delivery_id, null, null, null
    from withheld
    where record_key is not null
),

-- The position of a delivery among those that cover the same unit.
covering as (
    select
        c.regency_code as coverage_regency,
        d.delivery_order,
        row_number() over (partition by c.regency_code order by d.delivery_order) as place
    from {{ source('inputs', 'coverage') }} c
    join delivery d using (delivery_id)
),

-- The last accepted state at each delivery, and its unit. The unit stated by a quarantined row is not used.
remembered as (
    select
        s.* exclude (coverage_regency),
        last_value(s.row_hash ignore nulls) over up_to_here as hash_in_force,
        last_value(s.coverage_regency ignore nulls) over up_to_here as coverage_regency,
        count(s.row_hash) over up_to_here as accepted_so_far
    from said s
    window up_to_here as (
        partition by s.record_key order by s.delivery_order rows between unbounded preceding and current row
    )
),

-- Consecutive deliveries that only carry the record forward; the first of them dates the flag. A snapshot that does not
-- cover the record's unit neither carries nor ends it.
carried as (
    select
        r.*,
        c.place,
        row_number() over since_accepted - 1 as times_carried,
        first_value(c.place) over since_accepted as accepted_place
    from remembered r
    cross join rule
    left join covering c using (coverage_regency, delivery_order)
    where r.hash_in_force is not null and (r.row_hash is not null or rule.kind = 'delta' or c.place is not null)
    window since_accepted as (partition by r.record_key, r.accepted_so_far order by r.delivery_order)
),

standing as (
    select carried.*
    from carried
    cross join rule
    where
        row_hash is not null
        or rule.kind = 'delta'
        or (times_carried <= rule.carry_forward_deliveries and place = accepted_place + times_carried)
),

-- A record's states in order, each with the previous one.
steps as (
    select
        s.*,
        lag(s.hash_in_force) over record as hash_before,
        lag(s.place) over record as place_before,
        lag(s.coverage_regency) over record as coverage_before
    from standing s
    window record as (partition by s.record_key order by s.delivery_order)
),

-- A version starts when the state changes, the record moves, or it returns after a snapshot left it out.
begun as (
    select
        steps.*,
        case
            when hash_before = hash_in_force and (
                rule.kind = 'delta' or (coverage_before = coverage_regency and place_before = place - 1)
            ) then 0
            else 1
        end as begins
    from steps
    cross join rule
),

numbered as (
    select
        *,
        sum(begins) over (partition by record_key order by delivery_order) as version,
        accepted_so_far = max(accepted_so_far) over (partition by record_key) as carrying_now
    from begun
),

versions as (
    select
        record_key,
        version,
        min(delivery_order) as first_order,
        max(delivery_order) as last_order,
        arg_max(coverage_regency, delivery_order) as coverage_regency,
        max(place) as last_place,
        max(ended_on) as ended_on,
        arg_max(delivery_id, delivery_order) filter (row_hash is not null) as said_by,
        arg_max(file_name, delivery_order) filter (row_hash is not null) as said_in,
        arg_max(row_number, delivery_order) filter (row_hash is not null) as said_at,
        min(delivery_order) filter (times_carried > 0 and carrying_now) as carried_order
    from numbered
    group by record_key, version
),

-- The end: the record's next version, or the next snapshot of its unit without it, whichever is first.
ended as (
    select
        v.*,
        least(
            lead(v.first_order) over record, case when rule.kind = 'snapshot' then next_one.delivery_order end
        ) as end_order,
        case when end_order = lead(v.first_order) over record then lead(v.ended_on) over record end as deleted_on
    from versions v
    cross join rule
    left join covering next_one
        on next_one.coverage_regency = v.coverage_regency and next_one.place = v.last_place + 1
    window record as (partition by v.record_key order by v.version)
)

select
    accepted.* exclude (delivery_id, file_name, row_number, row_hash),
    f.said_by as delivery_id,
    f.said_in as file_name,
    f.said_at as row_number,
    first_delivery.delivery_date as valid_from,
    case
        when f.deleted_on > first_delivery.delivery_date then least(f.deleted_on, end_delivery.delivery_date)
        else end_delivery.delivery_date
    end as valid_to,
    first_delivery.load_id as known_from,
    f.end_order is null as is_current,
    case when f.end_order is null then carrying.delivery_date end as carried_forward_since
from ended f
join {{ accepted }} accepted
    on accepted.record_key = f.record_key and accepted.delivery_id = f.said_by
join delivery first_delivery on first_delivery.delivery_order = f.first_order
left join delivery end_delivery on end_delivery.delivery_order = f.end_order
left join delivery carrying on carrying.delivery_order = f.carried_order
-- History is daily: a state that a later delivery of the same date replaced is dropped.
where f.ended_on is null and end_delivery.delivery_date is distinct from first_delivery.delivery_date
{% endmacro %}
