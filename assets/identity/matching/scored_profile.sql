with word as (select distinct name_key, unnest(words) as word from profile),
frequency as (
    select name_key, list_product(list(coalesce(share, $unseen_word) order by word)) as tf_name_key
    from word left join read_csv($words, types = {'word': 'varchar', 'share': 'double'}) using (word) group by name_key)
select profile.*, tf_name_key from profile left join frequency using (name_key)
