"""Files of NumPy's arrays.

    python3 tests/reference/npy_files.py                writes the files of tests/reference/npy/
    python3 tests/reference/npy_files.py print FILE     prints what numpy.load finds in a file
"""
import pathlib
import sys

import numpy as np
from numpy.lib import format as npy

x = np.arange(6).reshape(2, 3) / 4 - 0.5


def write_all():
    folder = pathlib.Path(__file__).parent / "npy"
    folder.mkdir(exist_ok=True)
    arrays = {"float": x.astype("<f4"), "double": x / 3, "int": np.array([-1, 0, 2**62]), "bool": x > 0,
              "scalar": np.array(0.25, "<f4"), "nothing": np.zeros((2, 0, 3), "<f4"),
              "cube-fortran": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
              "bool-fortran": np.asfortranarray(x > 0),
              "int-matrix": np.arange(4).reshape(2, 2), "half": x.astype("<f2"), "big-endian": x.astype(">f4"),
              "int32": x.astype("<i4"), "complex": x.astype("<c8"),
              "object": np.array([None, "a"], dtype=object), "string": np.array(["a", "bc"]),
              "record": np.array([(1, 2)], dtype=[("x", "<f4"), ("y", "<f8")]), "nine": np.zeros((1,) * 9, "<f4")}
    for name, array in arrays.items():
        np.save(folder / (name + ".npy"), array)
    for version in (2, 0), (3, 0):
        with open(folder / ("float-%d.npy" % version[0]), "wb") as file:
            npy.write_array(file, x.astype("<f4"), version)


def print_file(path):
    array = np.load(path)
    values = array.ravel().tolist()
    print(array.dtype.str, array.shape, *[v.hex() if isinstance(v, float) else int(v) for v in values])


if sys.argv[1:2] == ["print"]:
    print_file(sys.argv[2])
else:
    write_all()
