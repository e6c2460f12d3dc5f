-- All records of the components in doubt, and of the families in a household in doubt.
from placed where h in (
    select key from placed_touched
    union select h from placed where household in (from household_doubt)
    union select h from placed where family in (from family_doubt union select family from family_place_is))
