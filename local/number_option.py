"""The type of options that take a number, for the commands of this machine and of `textract-pipeline`."""

from math import isfinite, nan

import click


class _FromZero(click.FloatRange):
    """A number of 0 or more. Python reads nan and inf as numbers, too: a limit of either would limit nothing."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(str(value))
        except ValueError:
            number = nan
        if not (isfinite(number) and number >= 0):
            self.fail(f"{value} is no number of 0 or more.", param, ctx)
        return number


NUMBER = _FromZero(min=0)
