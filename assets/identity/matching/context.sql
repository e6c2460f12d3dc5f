-- Cards of the household of each residue record, found by its fellow members and by the owner of its NIK.
with fellow as (
    select o.n, f.n as fellow from residue o join mention f using (household)
    union
    select o.n, f.n from residue o join mention f using (source, record_key)),
relative as (
    select o.n, r.no_kk from residue o join register r on o.nik = r.nik
    union
    select f.n, r.no_kk from fellow f join rule_link l on l.n = f.fellow join register r on r.n = l.target)
select n, no_kk from relative where no_kk is not null
