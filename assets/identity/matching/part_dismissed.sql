-- Of two records that a clerk decided are two people, unlink the one that the weaker rule linked; never a clerk's link.
delete from link where n in (
    select o.n from dismissed join link o on o.n = a join link r on r.n = b
    join mention x on x.n = o.n join mention y on y.n = r.n
    where o.target = r.target and o.link_rule <> 'clerk'
        and (rule_place(o.link_rule), record_name(x.source, x.record_key, x.role))
            > (rule_place(r.link_rule), record_name(y.source, y.record_key, y.role)))
