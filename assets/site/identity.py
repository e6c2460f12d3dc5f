"""Numbers for auditors about how records of different agencies were joined, for the whole province.

Counts pairs and records, not people (decision 0032). By sex and kabupaten/kota only shares of groups that are large
enough.
"""

from __future__ import annotations

LEAST = 100
"""Minimum of records in a group whose share is shown."""
NUMBERS = {
    "links": """
        select detector, state, count(*) as pairs, count(*) filter (decided_by is not null) as by_clerk
        from publication.marts.identity_links group by detector, state""",
    "weights": """
        select floor(weight / 4) * 4 as weight_from, state, count(*) as pairs
        from publication.marts.identity_links where detector = 'splink' and weight is not null
        group by all""",
    "clerks": """
        select row_number() over (order by count(*) desc, decided_by) as clerk, count(*) as decided,
            count(*) filter (state = 'confirmed') as confirmed, count(*) filter (state = 'dismissed') as dismissed
        from publication.marts.identity_links where decided_by is not null group by decided_by""",
    "review": "from publication.marts.identity_review",
    "records": """
        select source, link_rule, count(*) as records from publication.marts.person_records group by all""",
    "fairness": f"""
        with record as (
            select person.sex, person.regency_code, record.link_rule = 'alone' as alone,
                record.person_id in (
                    select person_id_a from publication.marts.identity_links where state = 'open'
                    union all select person_id_b from publication.marts.identity_links where state = 'open'
                ) as asked
            from publication.marts.person_records as record
            join publication.marts.dim_person as person using (person_id)
            where record.link_rule <> 'register'
        )
        select
            case when grouping(sex) = 0 then 'sex' when grouping(regency_code) = 0 then 'regency' else 'all' end
                as kind,
            coalesce(sex, regency_code) as name, round(avg(alone::integer), 4) as alone_share,
            round(avg(asked::integer), 4) as asked_share
        from record group by grouping sets ((), (sex), (regency_code)) having count(*) >= {LEAST}""",
}
"""Table of schema `identity` -> query of its rows in an attached publication."""
