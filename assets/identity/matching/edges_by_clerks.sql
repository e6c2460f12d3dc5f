insert into edge
select a, b, 'clerk', rule_place('clerk'), null from decision
where is_same and a in (select n from residue) and b in (select n from residue);

delete from edge where (a, b) in (select (a, b) from dismissed)
