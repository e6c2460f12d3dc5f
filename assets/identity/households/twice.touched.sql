-- Listed households whose people changed, and those that share or shared a person with one of them.
with near as (
    select household_ref from relisted union select other from twice semi join relisted using (household_ref))
select household_ref as key from near
union select household_ref from listed where person in (select person from listed semi join near using (household_ref))
