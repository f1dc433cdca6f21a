"""Pages on the web that show a source: names, and addresses with places for what is known of it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from moosegui.data.catalogue import Source
from moosegui.errors import InputError

FIRST_LINKS = (
    "Aladin Lite = https://aladin.cds.unistra.fr/AladinLite/?target={RA}%20{DEC}&fov=0.02",
    "SIMBAD = https://simbad.cds.unistra.fr/simbad/sim-coo?Coord={RA}%20{DEC}"
    "&CooFrame=ICRS&Radius=5&Radius.unit=arcsec",
    "Legacy Surveys = https://www.legacysurvey.org/viewer?ra={RA}&dec={DEC}&zoom=16",
)
PLACES = {
    "ID": "the ID of the source",
    "RA": "its right ascension in degrees",
    "DEC": "its declination in degrees, with its sign",
    "Z": "its assigned redshift",
}
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Link:
    """A page with places for what is known of a source, as `https://host/page?ra={RA}`."""

    name: str
    template: str

    def address(self, source: Source, redshift: float = math.nan) -> str:
        """Return the page of a source.

        Parameters
        ----------
        source : Source
        redshift : float
            Assigned, vacuum convention; nan without one.

        Raises
        ------
        InputError
            If the page needs what is not known.
        """
        known = {
            "ID": source.source_id,
            "RA": _number(source.ra, "{:.6f}"),
            "DEC": _number(source.dec, "{:+.6f}"),
            "Z": _number(redshift, "{:.5f}"),
        }
        for place in _PLACE.findall(self.template):
            if not known[place]:
                raise InputError(f"{self.name} needs {PLACES[place]}, which is not known.")
        return _PLACE.sub(lambda found: quote(known[found[1]], safe=""), self.template)


def read_link(text: str) -> Link:
    """Return the link of a line such as `NAME = https://host/page?ra={RA}&dec={DEC}`.

    Raises
    ------
    InputError
        If it is none, leads to no page on the web, or has a place that nobody knows.
    """
    name, sign, template = (part.strip() for part in text.partition("="))
    if not (name and sign and template):
        raise InputError(f"“{text.strip()}” is no link; write NAME = https://… in one line.")
    try:
        is_page = urlsplit(template).scheme in ("http", "https") and urlsplit(template).netloc
    except ValueError:
        is_page = False
    if not is_page:
        raise InputError(f"The link {name} is no address of the web; begin it with https://.")
    for place in _PLACE.findall(template):
        if place not in PLACES:
            known = ", ".join(f"{{{one}}}" for one in PLACES)
            raise InputError(f"The link {name} has {{{place}}}; known are {known}.")
    return Link(name, template)


def _number(value: float, form: str) -> str:
    return form.format(value) if math.isfinite(value) else ""
