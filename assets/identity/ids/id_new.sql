select component,
    upper(left('this_entity', 1)) || upper(left(md5('this_entity' || chr(31) || seed), 16)) as id
from founder where component not in (select component from id_won)
