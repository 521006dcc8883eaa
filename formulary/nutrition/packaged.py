"""The nutrition files that come with the program, as acts: how the demonstration hospital loads and releases them."""

from functools import lru_cache
from pathlib import Path

from batch_records.acting import Consequence
from formulary.change_control import FROM_THE_PROGRAM
from formulary.nutrition.loading import FOLDER, load_nutrition, texts_of
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.nutrition.releasing import NUTRITION, LoadNutrition, ReleaseNutrition
from formulary.packaged import packaged


@lru_cache(maxsize=1)
def packaged_nutrition() -> NutritionSet:
    """The nutrition set of the data files, DRAFT, beside the packaged formulary. Raises FormularyFaults."""
    return load_nutrition(packaged())


def load_packaged_nutrition(folder: Path = FOLDER) -> list[Consequence]:
    """The act that loads the files. For `perform_many`; the actor is the author. The drugs must be in force before."""
    return [(NUTRITION, NUTRITION_RECORD, LoadNutrition(texts_of(folder), FROM_THE_PROGRAM))]


def release_packaged_nutrition() -> list[Consequence]:
    """The act that releases them, for the first pharmacist and then again for the second."""
    nutrition = packaged_nutrition()
    return [(NUTRITION, NUTRITION_RECORD, ReleaseNutrition(nutrition.profile.version, nutrition.digest))]
