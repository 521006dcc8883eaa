"""Pictures of a nutrition bag, drawn from numbers: only geometry and words, which the macros put on the page.

The words beside a picture come from exact figures; places in it are floats, which is good enough to look at.
"""

from dataclasses import dataclass

from calculations.printing import show_number
from compounding.views.nutrition_pictures import CurvePicture, Layer, OsmolarityPicture, Point

TOP, BOTTOM = 24.0, 240.0
LEAST_GAP = 18.0
"""Between two lines of words, so that they can be read."""
_KINDS = {"water": "pic__e", "calcium": "pic__c", "dextrose": "pic__d", "amino acids": "pic__a", "lipid": "pic__band"}


@dataclass(frozen=True)
class DrawnLayer:
    """One layer of the bag with its words."""

    kind: str
    y: float
    height: float
    text_y: float
    volume: str
    name: str


@dataclass(frozen=True)
class BagDrawing:
    """The bag of stacked volumes, 250 × 262."""

    layers: tuple[DrawnLayer, ...]
    says: str


def bag_drawing(layers: tuple[Layer, ...]) -> BagDrawing | None:
    """The layers from the top down, each as high as its share. None for a bag without any."""
    total = float(sum(layer.volume for layer in layers))
    if total <= 0:
        return None
    y, drawn = TOP, []
    texts = _spread([_middle(layers, number, total) for number in range(len(layers))])
    for layer, text_y in zip(layers, texts, strict=True):
        height = (BOTTOM - TOP) * float(layer.volume) / total
        kind = _KINDS.get(layer.name, "pic__b")
        volume = show_number(layer.volume, 1)
        drawn.append(DrawnLayer(kind, round(y, 1), round(height, 1), text_y, volume, layer.name))
        y += height
    words = ", ".join(f"{one.name} {one.volume} mL" for one in drawn)
    return BagDrawing(tuple(drawn), f"Stacked volumes from the top: {words}")


def _middle(layers: tuple[Layer, ...], number: int, total: float) -> float:
    before = float(sum(layer.volume for layer in layers[:number]))
    return TOP + (BOTTOM - TOP) * (before + float(layers[number].volume) / 2) / total + 5


def _spread(places: list[float]) -> list[float]:
    """The same places, moved apart so far that no two lines of words meet, and none below the picture."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + LEAST_GAP) if found else place)
    below = BOTTOM + 4
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], below)
        below = found[index] - LEAST_GAP
    return [round(place, 1) for place in found]


@dataclass(frozen=True)
class CurveDrawing:
    """Calcium against phosphate, 330 × 262: axes from (44, 226) to the right and up."""

    curve: str
    """Path of the curve; empty without one."""
    over: str
    """Path of what lies above it."""
    now: tuple[float, float]
    was: tuple[float, float] | None
    was_day: str
    x_marks: tuple[tuple[float, str], ...]
    y_marks: tuple[tuple[float, str], ...]
    says: str


LEFT, FLOOR, RIGHT, CEILING = 44.0, 226.0, 314.0, 26.0


def curve_drawing(picture: CurvePicture) -> CurveDrawing:
    """The curve with the point and yesterday's; axes as long as both need."""
    points = [*picture.line, picture.now, *((picture.was,) if picture.was else ())]
    most_x = _round_up(max(float(one.phosphate) for one in points))
    most_y = _round_up(max(float(one.calcium) for one in points))

    def place(point: Point) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * float(point.phosphate) / most_x
        y = FLOOR - (FLOOR - CEILING) * float(point.calcium) / most_y
        return round(x, 1), round(y, 1)

    line = sorted(place(point) for point in picture.line)
    path = "M" + "L".join(f"{x} {y}" for x, y in line) if line else ""
    over = f"{path}L{RIGHT} {line[-1][1]}V{CEILING}H{line[0][0]}z" if line else ""
    now = place(picture.now)
    calcium, phosphate = show_number(picture.now.calcium, 1), show_number(picture.now.phosphate, 2)
    return CurveDrawing(
        curve=path, over=over, now=now, was=None if picture.was is None else place(picture.was),
        was_day=picture.was_day,
        x_marks=tuple((round(LEFT + (RIGHT - LEFT) * n / 3, 1), f"{most_x * n / 3:g}") for n in (1, 2)),
        y_marks=tuple((round(FLOOR - (FLOOR - CEILING) * n / 3, 1), f"{most_y * n / 3:g}") for n in (1, 2)),
        says=f"{'Fictional curve. ' if picture.fictional else ''}Worst moment of mixing: calcium {calcium} mEq/L with "
             f"phosphate {phosphate} mmol/L. {picture.verdict}",
    )  # fmt: skip


def _round_up(most: float) -> float:
    """The next number that divides by three plainly."""
    for end in (3, 6, 12, 15, 30, 45, 60, 90, 120, 150, 300, 600):
        if most <= end:
            return float(end)
    return most


@dataclass(frozen=True)
class OsmolarityDrawing:
    """A column against the limits of both lines, 190 × 262."""

    y: float
    height: float
    figure: str
    figure_y: float
    marks: tuple[tuple[float, float, str, str], ...]
    """Line, words, number, name."""
    over: bool
    says: str


def osmolarity_drawing(picture: OsmolarityPicture) -> OsmolarityDrawing:
    """The column reaches as high as the figure; limits stand as lines across it."""
    figure = float(picture.figure)
    end = max([float(mark.number) for mark in picture.marks] + [figure]) * 1.05

    def y_of(number: float) -> float:
        return round(BOTTOM - (BOTTOM - 19.2) * number / end, 1)

    ordered = sorted(
        [(y_of(figure), "figure")] + [(y_of(float(mark.number)), mark.text) for mark in picture.marks]
    )
    texts = dict(zip((name for _, name in ordered), _spread_wide([y for y, _ in ordered]), strict=True))
    marks = tuple(
        (y_of(float(mark.number)), texts[mark.text], show_number(mark.number, 0), mark.text) for mark in picture.marks
    )
    words = ", ".join(f"{mark.text} limit {show_number(mark.number, 0)}" for mark in picture.marks) or "no limit"
    text = show_number(picture.figure, 0)
    return OsmolarityDrawing(
        y_of(figure), round(BOTTOM - y_of(figure), 1), text, texts["figure"], marks, picture.over,
        f"{text} mOsm per litre; {words}",
    )  # fmt: skip


def _spread_wide(places: list[float]) -> list[float]:
    found: list[float] = []
    for place in places:
        found.append(round(max(place + 5, found[-1] + 34) if found else place + 5, 1))
    over = found[-1] - (BOTTOM - 12)
    return [round(place - over, 1) for place in found] if over > 0 else found


DRAWINGS = {"bag_drawing": bag_drawing, "curve_drawing": curve_drawing, "osmolarity_drawing": osmolarity_drawing}
"""What the templates draw with."""
