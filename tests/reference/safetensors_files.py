"""Safetensors files, by the format's description alone: 8 bytes that tell the length of a header of JSON, the header,
and the elements.

    python3 tests/reference/safetensors_files.py                writes the files of tests/reference/safetensors/
    python3 tests/reference/safetensors_files.py print FILE     prints what a file holds, after looking for mistakes
"""
import json
import pathlib
import struct
import sys

FORMATS = {"F32": ("f", 4), "F64": ("d", 8)}


def write(name, tensors, metadata=None, order=None, spaces=0, **style):
    """tensors: name -> (dtype, shape, values); order: the names in the order of their elements."""
    header, elements = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for key in order or tensors:
        dtype, shape, values = tensors[key]
        data = struct.pack("<%d%s" % (len(values), FORMATS[dtype][0]), *values)
        header[key] = {"dtype": dtype, "shape": shape, "data_offsets": [len(elements), len(elements) + len(data)]}
        elements += data
    text = json.dumps({key: header[key] for key in [*header][::-1 if order else 1]}, **style).encode() + b" " * spaces
    folder = pathlib.Path(__file__).parent / "safetensors"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(struct.pack("<Q", len(text)) + text + elements)


def write_all():
    pair = {"a": ("F32", [2], [1, 2]), "b": ("F32", [2, 1], [3, 4])}
    write("pair.safetensors", pair, separators=(",", ":"))
    write("pair-other-order.safetensors", pair, order=["b", "a"], spaces=3, indent=2,
          metadata={"format": "pt", "written by": "a script \u00fc\"\\"})
    kinds = {"special": ("F32", [5], [float("inf"), -float("inf"), -0.0, 2.0 ** -149, 3.4028234663852886e38]),
             "scalar": ("F32", [], [0.25]), "nothing": ("F32", [2, 0, 3], []), "inner.w": ("F32", [1, 1], [-1.5])}
    write("kinds.safetensors", kinds, metadata={})
    write("double.safetensors", {"w": ("F64", [3], [1 / 3, 1e300, -5e-324])})
    write("empty.safetensors", {})


def read(path):
    data = pathlib.Path(path).read_bytes()
    length, = struct.unpack("<Q", data[:8])
    text = data[8:8 + length]
    assert length % 8 == 0 and length <= 100_000_000 and text[:1] == b"{" and len(text) == length
    pairs = json.loads(text, object_pairs_hook=list)
    names = [name for name, _ in pairs]
    assert names == sorted(set(names)), "names are sorted, and none comes twice"
    elements, end = data[8 + length:], 0
    for name, entry in sorted(((n, dict(e)) for n, e in pairs if n != "__metadata__"),
                              key=lambda pair: pair[1]["data_offsets"]):
        begin, next_end = entry["data_offsets"]
        letter, size = FORMATS[entry["dtype"]]
        count = 1
        for n in entry["shape"]:
            count *= n
        assert begin == end and next_end - begin == count * size, "elements follow one another"
        end = next_end
        values = struct.unpack("<%d%s" % (count, letter), elements[begin:end])
        print(name, entry["dtype"], entry["shape"], *[value.hex() for value in values])
    assert end == len(elements), "and there are no others"


if sys.argv[1:2] == ["print"]:
    read(sys.argv[2])
else:
    write_all()
