"""Rules about plots: what a reader is shown, and how it may mislead."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.figures import bars_above_zero, figures, misleading_forms
from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule


@rule("NBP501", "axes-unlabelled", "warning", needs=("python",))
def axes_unlabelled(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A figure for others whose axes have no names.

    ## What it does
    Looks for figures drawn with matplotlib that are published (`nbpeer.figure`), saved (`savefig`), or drawn under
    Results, Findings or Summary, and whose cell names neither or only one of the axes. Other figures are for the
    analyst's own eyes: without any name and title they are an info. Seaborn and plotly name axes themselves.

    ## Why is this bad?
    A reader who does not know what is drawn guesses. Euros or thousands of euros, per day or per week: the conclusion
    differs.

    ## Bad
    ```python
    import matplotlib.pyplot as plt
    import nbpeer
    fig, ax = plt.subplots()
    ax.plot(weeks, revenue)
    nbpeer.figure("revenue", fig)
    ```

    ## Good
    ```python
    import matplotlib.pyplot as plt
    import nbpeer
    fig, ax = plt.subplots()
    ax.plot(weeks, revenue)
    ax.set_xlabel("week of 2026")
    ax.set_ylabel("revenue (thousand EUR)")
    nbpeer.figure("revenue", fig)
    ```

    ## How to fix
    Name both axes with their units: `ax.set_xlabel("week of 2026")`, `ax.set_ylabel("revenue (thousand EUR)")`.

    ## Source
    rOpenSci statistical software standards, EA5.5. A warning on every unlabelled plot would fall on a third of good
    analyses, most of them quick looks; hence published figures only.
    """
    for figure in figures(program):
        missing = [axis for axis in ("x", "y") if axis not in figure.named]
        if figure.published and missing:
            which = "the axes have" if len(missing) == 2 else f"the {missing[0]} axis has"
            yield figure.part.at(figure.call, f"{which} no name in this figure")
        elif not figure.named:
            message = "neither the axes nor the figure have a name"
            yield figure.part.at(figure.call, message)._replace(severity="info")


@rule("NBP502", "bar-truncated", "warning", needs=("python",))
def bar_truncated(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Bars that do not begin at zero.

    ## What it does
    Looks for a lower limit above zero (`set_ylim(50, 60)`, `ylim=(50, 60)`) in a cell that draws bars.

    ## Why is this bad?
    A bar's length is its value. Cut at 50, a bar of 60 looks ten times as long as one of 51.

    ## Bad
    ```python
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    ax.bar(["old", "new"], [51, 54])
    ax.set_ylim(50, 55)
    ```

    ## Good
    ```python
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    ax.bar(["old", "new"], [51, 54])
    ax.set_ylim(0, 60)
    ```

    ## How to fix
    Let bars begin at zero; to show a small difference, draw points with intervals instead.

    ## Source
    Misviz, a benchmark of misleading visualisations (truncated axis).
    """
    for part, call, limit in bars_above_zero(program):
        yield part.at(call, f"the bars begin at {limit:g}, so that their lengths are not their values")


@rule("NBP503", "misleading-form", "info", needs=("python",))
def misleading_form(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A form of plot that is easily misread.

    ## What it does
    Looks for two scales in one plot (`twinx`, `secondary_y`), bars in three dimensions, and pies of more than six
    slices.

    ## Why is this bad?
    Two scales make any two lines meet. Depth hides bars behind others. Angles of thin slices cannot be compared.

    ## Bad
    ```python
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    ax.plot(weeks, orders)
    ax.twinx().plot(weeks, revenue)
    ```

    ## Good
    ```python
    import matplotlib.pyplot as plt
    fig, (above, below) = plt.subplots(2, sharex=True)
    above.plot(weeks, orders)
    below.plot(weeks, revenue)
    ```

    ## How to fix
    Draw two plots one above the other, or an index of both; bars instead of slices.

    ## Source
    Misviz, a benchmark of misleading visualisations (dual axis, 3-D).
    """
    for part, call, message in misleading_forms(program):
        yield part.at(call, message)
