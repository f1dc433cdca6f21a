"""What the guided tour says: six sources of the demo, a few cards each, one key a card."""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.gui.tour.parts import Part


@dataclass(frozen=True, slots=True)
class Step:
    """One card.

    Parameters
    ----------
    source_id : str
        Which source of the demo is on screen.
    part : Part
        Of the window, at which the card points.
    title, text : str
        `{name}` in the text stands for the key of the action of that name.
    action : str
        What is asked for; the next card comes when it was done.
    """

    source_id: str
    part: Part
    title: str
    text: str
    action: str


STEPS: tuple[Step, ...] = (
    Step(
        "D001",
        Part.SPECTRUM,
        "A clear emission line galaxy",
        "Black is the spectrum, blue the model that was fitted to it, below is what is left "
        "over, in units of the error. Labels name the lines that the model expects at the "
        "redshift on screen ({lines}: all that lie here). The wheel zooms, a drag moves; press "
        "{reset_view} to see everything.",
        "reset_view",
    ),
    Step(
        "D001",
        Part.CURVE,
        "How well each redshift fits",
        "Low is good. The numbered minima are the solutions; 1 is the best. Press "
        "{next_solution} to look at the second, and see how its model and its labels miss the "
        "lines.",
        "next_solution",
    ),
    Step(
        "D001",
        Part.SOLUTIONS,
        "What speaks for each solution",
        "The list says which lines each one rests on, and as what it may be confused. P is the "
        "probability that it is right. Press {automatic} to come back to the proposal.",
        "automatic",
    ),
    Step(
        "D001",
        Part.DECISION,
        "The decision",
        "The large number is what will be saved. The framed confidence is suggested, with its "
        "reason below. Agree with {confirm}: it assigns what is framed and goes on. Or press "
        "{zconf3}, {zconf2}, {zconf1} or {zconf0} yourself.",
        "confirm",
    ),
    Step(
        "D021",
        Part.STRIP,
        "Lyα: one line must carry it all",
        "These windows show the lines that decide, with the σ measured and, below, what the "
        "model expects. Lyα has a steep blue side and a red tail: its asymmetry is written above "
        "it. Press {rival} for the rival view: where would the best other redshift differ?",
        "rival",
    ),
    Step(
        "D021",
        Part.SPECTRUM,
        "Where the rival fails",
        "Grey is the model of the rival, shaded is where the two differ most. Were the line [O "
        "III] or Hα, others would stand beside it. Press {rival} again to put it away.",
        "rival",
    ),
    Step(
        "D025",
        Part.QUEUE,
        "Two galaxies in one spectrum",
        "B in the queue says that a blend is proposed. Press {blend_focus}: the second galaxy is "
        "drawn in orange, χ² of its redshift under that of the first; again for B alone, A "
        "alone, off.",
        "blend_focus",
    ),
    Step(
        "D025",
        Part.DECISION,
        "Both redshifts at once",
        "If both convince you, {blend_both} takes them together and goes on to the next blend. J "
        "and a letter says anything else: one galaxy, light of a neighbour, swap.",
        "blend_both",
    ),
    Step(
        "D024",
        Part.CURVE,
        "A false one",
        "No minimum stands out, no line is seen, and the panel says why it is doubted. A false "
        "source is a verdict of its own, not a ZCONF of 0. Press {false_NOISE}: first X, which "
        "shows what may follow, then N for noise.",
        "false_NOISE",
    ),
    Step(
        "D014",
        Part.DECISION,
        "An active nucleus",
        "C III] is clear, Mg II is seen, and the confidence is modest, because each could be "
        "another line. A flag keeps what is special: press {flag_QSO}, first F, then Q.",
        "flag_QSO",
    ),
    Step(
        "D022",
        Part.SPECTRUM,
        "A passive galaxy",
        "No emission: the shape and shallow absorption carry the redshift. It is easier to see "
        "smoothed: press {smoother} until the lines stand out ({sharper} smooths less), then "
        "{smooth_auto} to leave it to the noise again.",
        "smooth_auto",
    ),
    Step(
        "D022",
        Part.QUEUE,
        "Nothing is lost",
        "Every decision is on disk at once. {undo} takes back the last one, also tomorrow, and "
        "goes to its source. {palette} finds every action by its name, {keys} shows all keys, "
        "{manual} the manual. Press {undo} to take back a verdict of this tour, and go on as you "
        "like.",
        "undo",
    ),
)
