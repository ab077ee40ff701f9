"""All cases."""

from tests.bad_input import jpeg, naming, pdf, png, tiff
from tests.bad_input.case import Case

CORPUS: tuple[Case, ...] = (*png.cases(), *jpeg.cases(), *tiff.cases(), *pdf.cases(), *naming.cases())
