"""The run as a picture: one bar for each ratio and limit, drawn on the scale of its own goal, with the goal lines on it.

A bar that reaches the green line has reached the ambition; the amber line is the floor. Where less is better the good side
is left of the lines. Plain SVG without scripts, readable on light and dark pages.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap

from bench.goals import Judged
from bench.model import Report
from bench.report.table import number

WIDTH, ROW, TOP, LABEL, BAR = 1100, 30, 92, 490, 400
_FULL = 1.6  # the right end of a bar, in units of the ambition
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
  .small { font-size: 11px; fill: #5b6570 } .head { font-size: 17px; font-weight: 600 }
  .part { font-weight: 600 } .num { font-variant-numeric: tabular-nums } .back { fill: #fff } .rail { fill: #e9ecef }
  .ambition { fill: #2f9e6b } .floor { fill: #d9a21b } .below { fill: #cf4a3c } .free { fill: #6b8fb5 }
  .line-ambition { stroke: #177a4b; stroke-width: 2 } .line-floor { stroke: #b07a00; stroke-width: 2; stroke-dasharray: 3 2 }
  .spread { stroke: #1b1f24; stroke-width: 1.2; opacity: .65 }
  @media (prefers-color-scheme: dark) { text { fill: #e6e9ec } .small { fill: #9aa4ae } .back { fill: #14181c } .rail { fill: #2a3138 }
    .spread { stroke: #e6e9ec } }
"""


def draw(report: Report, judged: list[Judged], *, title: str = "Praemia beside its reference loads") -> str:
    """The SVG document."""
    more = [one for one in judged if not one.goal.less_is_better]
    less = [one for one in judged if one.goal.less_is_better]
    rows: list[str] = []
    y = TOP
    for heading, part in (("More is better", more), ("Less is better", less)):
        if not part:
            continue
        rows.append(f'<text class="part" x="20" y="{y + 6}">{heading}</text>')
        y += 18
        for one in part:
            rows.append(_row(one, y))
            y += ROW
        y += 18
    height = y + 24 + 16 * len(_notes(report))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
            f"<title>{escape(title)}, {escape(report.started_at[:10])}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect class="back" width="{WIDTH}" height="{height}"/>',
            *_heading(report, title),
            *rows,
            *(f'<text class="small" x="20" y="{y + 10 + 16 * n}">{escape(note)}</text>' for n, note in enumerate(_notes(report))),
            "</svg>\n",
        )
    )


def _heading(report: Report, title: str) -> list[str]:
    scale = report.scale
    told = f"{report.started_at[:10]} · {report.machine.get('processor', '')} · PostgreSQL {report.machine.get('postgresql', '')}"
    ran = f"medians of {scale.rounds} round(s) of {scale.seconds:g} s, {scale.members:,} members; thin line: lowest to highest round"
    x = 560
    colours = "green: ambition reached, amber: floor reached, red: below"
    return [
        f'<text class="head" x="20" y="30">{escape(title)}, one machine, one run</text>',
        f'<text class="small" x="20" y="50">{escape(told)}</text>',
        f'<text class="small" x="20" y="66">{escape(ran)}</text>',
        f'<line class="line-floor" x1="{x + 190}" x2="{x + 190}" y1="40" y2="56"/>',
        f'<text class="small" x="{x + 197}" y="52">floor</text>',
        f'<line class="line-ambition" x1="{x + 250}" x2="{x + 250}" y1="40" y2="56"/>',
        f'<text class="small" x="{x + 257}" y="52">ambition</text>',
        f'<rect class="free" x="{x + 330}" y="42" width="22" height="12" rx="2"/><text class="small" x="{x + 357}" y="52">no goal</text>',
        f'<text class="small" x="{x + 190}" y="72">{colours}</text>',
    ]


def _row(one: Judged, y: int) -> str:
    goal, value = one.goal, one.figure
    full = _full(one)

    def at(amount: float) -> float:
        return LABEL + BAR * min(max(amount / full, 0.0), 1.0)

    css = "free" if one.verdict == "-" else one.verdict
    parts = [
        f'<text x="20" y="{y + 16}"><tspan class="small num">{escape(goal.id)}</tspan> <tspan dx="4">{escape(goal.title)}</tspan></text>',
        f'<rect class="rail" x="{LABEL}" y="{y + 4}" width="{BAR}" height="16" rx="2"/>',
        f'<rect class="{css}" x="{LABEL}" y="{y + 4}" width="{max(1.5, at(value.median) - LABEL):.1f}" height="16" rx="2"/>',
    ]
    for name, line in (("floor", goal.floor), ("ambition", goal.ambition)):
        if line is not None:
            parts.append(f'<line class="line-{name}" x1="{at(line):.1f}" x2="{at(line):.1f}" y1="{y}" y2="{y + 24}"/>')
    if value.high > value.low:
        parts.append(f'<line class="spread" x1="{at(value.low):.1f}" x2="{at(value.high):.1f}" y1="{y + 12}" y2="{y + 12}"/>')
    sign = "≤" if goal.less_is_better else "≥"
    wanted = "" if goal.ambition is None else f"{sign} {number(goal.ambition)}"
    beyond = " →" if value.median > full else ""
    parts.append(
        f'<text class="num" x="{LABEL + BAR + 14}" y="{y + 16}">{number(value.median)} {escape(goal.unit)}{beyond}'
        f' <tspan class="small" dx="6">{wanted}</tspan></text>'
    )
    return "".join(parts)


def _full(one: Judged) -> float:
    """What the right end of the bar stands for: a bit beyond the farther goal line, or a bit beyond the figure itself."""
    lines = [line for line in (one.goal.ambition, one.goal.floor) if line is not None]
    if not lines:
        return max(1.0, one.figure.high) * 1.1 if one.goal.unit == "×" else one.figure.high * 1.25 or 1.0
    if one.goal.less_is_better:
        return max(lines) * 1.25
    return max(lines) * _FULL


def _notes(report: Report) -> list[str]:
    notes = [f"not run: {name} ({reason})" for name, reason in report.missing.items()]
    notes += [f"warning: {warning}" for warning in report.warnings]
    notes.append(f"praemia verify afterwards: {'clean' if report.proof.clean else 'NOT CLEAN'}")
    return [line for note in notes for line in wrap(note, 170)]
