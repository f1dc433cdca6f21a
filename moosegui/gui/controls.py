"""The controls of a window, in the order in which they are told of a change."""

from __future__ import annotations

from moosegui.gui.basis_control import BasisControl
from moosegui.gui.blend_control import BlendControl
from moosegui.gui.blind_control import BlindControl
from moosegui.gui.control import Control, WindowParts
from moosegui.gui.feature_control import FeatureControl
from moosegui.gui.file_control import FileControl
from moosegui.gui.line_strip_control import LineStripControl
from moosegui.gui.live_control import LiveControl
from moosegui.gui.preferences_control import PreferencesControl
from moosegui.gui.queue_control import QueueControl
from moosegui.gui.redshift_control import RedshiftControl
from moosegui.gui.rival_control import RivalControl
from moosegui.gui.samp_control import SampControl
from moosegui.gui.sheet_control import SheetControl
from moosegui.gui.spectrum_control import SpectrumControl
from moosegui.gui.surroundings_control import SurroundingsControl
from moosegui.gui.votes_control import VotesControl


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
