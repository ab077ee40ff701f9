"""The project: text, forms, and tables."""

from benchmarks.outputs.measuring import Parts, measure
from textract_pipeline.names import Feature
from textract_pipeline.outputs.rendering import Rendering
from textract_pipeline.response.parser import read_pages


def render(parts: Parts) -> Rendering:
    """Render a response page by page."""
    rendering = Rendering((Feature.TEXT, Feature.FORMS, Feature.TABLES), ("text.txt", "forms.csv", "tables.csv"))
    for page in read_pages(block for part in parts for block in part["Blocks"]):
        rendering.add(page)
    return rendering


if __name__ == "__main__":
    measure(render)
