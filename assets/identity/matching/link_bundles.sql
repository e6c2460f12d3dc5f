insert into link
select n, head, 'clerk', null from bundle join mention using (n) where head is not null and not is_register
