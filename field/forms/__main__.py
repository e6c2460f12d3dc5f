"""python -m field.forms: write the forms beside their declaration."""

from field.forms.build import write

for path in write():
    print(path.name)
