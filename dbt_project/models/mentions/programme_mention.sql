-- Grain: source, record_key, valid_from. Entries of programmes' lists, all versions.
{{ union_of_mentions('programme') }}
