"""The controls of a window, in the order in which they are told of a change."""

from __future__ import annotations

from moosegui.gui.basis.control import BasisControl
from moosegui.gui.blend.control import BlendControl
from moosegui.gui.curve.live_control import LiveControl
from moosegui.gui.curve.redshift_control import RedshiftControl
from moosegui.gui.diagnostics.control import LineStripControl
from moosegui.gui.diagnostics.rival_control import RivalControl
from moosegui.gui.keys.control import PreferencesControl
from moosegui.gui.queue.control import QueueControl
from moosegui.gui.sheet.control import SheetControl
from moosegui.gui.spectrum.control import SpectrumControl
from moosegui.gui.spectrum.feature_control import FeatureControl
from moosegui.gui.style.control import Control, WindowParts
from moosegui.gui.surroundings.control import SurroundingsControl
from moosegui.gui.surroundings.link import SampControl
from moosegui.gui.votes.control import VotesControl
from moosegui.gui.window.blind_control import BlindControl
from moosegui.gui.window.file_control import FileControl


def make_controls(parts: WindowParts) -> tuple[Control, ...]:
    """Make every control of a window; a new feature of the window is one more line here."""
    spectrum, feature = SpectrumControl(parts), FeatureControl(parts)
    return (
        FileControl(parts),
        RedshiftControl(parts),
        QueueControl(parts),
        spectrum,
        PreferencesControl(parts),
        BlindControl(parts),
        BasisControl(parts),
        LiveControl(parts),
        LineStripControl(parts),
        RivalControl(parts),
        feature,
        BlendControl(parts, spectrum, feature),
        SheetControl(parts),
        SurroundingsControl(parts),
        VotesControl(parts),
        SampControl(parts),
    )
