-- Conditions on two records: births, sexes, NIKs, names (`names.py` makes the macros of names).

create or replace macro births_equal(a, b) as coalesce(a = b, false);
create or replace macro births_far(a, b) as coalesce(abs(a - b) > 2, false);
create or replace macro births_a_generation_apart(a, b) as coalesce(abs(a - b) >= 12, false);
create or replace macro births_differ(a, b, year_a, year_b) as coalesce(a <> b, year_a <> year_b, false);
create or replace macro sexes_differ(a, b) as coalesce(a <> b, false);
create or replace macro only_the_year_differs(a, b) as
    year(a) <> year(b) and month(a) = month(b) and day(a) = day(b) and (month(a) > 1 or day(a) > 1);
create or replace macro one_part_differs(a, b) as
    year(a) = year(b) and (month(a) = month(b)) <> (day(a) = day(b));
create or replace macro day_and_month_swapped(a, b) as
    year(a) = year(b) and month(a) = day(b) and day(a) = month(b);
create or replace macro births_fit(a, b, year_a, year_b, heap) as coalesce(a = b, false)
    or coalesce(year_a = year_b and (a is null or b is null or heap), false)
    or coalesce(one_part_differs(a, b) or day_and_month_swapped(a, b) or only_the_year_differs(a, b), false);

-- Births that cannot be one person's, whatever the pair weighs: years apart, and not by a slip in the year alone.
create or replace macro births_contradict(a, b, year_a, year_b) as births_far(year_a, year_b)
    and (births_a_generation_apart(year_a, year_b) or not coalesce(only_the_year_differs(a, b), false));

-- A NIK encodes its owner's birth date (for women, the day plus 40), so a NIK that fits is the record's own. Where only
-- a year or 1 January is stated, the year must fit.
create or replace macro nik_fits(nik, birth, year) as substr(nik, 11, 2) = lpad((year % 100)::varchar, 2, '0')
    and (birth is null or (month(birth) = 1 and day(birth) = 1) or (substr(nik, 9, 2) = strftime(birth, '%m')
        and try_cast(substr(nik, 7, 2) as integer) % 40 = day(birth)));

-- Twins have consecutive numbers: a different last digit can be a slip, or the twin.
create or replace macro a_slip_apart(a, b) as damerau_levenshtein(a, b) = 1 and left(a, 15) <> left(b, 15);
create or replace macro two_numbers(a, b, birth_a, birth_b, year_a, year_b) as coalesce(a <> b
    and not a_slip_apart(a, b) and nik_fits(a, birth_a, year_a) and nik_fits(b, birth_b, year_b), false);

-- RINA and RINI, whose names differ by a letter and whose NIKs each fit the birth, are twins. One name, or a part of
-- it, under two NIKs may be one person.
create or replace macro are_twins(words_a, words_b, nik_a, nik_b, birth_a, birth_b, year_a, year_b) as
    case when words_a = words_b or nik_a = nik_b then false
        when list_has_all(words_a, words_b) or list_has_all(words_b, words_a) then false
        else two_numbers(nik_a, nik_b, birth_a, birth_b, year_a, year_b) end;

-- Two rows of one listed household are two people, even with one NIK, unless name, birth date and NIK are the same (an
-- unknown NIK counts as the same): twins have similar names.
create or replace macro two_members(household_a, household_b, words_a, words_b, birth_a, birth_b, nik_a, nik_b) as
    coalesce(household_a = household_b, false)
    and not (words_a = words_b and births_equal(birth_a, birth_b) and coalesce(nik_a = nik_b, true));

-- Evidence from other members of the household, for the levels of `comparisons`.
create or replace macro of_relative(nik, card_niks) as coalesce(list_contains(card_niks, nik), false);
create or replace macro card_shared(a, b) as coalesce(list_has_any(a, b), false);
create or replace macro a_parent_among(mother, elders) as
    len(list_filter(elders, lambda elder: words_agree(mother, elder))) > 0;
