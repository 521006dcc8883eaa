"""A drug, its products and its flags. Everything about one drug stands in one file and one `Drug`."""

from dataclasses import dataclass
from enum import StrEnum

from calculations.quantity import Quantity
from formulary.model_common import ContainerType, Form, Population, Source, Status, Storage
from formulary.model_formulation import MasterFormulation
from formulary.model_rules import Compatibility, Limit, Stability, StandardConcentration


class VesicantClass(StrEnum):
    """INS colours for ordinary drugs, ONS words for cytotoxics."""

    NONE = "none"
    IRRITANT = "irritant"
    IRRITANT_VESICANT = "irritant_with_vesicant_potential"
    YELLOW = "yellow"
    RED = "red"
    VESICANT = "vesicant"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """What a scanner may read from the container. Demonstration codes are invented under labeler 99999."""

    ndc: str | None
    """With its hyphens, as printed: "99999-0101-1"."""
    ndc_format: str | None
    """"4-4-2", "5-3-2", "5-4-1" (10 digits) or "5-4-2" (11 digits)."""
    gtin: str | None
    """14 digits with a right check digit."""


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """The label's own equation between two ways of stating strength: 3 mmol of phosphate is 4.4 mEq of potassium.

    Label equations win over theory, and belong to the product, never to the salt.
    """

    amount: Quantity
    equals: Quantity
    source: Source


@dataclass(frozen=True, kw_only=True)
class Reconstitution:
    """One way the label allows a powder to be dissolved."""

    id: str
    solutions: tuple[str, ...]
    """Ids of solutions that may dissolve it, best first."""
    diluent_volume: Quantity
    concentration: Quantity
    """The label's concentration: it decides the volume to draw."""
    final_volume: Quantity
    """content ÷ concentration, as the label rounds it."""
    displacement: Quantity | None
    """final_volume minus diluent_volume, where the label or a source states it."""
    density: Quantity | None
    """g/mL of what is drawn after dissolving, with its own source, or None: then it cannot be weighed."""
    density_source: Source | None
    instruction: str
    """What the hand does after adding the diluent: "Shake until clear."; empty when nothing is stated."""
    routes: tuple[str, ...]
    """Routes this dissolution is for; empty = all."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Product:
    """One container as it comes from its maker; strength and form are part of its identity."""

    id: str
    drug: str
    display: str
    """"cefTRIAXone 500 mg vial, powder"."""
    codes: Codes
    form: Form
    of: str
    """Salt, base or element that `content` and `concentration` are stated as; equals the drug's `of`."""
    content: Quantity
    """Whole label content of the container."""
    volume: Quantity | None
    """Label volume; None for a powder."""
    concentration: Quantity | None
    """Label concentration; None for a powder until it is dissolved."""
    equivalences: tuple[Equivalence, ...]
    preservative: str | None
    """None = preservative-free by its source."""
    excipients: tuple[str, ...]
    """Excipient classes, e.g. "sulfite", "benzyl_alcohol", "propylene_glycol"."""
    excipient_source: Source | None
    """What says so, where it is not the row's own source. Of an empty list: with it the product holds none; None = not stated."""
    container_type: ContainerType
    in_use_limit: Quantity | None
    """Label's own time after first puncture; None = the general table of opened containers decides."""
    in_use_iso_class: int | None
    """Air class that `in_use_limit` asks for."""
    density: Quantity | None
    """g/mL of a liquid with its own source, or None: then it cannot be weighed. A powder's stands with its dissolving."""
    density_source: Source | None
    storage: Storage
    ready_to_use: bool
    """A finished dose: scan, label, check, no mixing."""
    populations: tuple[str, ...]
    """Ids of populations the product is limited to; empty = all."""
    routes: tuple[str, ...]
    """Routes the product is limited to (e.g. not intrathecal); empty = all of its formulations."""
    reconstitutions: tuple[Reconstitution, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What a hood, a label and a check must do because of this drug."""

    high_alert: bool
    hazardous: bool
    niosh: str | None
    """List edition and table, e.g. "2024 table 1"."""
    vesicant: VesicantClass
    vesicant_list: str | None
    """List and version the class comes from."""
    paralytic: bool
    """Own confirmation at every step and its own label."""
    light_in_vial: bool
    light_after_preparation: bool
    refrigerate: bool
    controlled_schedule: str | None
    """"CII" to "CV"."""
    second_check: bool
    in_process_check: bool
    look_alikes: tuple[str, ...]
    """Tall-man names not to be mistaken for this drug."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence that must be shown, with its source."""

    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Drug:
    """One drug in one version: all that two pharmacists release together."""

    id: str
    version: int
    status: Status
    name: str
    """Plain lower-case name: "ceftriaxone"."""
    display: str
    """Tall-man name for every screen and print: "cefTRIAXone"."""
    synonyms: tuple[str, ...]
    ingredients: tuple[str, ...]
    """Ingredient tags that allergies and duplicates are matched on."""
    of: str
    """Tag that every amount of this drug carries: salt, base or element where that matters, else the drug's name."""
    allergy_classes: tuple[str, ...]
    excipient_classes: tuple[str, ...]
    """Excipient classes of any product; what a planned or scanned product holds is its own list: `formulary.excipients`."""
    category: str
    """Therapeutic group for lists: "antibiotic", "antineoplastic"."""
    flags: Flags
    banners: tuple[Note, ...]
    """Shown wherever the drug is named: "not interchangeable with …"."""
    warnings: tuple[Note, ...]
    """Clinical sentences for the review screen."""
    populations: tuple[Population, ...]
    products: tuple[Product, ...]
    formulations: tuple[MasterFormulation, ...]
    limits: tuple[Limit, ...]
    standard_concentrations: tuple[StandardConcentration, ...]
    stabilities: tuple[Stability, ...]
    compatibilities: tuple[Compatibility, ...]
    gaps: tuple[str, ...]
    """Facts a pharmacist should add before approval, said plainly."""
    digest: str
    """SHA-256 of the canonical content of the drug's file."""
