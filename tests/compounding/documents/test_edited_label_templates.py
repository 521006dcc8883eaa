"""A template that somebody edited: nothing prints with a figure lost, in another's place, or added to, and none runs for ever."""

import dataclasses

import pytest

from batch_records.rendering import PrintRefused, Renderer
from compounding.documents.printing import FONTS, template
from compounding.documents.stock import BAG
from tests.compounding.documents import examples
from tests.compounding.documents.test_refusals import FIELD, changed, every_field, full


@pytest.fixture(scope="module")
def renderer():
    made = Renderer(FONTS, jobs_each=400)
    yield made
    made.close()


NUTRITION = "nutrition_label/1"


def nutrition_fields():
    """Every field of the nutrition label, and one that somebody put in its place."""
    names = [name for kind, name in every_field() if kind == NUTRITION and name.startswith("d.") and "demo" not in name]
    return list(zip(names, [*names[1:], names[0]], strict=True))


@pytest.mark.parametrize(("field", "other"), nutrition_fields())
def test_i7_a_nutrition_label_with_one_field_in_the_place_of_another_prints_nothing(renderer, field, other):
    whole = template(NUTRITION)
    html = FIELD.sub(lambda found: found[0].replace(field, other) if found[1] == field else found[0], whole.html)
    edited = dataclasses.replace(whole, html=html, digest=f"{other} for {field}")
    with pytest.raises(PrintRefused) as caught:
        renderer.render(edited, full(NUTRITION), BAG)
    assert caught.value.code in ("field_not_printed", "too_small", "does_not_fit")


@pytest.mark.parametrize("field", ["d.rate", "d.infuse", "d.holds", "row.per_day", "row.per_kg"])
@pytest.mark.parametrize("typed", ["1", "0."])
def test_i7_a_figure_typed_before_a_field_of_the_nutrition_label_prints_nothing(renderer, field, typed):
    whole = template(NUTRITION)
    html = FIELD.sub(lambda found: typed + found[0] if found[1] == field else found[0], whole.html)
    assert html != whole.html
    edited = dataclasses.replace(whole, html=html, digest=f"{typed} before {field}")
    with pytest.raises(PrintRefused) as caught:
        renderer.render(edited, full(NUTRITION), BAG)
    assert caught.value.code == "template"


@pytest.mark.parametrize(
    "typed", ["<table><tr><td>1</td><td>{}</td></tr></table>", "1<bdi>{}</bdi>", "1{{% if 1 %}}{}{{% endif %}}"]
)
def test_a_figure_of_the_template_that_reads_on_into_a_field_prints_nothing(renderer, typed):
    style = ".boxes td, .boxes p { padding: 0; display: inline }"
    rate = '{{ d.rate.within("p", "big nb") }}'
    with pytest.raises(PrintRefused) as caught:
        renderer.render(changed(rate, typed.format("{{ d.rate }}"), style), examples.vancomycin(), BAG)
    assert caught.value.code == "template"


@pytest.mark.parametrize(
    "markup",
    [
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{{ 'x' * 10 ** 10 }}",
        "{{ 'x' * 30000000 }}",
        "{{ 1 // 0 }}",
        "{{ d.total.within(1, 2, 3, 4) }}",
        "{{ datamatrix(d.number) }}",
        "{{ datamatrix('(91)other') }}",
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused_and_the_process_goes_on(renderer, markup):
    renderer.warm()
    before = renderer._worker.pid
    with pytest.raises(PrintRefused) as caught:
        renderer.render(changed("</body>", f"{markup}</body>"), examples.vancomycin(), BAG)
    assert caught.value.code in ("template", "barcode")
    assert renderer._worker.pid == before
