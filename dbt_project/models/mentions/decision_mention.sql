-- Grain: source, record_key: a pair of records. Clerks' decisions.
{{ union_of_mentions('decision') }}
