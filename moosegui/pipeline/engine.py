"""A basis made ready for scanning, with the settings and calibration of the scans."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from moosegui import __version__
from moosegui.data.basis import Basis, joint_fingerprint, joint_name
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.medium import Redshift, from_vacuum_redshift, to_vacuum_redshift
from moosegui.data.results import (
    ScanSettings,
)
from moosegui.data.spectrum import Spectrum
from moosegui.fit.classes.templates import ClassTemplates
from moosegui.fit.scan.halved import halved
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.pipeline.models import default_confidence
from moosegui.pipeline.prepared_bases import prepare_basis


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """A basis ready for scanning, with its ensemble and the settings of the scans.

    Parameters
    ----------
    prepared : PreparedBasis
        Gives the models and their coefficients.
    settings : ScanSettings
    companions : tuple of PreparedBasis
        The curves of the scans are the mean over `prepared` and these, unless the settings say
        otherwise; they share its grid and medium.
    confidence : ConfidenceModel
        The calibration of P(z) and of the suggested ZCONF.
    classes : ClassTemplates or None
        Stars and quasars that compete with the galaxy; None where everything is one.
    """

    prepared: PreparedBasis
    settings: ScanSettings
    companions: tuple[PreparedBasis, ...] = ()
    confidence: ConfidenceModel = field(default_factory=default_confidence)
    classes: ClassTemplates | None = None

    @property
    def basis(self) -> Basis:
        """The basis itself, the first of the ensemble."""
        return self.prepared.basis

    @property
    def members(self) -> tuple[PreparedBasis, ...]:
        """The bases whose curves are averaged, the first alone where the settings say so."""
        return (self.prepared, *(self.companions if self.settings.ensemble else ()))

    @property
    def fingerprint(self) -> str:
        """Of all that a scan depends on but its spectrum: another one makes other results.

        The first 16 hexadecimal digits of the SHA-256 of the bases, those of stars and quasars
        too, every setting, the calibration without its provenance, and the version of this package.
        """
        # what `ensemble` decides is which bases are averaged, and these are told by themselves
        settings = replace(self.settings, ensemble=True)
        calibration = replace(self.confidence, provenance=())
        parts: tuple[object, ...] = (self.basis_fingerprint, settings, calibration, __version__)
        if self.classes is not None and settings.classes:
            parts += (self.classes.fingerprint,)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def basis_fingerprint(self) -> str:
        """Of all bases that the scans use."""
        return joint_fingerprint([member.basis for member in self.members])

    @property
    def name(self) -> str:
        """The bases that the scans use, for people."""
        return joint_name([member.basis for member in self.members])

    def observed(self, spectrum: Spectrum) -> Spectrum:
        """Return a spectrum (vacuum) as the bases see it: in their medium."""
        return spectrum.in_medium(self.basis.medium)

    def to_vacuum(self, redshift: Redshift) -> Redshift:
        """Convert redshifts that were fitted with the bases to the vacuum convention."""
        return to_vacuum_redshift(redshift, self.basis.medium)

    def from_vacuum(self, redshift: Redshift) -> Redshift:
        """Convert vacuum redshifts to those at which the bases fit."""
        return from_vacuum_redshift(redshift, self.basis.medium)

    def at_half(self) -> Engine:
        """Return an engine of the first basis alone, at half of its sampling if that is fine."""
        return replace(self, prepared=_halved(self.prepared), companions=())

    def with_settings(self, settings: ScanSettings) -> Engine:
        """Return an engine with other settings on the same prepared bases."""
        return replace(self, settings=settings)

    def with_confidence(self, confidence: ConfidenceModel) -> Engine:
        """Return an engine with another calibration."""
        return replace(self, confidence=confidence)

    def with_classes(self, classes: ClassTemplates | None) -> Engine:
        """Return an engine in which these compete with the galaxies, or nothing does."""
        return replace(self, classes=classes)


@lru_cache(maxsize=1)
def _halved(prepared: PreparedBasis) -> PreparedBasis:
    basis = halved(prepared.basis)
    return prepared if basis is prepared.basis else prepare_basis(basis)


def make_engine(
    basis: Basis, settings: ScanSettings | None = None, *, companions: Sequence[Basis] = ()
) -> Engine:
    """Prepare a basis (transforms of its components) for scanning, with those of its ensemble."""
    others = tuple(prepare_basis(other) for other in companions)
    return Engine(prepare_basis(basis), settings or ScanSettings(), others)
