"""What the classes say of the ZCONF of a redshift: that of a star, of a quasar, or of neither."""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.catalogue import SourceFlag
from moosegui.data.grids import velocity_difference
from moosegui.data.posterior import ClassFit, Classification, star_in_words

SAME = 300.0  # km/s between the z on screen and the fit that it stands for
SECURE_CHANCE, LIKELY_CHANCE = 0.95, 0.5  # P of the class for ZCONF 3 and 2
# chi2 by which another redshift of a quasar is worse, in units of the noise, for ZCONF 3 and 2: the
# two wrong ones of 200 secure quasars lead by less than 30
SECURE_LEAD, LIKELY_LEAD = 100.0, 30.0


@dataclass(frozen=True, slots=True)
class ClassAdvice:
    """A ZCONF, its reasons, and the flag that goes with the redshift."""

    zconf: int
    reasons: tuple[str, ...]
    flag: SourceFlag | None = None


def advise(found: Classification | None, redshift: float) -> ClassAdvice | None:
    """Return what the classes say of a redshift.

    Parameters
    ----------
    found : Classification or None
    redshift : float
        On screen, vacuum convention.

    Returns
    -------
    (int, tuple of str) or None
        ZCONF and reasons; None where a galaxy has that redshift, and may well be one.
    """
    if found is None:
        return None
    own = {"STAR": advise_star, "QSO": advise_quasar}.get(found.source_class)
    advice = None if own is None else own(found, redshift)
    return advice or advise_other(found)


def advise_star(found: Classification, redshift: float) -> ClassAdvice | None:
    """Return what to say of the redshift of the star; None for another redshift."""
    if not _is_at(found.star, redshift):
        return None
    zconf = _by_chance(found.p_star)
    words = star_in_words(found.star.label, found.star.redshift)
    reasons = (f"★ {words}", _chance("star", found.p_star))
    return ClassAdvice(zconf, reasons, SourceFlag.STAR)


def advise_quasar(found: Classification, redshift: float) -> ClassAdvice | None:
    """Return what to say of the redshift of the quasar; None for another redshift."""
    if not _is_at(found.quasar, redshift):
        return None
    lead = found.quasar.lead
    by_lead = 3 if lead >= SECURE_LEAD else 2 if lead >= LIKELY_LEAD else 1
    zconf = min(_by_chance(found.p_quasar), by_lead)
    reasons: tuple[str, ...] = (
        f"QSO z {found.quasar.redshift:.4f}",
        _chance("QSO", found.p_quasar),
    )
    if lead < SECURE_LEAD:
        needed = f"(3 needs {SECURE_LEAD:.0f})"
        reasons += (f"it leads the next redshift of a quasar by {lead:.0f} in χ² {needed}",)
    return ClassAdvice(zconf, reasons, SourceFlag.QSO)


def advise_other(found: Classification) -> ClassAdvice | None:
    """Return what to say of the redshift of a galaxy; None where a galaxy it is."""
    if found.source_class == "GALAXY":
        return None
    if found.source_class == "STAR":
        words = star_in_words(found.star.label, found.star.redshift)
        chance = _percent(found.p_star)
        return ClassAdvice(1, (f"a star fits better: {words} (P = {chance})",))
    words = f"z {found.quasar.redshift:.4f}"
    chance = _percent(found.p_quasar)
    return ClassAdvice(1, (f"a quasar fits better: {words} (P = {chance})",))


def _is_at(fit: ClassFit, redshift: float) -> bool:
    return abs(float(velocity_difference(redshift, fit.redshift))) < SAME


def _by_chance(probability: float) -> int:
    return 3 if probability >= SECURE_CHANCE else 2 if probability >= LIKELY_CHANCE else 1


def _chance(name: str, probability: float) -> str:
    percent = _percent(probability)
    return f"P({name}) {percent}" if percent.startswith(">") else f"P({name}) = {percent}"


def _percent(probability: float) -> str:
    return "> 99.9 %" if probability > 0.999 else f"{100 * probability:.1f} %"
