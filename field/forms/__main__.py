"""python -m field.forms: write the forms beside their declaration, and their drawings for docs/lapangan.md."""

from field.forms import build, drawn

for path in (*build.write(), *drawn.write()):
    print(path.name)
