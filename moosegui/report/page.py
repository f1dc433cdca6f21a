"""One self-contained page: no script, no font and no picture from elsewhere; it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from moosegui.data.basis import Basis
from moosegui.files.safe_write import replacing
from moosegui.fit.evaluation.evaluate import Evaluation
from moosegui.fit.evaluation.evaluate_vetting import VettingEvaluation
from moosegui.report import figures
from moosegui.report.basis_figure import plot_basis
from moosegui.report.rank_file import RankReport
from moosegui.report.tables import (
    NumberTable,
    binned_table,
    evaluation_tables,
    mistake_table,
    rank_table,
)
from moosegui.report.vetting import plot_groups, plot_keeping, plot_roc, vetting_tables

MARK = '<meta name="generator" content="moosegui">'

CSS = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff;
       max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .3rem; }
p { margin: .3rem 0 .8rem; color: #555; } p.lead { color: #222; }
svg { max-width: 100%; height: auto; display: block; }
figure { margin: 0 0 .6rem; break-inside: avoid; }
figcaption { font-size: .87rem; font-weight: 600; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem;
        margin: .6rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; }
th, td { white-space: nowrap; padding: .12rem .9rem .12rem 0; text-align: right;
         border-bottom: 1px solid #e4e4e4; }
th { font-weight: 500; color: #666; } th:first-child, td:first-child { text-align: left; }
.tables { display: flex; flex-wrap: wrap; column-gap: 2.5rem; align-items: flex-start; }
table.facts td { white-space: normal; text-align: left; word-break: break-word; color: #555; }
@media print { body { margin: 0; max-width: none; font-size: 10px; padding: 0; }
  table, svg, .whole { break-inside: avoid; } .whole { break-after: avoid; }
  .tables { column-gap: 1.5rem; } }
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence that says how to read it, figures and tables."""

    title: str
    text: str = ""
    figures: tuple[str, ...] = ()
    tables: tuple[NumberTable, ...] = ()

    def html(self) -> str:
        """Return the section as HTML."""
        parts = [f'<section><div class="whole"><h2>{escape(self.title)}</h2>']
        if self.text:
            parts.append(f"<p>{escape(self.text)}</p>")
        parts += [*self.figures, "</div>"]
        if self.tables:
            parts.append(f'<div class="tables">{"".join(map(html_of, self.tables))}</div>')
        return "\n".join((*parts, "</section>"))

    @staticmethod
    def captioned(caption: str, figure: str) -> str:
        """Return a figure with a line above it."""
        return f"<figure><figcaption>{escape(caption)}</figcaption>{figure}</figure>"


@dataclass(frozen=True, slots=True, eq=False)
class PageContent:
    """What is known of a basis and its predictions; parts that are None have no section."""

    evaluation: Evaluation
    provenance: Mapping[str, str]
    notices: tuple[str, ...] = ()
    basis: Basis | None = None
    ranks: RankReport | None = field(default=None)
    vetting: VettingEvaluation | None = field(default=None)


def write_evaluation_page(path: Path, content: PageContent) -> None:
    """Write the report of an evaluation.

    Raises
    ------
    ExportError
        If it cannot be written.
    MooseError
        If matplotlib is not installed.
    """
    evaluation = content.evaluation
    secure = evaluation.secure
    lead = (
        f"{secure.n_good} of {secure.n} redshifts of ZCONF 2 and 3 are right: a Good Fraction of "
        f"{secure.fraction:.4f} ({secure.lower:.4f} to {secure.upper:.4f}, 68 % Wilson interval)."
    )
    sections = [_summary(evaluation), *_evaluation_sections(evaluation)]
    if content.vetting is not None:
        sections += _vetting_sections(content.vetting)
    if content.ranks is not None:
        sections.insert(1, _rank_section(content.ranks))
    if content.basis is not None:
        sections.insert(1, _basis_section(content.basis))
    sections.append(facts_section("How this was made", content.provenance, content.notices))
    write_page(path, "Redshifts against the truth", lead, sections)


def write_rank_page(path: Path, report: RankReport) -> None:
    """Write the report of a cross-validation.

    Raises
    ------
    ExportError
        If it cannot be written.
    MooseError
        If matplotlib is not installed.
    """
    sections = (_rank_section(report), facts_section("How this was made", report.provenance, ()))
    write_page(path, "The rank of a basis", report.selection.reason, sections)


def html_of(table: NumberTable) -> str:
    """Return a table as HTML."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    caption = f"<caption>{escape(table.title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _summary(evaluation: Evaluation) -> Section:
    binned = {f"Good Fraction by {one.quantity}" for one in evaluation.binned}
    tables = tuple(t for t in evaluation_tables(evaluation) if t.title not in binned)
    text = "A prediction is good when |z − z true| < 0.005 (1 + z true)."
    return Section("Numbers", text, tables=tables)


def _evaluation_sections(evaluation: Evaluation) -> list[Section]:
    predictions = evaluation.predictions
    sections = [
        Section(
            "Redshift against redshift",
            "Wrong redshifts lie on lines where one spectral line was taken for another.",
            (figures.plot_redshifts(predictions),),
        ),
        Section(
            "Offset against relative depth and robustness",
            "Above the line redshifts are wrong; to the left of the dotted lines they should be "
            "checked.",
            (figures.plot_offsets(predictions),),
        ),
        Section(
            "Good Fraction in bins",
            "Sources of ZCONF 1 to 3 in bins of equal number, with 68 % Wilson intervals.",
            (figures.plot_fractions(evaluation.binned),) if evaluation.binned else (),
            tuple(binned_table(one) for one in evaluation.binned),
        ),
        Section(
            "Relative depth for each ZCONF",
            "ZCONF 0 are false sources; the dotted line is the default threshold.",
            (figures.plot_relative_depths(predictions),),
        ),
    ]
    if evaluation.selection is not None:
        text = "Completeness: true sources above the threshold. Purity: true ones among those."
        drawn = (figures.plot_selection(evaluation.selection),)
        sections.append(Section("Completeness and purity", text, drawn))
    if evaluation.reliability:
        text = "Of sources with ZCONF 1 to 3, in bins of the stated probability; 68 % intervals."
        drawn = (figures.plot_reliability(evaluation.reliability),)
        sections.append(Section("Reliability of P(z)", text, drawn))
    mistakes = mistake_table(evaluation.mistakes)
    text = "Counts of wrong redshifts by the pair of lines that explains them."
    found = (mistakes,) if mistakes.rows else ()
    sections.append(Section("Confused lines", text if found else "None is wrong.", tables=found))
    if evaluation.pulls.values.size:
        text = "Right redshifts: offset in units of the error, ends collected; the normal law."
        sections.append(Section("Errors", text, (figures.plot_pulls(evaluation.pulls),)))
    return sections


def _vetting_sections(vetting: VettingEvaluation) -> list[Section]:
    sections = []
    if vetting.blends is not None:
        drawn = (plot_roc(vetting.blends.roc, "blends"), plot_groups(vetting.blends))
        text = "Blends have a second galaxy in the truth; others are single galaxies."
        tables = vetting_tables(replace(vetting, false=None))
        sections.append(Section("Blends", text, drawn, tables))
    if vetting.false is not None:
        drawn = (plot_roc(vetting.false.roc, "false sources"), plot_keeping(vetting.false))
        text = "False sources have ZCONF 0. Completeness and purity of what the score keeps."
        tables = vetting_tables(replace(vetting, blends=None))
        sections.append(Section("False sources", text, drawn, tables))
    return sections


def _basis_section(basis: Basis) -> Section:
    text = (
        f"{basis.name}, fingerprint {basis.fingerprint}: flux per dex of each component, highest "
        "peaks cut; lines in emission green, in absorption red."
    )
    return Section("The basis", text, (plot_basis(basis),))


def _rank_section(report: RankReport) -> Section:
    drawn = (figures.plot_ranks(report.selection),)
    text = f"{report.selection.reason} Bars show the spread from fold to fold."
    return Section("Rank", text, drawn, (rank_table(report),))


def facts_section(
    title: str, provenance: Mapping[str, str], notices: Sequence[str] = ()
) -> Section:
    """Return a section of names and values, and what was noticed."""
    rows = tuple((key, value) for key, value in provenance.items())
    return Section(title, " ".join(notices), (_facts_table(rows),))


def _facts_table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td>{escape(key)}</td><td>{escape(value)}</td></tr>" for key, value in rows
    )
    return f'<table class="facts"><tbody>{cells}</tbody></table>'


def is_page(path: Path) -> bool:
    """Whether a file is a page that was written here, and may be written anew."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return MARK.encode() in stream.read(200)


def write_page(path: Path, title: str, lead: str, sections: Sequence[Section]) -> None:
    """Write a page that needs nothing from elsewhere.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    body = "\n".join(section.html() for section in sections)
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"{MARK}"
        f"<title>{escape(title)}</title><style>{CSS}</style></head>\n"
        f'<body><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>\n'
        f"{body}\n</body></html>\n"
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
