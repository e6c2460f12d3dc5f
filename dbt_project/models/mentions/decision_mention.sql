-- Grain: source, record_key: a pair of records. What clerks decided.
{{ union_of_mentions('decision') }}
