"""Limits on size and depth of delivered files (ruling 36), each defined once, with the message for exceeding it.

No legitimate file comes near them. They bound the cost of one delivery; resources that a parser needs beyond them are
denied to its process (assets/intake/apart.py).
"""

from __future__ import annotations

import numpy as np

from validations.messages import Message

NAME_CHARACTERS = 200
CELL_CHARACTERS = 32_767
"""Maximum characters in a spreadsheet cell."""
COLUMNS = 1_000
JSON_LEVELS = 64
SHEET_SPREAD = 5
"""Maximum ratio of a sheet's rows to its rows with a key: its reader holds the whole grid, even if mostly empty."""
SHEET_SMALL = 1 << 20
"""Cells of a grid that is read even if mostly empty: 32 MiB."""
UNPACKED_TIMES = 200
UNPACKED_BYTES = 8 << 30
UNPACKED_SMALL = 1 << 20
"""Bytes that may be unpacked at any ratio: a few equal rows compress better than a bomb."""
FILE_NAME_BYTES = 200
"""We derive longer names from it, and file systems allow 255."""

TOO_MANY_COLUMNS = Message(
    "too_many_columns",
    f"Judul berkas memuat lebih dari {COLUMNS} kolom.",
    f"The file's header has more than {COLUMNS} columns.",
)
JSON_TOO_DEEP = Message(
    "json_too_deep",
    f"JSON bersarang lebih dari {JSON_LEVELS} tingkat.",
    f"The JSON is nested more than {JSON_LEVELS} levels deep.",
)
SHEET_TOO_LARGE = Message(
    "sheet_too_large",
    "Lembar “{sheet}” memakai {rows} baris, tetapi hanya {keyed} yang memuat kunci; sel terakhir {cell}. "
    "Hapus sel di luar tabel.",
    "Sheet `{sheet}` uses {rows} rows, but only {keyed} have a key; its last cell is {cell}. "
    "Delete the cells outside of the table.",
)
CELLS_OUTSIDE = Message(
    "cells_outside_table",
    "Lembar “{sheet}”: {cells} sel jauh di luar tabel tidak dibaca; yang pertama {cell}.",
    "Sheet `{sheet}`: {cells} cells far outside of the table were not read; the first is {cell}.",
)
UNPACKED_TOO_LARGE = Message(
    "unpacked_too_large",
    f"Isi berkas setelah dibuka melebihi {UNPACKED_TIMES} kali ukurannya, atau {UNPACKED_BYTES >> 30} GiB.",
    f"Unpacked, the file is more than {UNPACKED_TIMES} times its size, or more than {UNPACKED_BYTES >> 30} GiB.",
)
FILE_NAME_TOO_LONG = Message(
    "file_name_too_long",
    f"Nama berkas lebih panjang dari {FILE_NAME_BYTES} byte.",
    f"The file's name is longer than {FILE_NAME_BYTES} bytes.",
)
_QUOTE = ord('"')
_STEP = 1 << 22


def unpacked_most(packed: int) -> int:
    """Most bytes that `packed` bytes may unpack to."""
    return min(max(UNPACKED_TIMES * packed, UNPACKED_SMALL), UNPACKED_BYTES)


def too_deep(text: bytes) -> bool:
    """Whether JSON nests objects and lists deeper than allowed; text that is not JSON is judged the same way."""
    if text.count(b"[") + text.count(b"{") <= JSON_LEVELS:
        return False
    depth, quotes = 0, 0
    plain = text.replace(b"\\\\", b"").replace(b'\\"', b"")  # in this order, so that only unescaped quotes remain
    for start in range(0, len(plain), _STEP):
        data = np.frombuffer(plain, np.uint8, min(_STEP, len(plain) - start), start)
        quoted = (quotes + np.cumsum(data == _QUOTE)) % 2 == 1
        opens, closes = (data == ord("[")) | (data == ord("{")), (data == ord("]")) | (data == ord("}"))
        levels = depth + np.cumsum(np.where(quoted, 0, opens.astype(np.int32) - closes.astype(np.int32)))
        if levels.max(initial=0) > JSON_LEVELS:
            return True
        depth, quotes = int(levels[-1]), int(quoted[-1])
    return False
