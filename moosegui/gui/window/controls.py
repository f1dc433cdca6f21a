"""The controls of a window, in the order in which they are told of a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from moosegui.gui.basis.control import BasisControl
from moosegui.gui.blend.control import BlendCanvas, BlendControl, WishesOfBlends
from moosegui.gui.blend.projection import second_alone, view_of_galaxy
from moosegui.gui.blend.split_control import SplitControl
from moosegui.gui.calibration.control import CalibrationControl
from moosegui.gui.curve.layers_control import controls_under
from moosegui.gui.curve.live_control import LiveControl
from moosegui.gui.curve.projection import chi2_view
from moosegui.gui.curve.redshift_control import RedshiftControl
from moosegui.gui.diagnostics.control import LineStripControl
from moosegui.gui.diagnostics.rival_control import RivalControl
from moosegui.gui.diagnostics.template_control import TemplateControl
from moosegui.gui.groups.control import GroupsControl
from moosegui.gui.keys.control import PreferencesControl
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.lines.control import OwnLinesControl
from moosegui.gui.links.control import LinksControl
from moosegui.gui.manual.control import ManualControl
from moosegui.gui.menus.control import MenusControl, PlacesOfMenus
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.queue.control import QueueControl
from moosegui.gui.queue.row import Chip, Mark
from moosegui.gui.reading.account_control import ProvenanceControl
from moosegui.gui.reading.columns_control import ColumnsControl
from moosegui.gui.reading.list_control import ListReader
from moosegui.gui.reading.settle_control import SettleControl
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.sheet.control import SheetControl
from moosegui.gui.spectrum.control import SpectrumControl
from moosegui.gui.spectrum.extraction_control import ExtractionControl
from moosegui.gui.spectrum.feature_control import FeatureControl
from moosegui.gui.start.control import StartControl
from moosegui.gui.style.after_paint import after_paint
from moosegui.gui.style.control import Control
from moosegui.gui.surroundings.control import SurroundingsControl
from moosegui.gui.surroundings.samp_control import controls_around
from moosegui.gui.surroundings.sky_control import SkyViewControl
from moosegui.gui.sweep.control import SweepControl
from moosegui.gui.sweep.kinds import CLASSES, FALSE
from moosegui.gui.tour.control import TourControl
from moosegui.gui.tour.parts import Part
from moosegui.gui.votes.control import MarksOfVotes, VotesControl, WishesOfVotes
from moosegui.gui.window.blind_control import BlindControl
from moosegui.gui.window.file_control import FileControl
from moosegui.gui.window.parts import ShiftKControl, Views, Wishes
from moosegui.gui.window.report_control import ReportControl


class ControlMaker:
    """Hands every control of a window what it uses."""

    def __init__(
        self,
        session: Session,
        views: Views,
        wishes: Wishes,
        *,
        jobs: JobRunner,
        preferences: PreferenceStore,
    ) -> None:
        self._session, self._views, self._wishes = session, views, wishes
        self._jobs, self._preferences = jobs, preferences

    def make(self) -> tuple[Control, ...]:
        """Make every control; a new feature of the window is one more line here."""
        session, views = self._session, self._views
        own = OwnLinesControl(views.window, self._wishes.post)
        spectrum, feature = self._spectrum(own), self._feature()
        strip = self._strip(own)
        own.redraw = partial(_show_again, (spectrum, strip))
        blend = self._blend(spectrum, strip)
        return (
            self._file(),
            self._redshift(),
            self._queue(),
            spectrum,
            self._keys(),
            self._blind(),
            BasisControl(session, views.window),
            self._groups(),
            *self._reading(),
            *controls_under(views.chi2, session, views.window, self._jobs, self._wishes.post),
            ExtractionControl(session, self._jobs, views.spectrum.add_layer, self._wishes.post),
            self._live(),
            strip,
            own,
            *self._rivals(),
            feature,
            blend,
            ShiftKControl(feature, blend, session.blends),
            SplitControl(session, lambda: session.store, self._wishes.post),
            *self._menus(feature, strip, own),
            SheetControl(session, views.window, self._jobs, self._wishes.post),
            self._report(),
            ManualControl(views.window, self._wishes.post),
            self._calibration(),
            *self._surroundings(),
            self._votes(),
            self._start(),
            self._tour(strip),
            self._sweep(),
        )

    def _rivals(self) -> tuple[Control, ...]:
        session, display = self._session, self._views.spectrum.display_rival
        rival = RivalControl(session, display, self._wishes.post)
        return rival, TemplateControl(session, rival, display, self._wishes.post)

    def _strip(self, own: OwnLinesControl) -> LineStripControl:
        session, views = self._session, self._views
        return LineStripControl(
            session,
            add_strip=views.layout.add_strip,
            show_close_up=views.spectrum.show_close_up,
            second=partial(second_alone, session.blends),
            own=own.lines,
        )

    def _file(self) -> FileControl:
        known = self._session.known
        return FileControl(
            self._session,
            self._views.window,
            find=known.find,
            opener=self._wishes.openers.open,
            bring_session=self._wishes.openers.bring_session,
            keep_comment=self._wishes.keep_comment,
            post=self._wishes.post,
        )

    def _menus(
        self, feature: FeatureControl, strip: LineStripControl, own: OwnLinesControl
    ) -> tuple[Control, ...]:
        session, views = self._session, self._views
        links = LinksControl(session, self._preferences, views.window, self._wishes.post)
        places = PlacesOfMenus(
            *(views.window, views.spectrum, views.chi2),
            mark=feature.mark,
            name=feature.name,
            close_up=views.spectrum.show_close_up,
            own_lines=own.lines,
            extend_row=links.extend_row,
        )
        control = MenusControl(
            session,
            places,
            self._wishes.action,
            scan=(session.live, session.decisions, session.redshift),
            post=self._wishes.post,
        )
        views.spectrum.menu_requested.connect(control.over_spectrum)
        strip.strip.menu_requested.connect(control.over_spectrum)
        views.chi2.menu_requested.connect(control.over_curve)
        views.solutions.menu_requested.connect(control.over_rank)
        views.queue.grid.extend_row_menu = control.extend_row
        return control, links

    def _sweep(self) -> SweepControl:
        session, queue = self._session, self._views.queue
        swept = {FALSE: {Mark.DOUBTFUL}, CLASSES: {Mark.STAR, Mark.QSO}}
        return SweepControl(
            session,
            session.decisions,
            self._views.window,
            self._jobs,
            proposed=lambda kind: tuple(r.key for r in queue.rows if r.marks & swept[kind]),
            post=self._wishes.post,
        )

    def _tour(self, strip: LineStripControl) -> TourControl:
        views = self._views
        parts = {
            Part.QUEUE: views.queue,
            Part.SPECTRUM: views.spectrum,
            Part.CURVE: views.chi2,
            Part.STRIP: strip.strip,
            Part.SOLUTIONS: views.solutions,
            Part.DECISION: views.verdict,
        }
        return TourControl(
            self._session,
            views.window,
            parts,
            action=self._wishes.action,
            open_demo=self._wishes.openers.demo,
            post=self._wishes.post,
        )

    def _start(self) -> StartControl:
        openers = self._wishes.openers
        return StartControl(
            self._session,
            self._views.window,
            self._jobs,
            open_file=openers.open,
            open_recent=openers.recent,
            open_demo=openers.demo,
            trigger=self._wishes.trigger,
        )

    def _report(self) -> ReportControl:
        session = self._session
        return ReportControl(
            session,
            session.votes,
            lambda: session.store,
            self._views.window,
            jobs=self._jobs,
            post=self._wishes.post,
        )

    def _calibration(self) -> CalibrationControl:
        session = self._session
        return CalibrationControl(
            lambda: session.store,
            lambda: session.engine,
            self._views.window,
            jobs=self._jobs,
            post=self._wishes.post,
        )

    def _redshift(self) -> RedshiftControl:
        session, verdict = self._session, self._views.verdict
        control = RedshiftControl(
            session.redshift,
            session.blends,
            self._views.chi2,
            refine=session.refine,
            ask_redshift=verdict.type_redshift,
            post=self._wishes.post,
        )
        verdict.redshift_typed.connect(control.take_typed)
        return control

    def _queue(self) -> QueueControl:
        return QueueControl(
            self._session,
            self._session.votes,
            self._views.queue,
            known=self._session.known,
            preferences=self._preferences,
            post=self._wishes.post,
        )

    def _spectrum(self, own: OwnLinesControl) -> SpectrumControl:
        review = self._session.blends

        def adapt(view: SpectrumView) -> SpectrumView:
            return replace(view_of_galaxy(view, review=review), own_lines=own.lines())

        return SpectrumControl(
            self._session,
            self._views.spectrum,
            self._preferences,
            adapt=adapt,
            reset_curve=self._views.chi2.reset_view,
            say=self._views.status.display_cursor,
        )

    def _keys(self) -> PreferencesControl:
        self._session.sources_opened.connect(self._preferences.report)
        return PreferencesControl(
            self._preferences,
            self._views.window,
            add_to_comment=self._views.verdict.add_to_comment,
            teach_keys=self._views.verdict.teach_keys,
            post=self._wishes.post,
        )

    def _blind(self) -> BlindControl:
        return BlindControl(
            self._session.blind_mode,
            self._preferences,
            self._views.status,
            post=self._wishes.post,
        )

    def _reading(self) -> tuple[Control, ...]:
        views, wishes = self._views, self._wishes
        reader = ListReader(
            self._session, views.window, self._jobs, wishes.openers.reopen, wishes.post
        )
        provenance = ProvenanceControl(reader)
        views.spectrum.account_requested.connect(provenance.open)
        views.status.account_requested.connect(provenance.open)
        return provenance, ColumnsControl(reader), SettleControl(reader)

    def _live(self) -> LiveControl:
        return LiveControl(
            self._session.live,
            self._session.decisions,
            self._views.chi2,
            add_to_spectrum=self._views.spectrum.add_layer,
            post=self._wishes.post,
        )

    def _feature(self) -> FeatureControl:
        return FeatureControl(
            self._session,
            self._session.redshift,
            self._views.spectrum,
            say=self._views.status.display_cursor,
            post=self._wishes.post,
        )

    def _blend(self, spectrum: SpectrumControl, strip: LineStripControl) -> BlendControl:
        session, chi2 = self._session, self._views.chi2
        decisions, redshift = session.decisions, session.redshift

        show_curve = after_paint(chi2, lambda: chi2.display(chi2_view(session, session.blends)))

        def show_spectrum() -> None:
            spectrum.show_source(is_new_source=False)
            strip.show_source(is_new_source=False)
            show_curve()

        redraw = after_paint(chi2, show_spectrum)
        return BlendControl(
            session,
            session.blends,
            BlendCanvas(
                self._views.spectrum.add_layer, chi2.show_second, chi2.clear_second, redraw
            ),
            known=session.known,
            wishes=WishesOfBlends(
                decisions.judge_blend,
                lambda blend: decisions.confirm(blend=blend),
                self._go_to_next_blend,
                redshift.point_at,
                self._wishes.post,
            ),
            add_tab=self._views.layout.add_tab,
        )

    def _go_to_next_blend(self) -> None:
        key = self._views.queue.later(Chip.BLENDED)
        if key is None:
            self._wishes.post(Notice("No blend waits after this source.", is_brief=True))
        else:
            self._session.select(key)

    def _surroundings(self) -> tuple[Control, ...]:
        session, views, post = self._session, self._views, self._wishes.post
        blends = session.blends
        around = SurroundingsControl(
            *(session, session.known, lambda: session.store, views.window, self._jobs),
            add_tab=views.layout.add_tab,
            add_to_spectrum=views.spectrum.add_layer,
            second=lambda: blends.redshift,
            sky=SkyViewControl(views.centre, self._preferences, post),
            post=post,
        )
        return controls_around(
            *(around, session, views.window, self._jobs),
            open_path=self._wishes.openers.open,
            display_link=views.status.display_link,
            filter_by=views.queue.set_filter,
            post=post,
        )

    def _groups(self) -> GroupsControl:
        session = self._session
        return GroupsControl(
            session, session.known, session.decisions, self._views.window, post=self._wishes.post
        )

    def _votes(self) -> VotesControl:
        views, redshift = self._views, self._session.redshift
        control = VotesControl(
            self._session,
            self._session.votes,
            self._preferences,
            marks=MarksOfVotes(views.chi2.display_votes, views.spectrum.display_votes),
            wishes=WishesOfVotes(
                self._wishes.adopt,
                redshift.show,
                views.queue.show_conflicts,
                self._wishes.openers.reconcile,
            ),
            post=self._wishes.post,
        )
        views.centre.insertWidget(0, control.panel)
        views.centre.setStretchFactor(0, 0)
        views.chi2.vote_chosen.connect(control.look_at)
        return control


def _show_again(controls: Iterable[Control]) -> None:
    for control in controls:
        control.show_source(is_new_source=False)
