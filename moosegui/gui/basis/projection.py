"""From the session to what the window of the basis shows."""

from __future__ import annotations

from moosegui.gui.basis.window import BasisView
from moosegui.gui.session.session import Session


def basis_view(session: Session) -> BasisView:
    """Return the basis, and how the model of the source on screen is made of it."""
    on_screen = session.on_screen
    analysis, source = on_screen.analysis, session.current
    model = on_screen.model_at(session.shown.redshift)
    basis = session.engine.basis
    if analysis is None or source is None or model is None:
        return BasisView(basis)
    if model.coefficients.size != basis.n_components:  # a star or a quasar is made of other spectra
        return BasisView(basis)
    stretch = 1.0 + model.redshift
    wave = analysis.spectrum.wave
    return BasisView(
        basis,
        model.coefficients,
        window=(float(wave[0]) / stretch, float(wave[-1]) / stretch),
        title=f"{source.source_id} at z {model.redshift:.5f}",
    )
