"""The probabilities of the classes, from how much better the best fit of one is than the others'.

A logistic model for stars and one for quasars, of two features that can be read: `lead`, by how
much chi2 the class beats the better of the other two, in units of the noise and compressed
(asinh(x / 20)), and `signal`, log10 of the root mean square S/N per pixel, as the residuals of the
sky imitate quasars where there is little else. What neither claims is a galaxy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.grids import is_same_redshift
from moosegui.data.logistic import LogisticModel
from moosegui.data.posterior import ClassFit, Classification, Evidence
from moosegui.data.spectrum import Spectrum
from moosegui.fit.classes.broad_lines import second_broad_line
from moosegui.fit.classes.compete import noise_scale

FEATURES = ("lead", "signal")
LEAD_UNIT = 20.0
MIN_SIGNAL = 0.05
FASTEST_STAR = 0.004  # velocity over c that no star has
# S/N of the second broad line; of the galaxies and false sources on odd rows, blends of AGN among
# them, none has it above 5.6
BROAD = 10.0
P_BROAD = 0.98  # of a quasar with two of them


def features_of(found: Classification) -> tuple[dict[str, float], dict[str, float]]:
    """Return the features of the star and of the quasar.

    Parameters
    ----------
    found : Classification
        Its probabilities are not used.
    """
    galaxy, star, quasar = found.galaxy.chi2, found.star.chi2, found.quasar.chi2
    unit = noise_scale(min(galaxy, star, quasar), found.n_pixels)
    signal = float(np.log10(max(found.signal, MIN_SIGNAL)))

    def features(own: float, others: float) -> dict[str, float]:
        lead = float(np.arcsinh((others - own) / unit / LEAD_UNIT))
        return {"lead": lead, "signal": signal}

    return features(star, min(galaxy, quasar)), features(quasar, min(galaxy, star))


def decide(
    found: Classification, star_model: LogisticModel, quasar_model: LogisticModel
) -> Classification:
    """Return a classification with its probabilities.

    Parameters
    ----------
    found : Classification
    star_model, quasar_model : LogisticModel
        Each of one class against the two others.
    """
    star_features, quasar_features = features_of(found)
    star = star_model.probability(star_features)
    quasar = quasar_model.probability(quasar_features)
    # each model knows its own class alone; both at once cannot be
    shares = np.array([(1 - star) * (1 - quasar), star * (1 - quasar), quasar * (1 - star)])
    p_galaxy, p_star, p_quasar = (float(p) for p in shares / shares.sum())
    return replace(found, p_galaxy=p_galaxy, p_star=p_star, p_quasar=p_quasar)


def heed_broad_lines(
    found: Classification, spectrum: Spectrum, redshifts: tuple[float, float]
) -> Classification:
    """Return a classification that two broad lines at one redshift overrule: it is a quasar.

    No star is overruled, whose bands can look like them at some other redshift; and a quasar keeps
    its own redshift.
    Where they are at the redshift of the galaxy but not at that of the quasar, which the basis of
    quasars may not reach, the former is the quasar's.

    Parameters
    ----------
    found : Classification
        With its probabilities.
    spectrum : Spectrum
        In vacuum, without impossible pixels.
    redshifts : (float, float)
        Of the best galaxy, with its error.
    """
    if found.source_class != "GALAXY" or found.signal * np.sqrt(found.n_pixels) < BROAD:
        return found
    redshift, error = redshifts
    quasar = found.quasar
    if second_broad_line(spectrum, quasar.redshift) < BROAD:
        if not redshift > FASTEST_STAR or second_broad_line(spectrum, redshift) < BROAD:
            return found
        quasar = ClassFit(redshift, error, found.galaxy.chi2, found.galaxy.lead)
    p_quasar = max(found.p_quasar, P_BROAD)
    share = (1.0 - p_quasar) / max(found.p_galaxy + found.p_star, 1e-30)
    return replace(
        found,
        quasar=quasar,
        p_galaxy=found.p_galaxy * share,
        p_star=found.p_star * share,
        p_quasar=p_quasar,
    )


def heed_lines(found: Classification, evidence: Evidence) -> Classification:
    """Return a classification that six lines at one redshift of a galaxy overrule.

    Where they tower over the continuum none of the classes fits, and which of them fits least badly
    says nothing. No star has them beyond its own velocity; a quasar only at its own redshift.

    Parameters
    ----------
    found : Classification
        With its probabilities.
    evidence : Evidence
        Of the best galaxy.
    """
    redshift = evidence.lines.redshift
    has_lines = evidence.features.get("many_lines", 0.0) > 0.0
    if not has_lines or not redshift > FASTEST_STAR:
        return found
    p_quasar = found.p_quasar if is_same_redshift(found.quasar.redshift, redshift) else 0.0
    return replace(found, p_galaxy=1.0 - p_quasar, p_star=0.0, p_quasar=p_quasar)
