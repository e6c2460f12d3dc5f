-- Grain: source, record_key, valid_from. What lists say of those whom a programme serves, in every version.
{{ union_of_mentions('programme') }}
