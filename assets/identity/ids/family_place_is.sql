-- The families that may have another id or household.
from family_place where household in (from household_doubt)
    or family in (select key from family_place_touched union from family_doubt)
