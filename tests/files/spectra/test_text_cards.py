"""What texts say of their source beside their columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.formats.text_cards import cards_of_text, medium_of_text


def ecsv(meta: str) -> str:
    rows = "\n".join(f"{4800 + 2 * i} {1 + i % 3} 0.5" for i in range(60))
    columns = ("{name: wave, unit: Angstrom, datatype: float64}", "{name: flux, datatype: float64}",
               "{name: err, datatype: float64}")  # fmt: skip
    lines = ["%ECSV 1.0", "---", "datatype:", *(f"- {column}" for column in columns)]
    lines += [*meta.splitlines(), "schema: astropy-2.0"]
    return "\n".join(f"# {line}" for line in lines) + f"\nwave flux err\n{rows}\n"


QUANTITY = """meta: !!omap
- TARGET: W-12
- ra: !astropy.units.Quantity
    unit: !astropy.units.Unit {unit: deg}
    value: 188.25
- Dec: '+62:15:00'
- comments: [an observation]"""
NESTED = "meta: {header: {OBJECT: W-12, RA: 188.25, DEC: 62.25, Z: 0.7, AIRMASS: 1.2}}"
PLAIN = "# Object: W-12\n# RA = 188.25 deg\n# Dec = 62.25 / degrees\n# z = 0.7\n"
COLUMNS_AND_ROWS = "wave flux err\n" + "\n".join(
    f"{4800 + 2 * i} {1 + i % 3} 0.5" for i in range(60)
)
VOTABLE = """<?xml version="1.0"?><VOTABLE version="1.3"><RESOURCE><TABLE>
<PARAM name="Curation.Name" datatype="char" arraysize="*" value="An archive"/>
<PARAM name="Target.Name" datatype="char" arraysize="*" value="W-12"/>
<PARAM name="RA" datatype="double" unit="deg" value="188.25"/>
<PARAM name="DEC" datatype="double" unit="deg" value='62.25'/>
<FIELD name="wave" datatype="double" unit="Angstrom"/><FIELD name="flux" datatype="double"/>
<DATA><TABLEDATA>{}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""
IPAC = (
    "\\OBJECT = 'W-12'\n\\RA = 188.25\n\\DEC = 62.25\n|  wave|  flux|\n|double|double|\n"
    "|     A|      |\n" + "\n".join(f"  {4800 + 2 * i}   {1 + i % 3:4d} " for i in range(60)) + "\n"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.ecsv", ecsv(QUANTITY)),
        ("n.ecsv", ecsv(NESTED)),
        ("p.txt", PLAIN + COLUMNS_AND_ROWS),
        ("v.vot", VOTABLE.format("".join(f"<TR><TD>{4800 + 2 * i}</TD><TD>{1 + i % 3}</TD></TR>"
                                         for i in range(60)))),
        ("i.tbl", IPAC),
    ],
)  # fmt: skip
def test_that_a_text_names_its_source_beside_its_columns(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)

    (header,) = list_headers(path)

    assert header.source_id == "W-12"
    assert (header.ra, header.dec) == pytest.approx((188.25, 62.25))
    assert read_spectrum(header.ref).wave.size == 60


@pytest.mark.parametrize("meta", ["meta: [1, {object: }]", "meta: {object: [a, b]}", "meta: {: :"])
def test_that_metadata_that_name_nothing_leave_the_name_of_the_file(
    tmp_path: Path, meta: str
) -> None:
    path = tmp_path / "a.ecsv"
    path.write_text(ecsv(meta))

    (header,) = list_headers(path)

    assert header.source_id == "a"
    assert np.isnan(header.ra)


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ("# Object:\n# RA = 188.25\n# z =\n", {"RA": 188.25}),
        ("# Object: Galaxy #12\n", {"ID": "Galaxy #12"}),
        ("# Object: W-12\tslit 3\n", {"ID": "W-12 slit 3"}),
        ("# OBJECT  = 'O''Neill 5 / b' / name\n", {"ID": "O'Neill 5 / b"}),
        ("# Object: W-12,,\n# z: 0.7,,\n", {"ID": "W-12", "Z": 0.7}),
        ("# ID = 12, RA = 53.1, Dec = -27.8; z = 0.7\n",
         {"ID": "12", "RA": 53.1, "DEC": -27.8, "Z": 0.7}),
        ("# RA (hours) = 12.55\n# Dec [deg] = 62.25\n", {"RA": 188.25, "DEC": 62.25}),
        ("# RA = 12.55 h\n# Dec = 62.25 deg\n", {"RA": 188.25, "DEC": 62.25}),
        ("# RA = 12:33:00 (J2000)\n# Dec = -00:05:12\n", {"RA": 188.25, "DEC": -5.2 / 60}),
        ("# RA = 12 33 00.0\n# Dec = \N{MINUS SIGN}27.8\n", {"RA": 188.25, "DEC": -27.8}),
        ("# RA = -999\n# Dec = 95\n", {}),
        ("# alpha = -1.5\n# delta = 1.25\n", {}),
        ("# ID: none\n# Object: unknown\n# OBJECT: column 1\n", {}),
        ("#   name: wave\n#   unit: nm\n", {}),
        ("# equinox: B1950\n# RA = 53.1\n# Dec = -27.8\n", {}),
        ("# metallicity [Fe/H]\n# Z = 0.02\n", {}),
        ("# z = 5.2 km/s\n", {}),
        ("# z = 0.7 +/- 0.001 (Q=3)\n", {"Z": 0.7}),
        ("\\char OBJECT = 'W-12'\n\\real RA = 188.25\n\\ name = my table\n",
         {"ID": "W-12", "RA": 188.25}),
        ('\\character OBJECT = "NGC 1614"\n', {"ID": "NGC 1614"}),
        ('"# Object: W-12, a star",\n', {"ID": "W-12, a star"}),
        ("wave flux\n4800 1\n# Object: next\n", {}),
    ],
)  # fmt: skip
def test_that_comments_are_taken_as_people_write_them(
    comments: str, expected: dict[str, str | float]
) -> None:
    assert cards_of_text(comments, "a") == pytest.approx(expected)


def test_that_a_bare_number_that_the_file_does_not_have_is_no_id() -> None:
    assert cards_of_text("# Object: 103\n", "spec_101") == {}
    assert cards_of_text("# Object: 101\n", "spec_101") == {"ID": "101"}
    assert cards_of_text("# Object: 103\n", "galaxy") == {"ID": "103"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("<PARAM name='RA' unit='hourangle' value='12.55'/>", {"RA": 188.25}),
        ('<PARAM name="RA" unit="rad" value="1.0"/>', {"RA": np.degrees(1.0)}),
        ('<PARAM name="z" unit="mag" value="19.5"/>', {}),
        ('<PARAM name="ID" value="z>5 &amp; #3"/>', {"ID": "z>5 & #3"}),
        ('<PARAM name="Target.Pos" unit="deg" value="188.25 62.25"/>',
         {"RA": 188.25, "DEC": 62.25}),
        ('<INFO name="ID" value="ivo://x"/><GROUP><PARAM name="RA" value="0"/></GROUP>', {}),
        ('<RESOURCE type="meta"><PARAM name="ID" value="ivo://x"/></RESOURCE>', {}),
    ],
)  # fmt: skip
def test_that_parameters_of_the_source_count_with_their_units(
    parameters: str, expected: dict[str, str | float]
) -> None:
    assert cards_of_text(f"<VOTABLE>{parameters}</VOTABLE>", "a") == pytest.approx(expected)


@pytest.mark.parametrize(
    "meta", ["meta: {RA: .nan, z: .inf, OBJECT: W-12}", 'meta: {OBJECT: "W-12\\n\\t"}']
)
def test_that_no_value_beside_the_columns_refuses_a_spectrum(tmp_path: Path, meta: str) -> None:
    path = tmp_path / "a.ecsv"
    path.write_text(ecsv(meta))

    (header,) = list_headers(path)

    assert header.source_id == "W-12"
    assert np.isnan(header.ra)
    assert read_spectrum(header.ref).wave.size == 60


@given(
    name=st.sampled_from(["OBJECT", "ID", "RA", "Dec", "z", "RA (h)", "equinox"]),
    value=st.text(max_size=30),
    start=st.sampled_from(["# ", "\\", "# %ECSV 1.0\n# meta: {", "<PARAM name='"]),
)
def test_that_anything_beside_the_columns_is_a_card_or_nothing(
    name: str, value: str, start: str
) -> None:
    cards = cards_of_text(f"{start}{name} = {value}\nwave flux\n", "a")

    assert cards.keys() <= {"ID", "RA", "DEC", "Z"}
    assert all(np.isfinite(v) for k, v in cards.items() if k != "ID")


@pytest.mark.parametrize(
    ("text", "medium"),
    [
        (ecsv("meta: {wavelength_medium: vacuum}"), "vacuum"),
        (ecsv("meta: {header: {VACUUM: true}}"), "vacuum"),
        (ecsv("meta: {VACUUM: false}"), "air"),
        (ecsv("meta: {AIRORVAC: vac}"), "vacuum"),
        (ecsv("meta: {CTYPE1: AWAV}"), "air"),
        ("# MEDIUM = 'air'\nwave flux\n", "air"),
        ("# VACUUM  =                    T / or not\nwave flux\n", ""),
        ("# VACUUM = T\nwave flux\n", "vacuum"),
        ("wave flux\n", ""),
    ],
)
def test_that_a_text_says_its_medium_as_cards_do(text: str, medium: str) -> None:
    assert medium_of_text(text) == medium


def test_that_the_medium_of_metadata_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.ecsv"
    path.write_text(ecsv("meta: {AIRORVAC: vac}"))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert spectrum.stored_medium == "vacuum"
    assert spectrum.wave[0] == pytest.approx(4800.0)
