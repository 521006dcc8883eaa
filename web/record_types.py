"""Every type of record that there is: what ``records verify`` and a restore read the database with."""

from typing import Any

from batch_records.acting import RecordType
from batch_records.claims import CLAIM
from batch_records.people import PERSON
from compounding.batches.record import BATCH
from compounding.controlled.account import ACCOUNT
from compounding.controlled.cases import CASE
from compounding.controlled.counts import CONTROLLED_COUNT
from compounding.controlled.handling import HANDLING
from compounding.controlled.inventory import INVENTORY
from compounding.controlled.shift import SHIFT
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.documents.versions.record import TEMPLATE
from compounding.orders.messages import MESSAGE
from compounding.orders.patient_record import PATIENT
from compounding.preparing.record import DOSE
from compounding.print_jobs import PRINT_JOB
from compounding.printers import PRINTERS
from compounding.qualifications import QUALIFICATION
from compounding.recalls.part import PART as RECALL_PART
from compounding.recalls.record import RECALL
from compounding.reviewing.one_time import ONE_TIME
from compounding.reviewing.record import ORDER
from compounding.rooms import HOOD
from compounding.stock.code_links import CODE_LINK
from compounding.stock.counts import COUNT
from compounding.stock.levels import LEVEL
from compounding.stock.location import LOCATION
from compounding.stock.lot import LOT
from compounding.stock.opened import OPENED
from compounding.stock.purchase import PURCHASE
from formulary.directory.record import DIRECTORY
from formulary.house.releasing import HOUSE
from formulary.nutrition.releasing import NUTRITION
from formulary.releasing import DRUG
from formulary.set_record import FORMULARY_SET
from formulary.site_record import SITE
from formulary.substitution.record import SUBSTITUTION

RECORD_TYPES: tuple[RecordType[Any, Any, Any], ...] = (
    ACCOUNT,
    BATCH,
    CASE,
    CLAIM,
    CODE_LINK,
    CONTROLLED_COUNT,
    CONTROLLED_WASTE,
    COUNT,
    DIRECTORY,
    DOSE,
    DRUG,
    FORMULARY_SET,
    HANDLING,
    HOOD,
    HOUSE,
    INVENTORY,
    LEVEL,
    LOCATION,
    LOT,
    MESSAGE,
    NUTRITION,
    OPENED,
    ONE_TIME,
    ORDER,
    PATIENT,
    PERSON,
    PRINT_JOB,
    PRINTERS,
    PURCHASE,
    QUALIFICATION,
    RECALL,
    RECALL_PART,
    SHIFT,
    SITE,
    SUBSTITUTION,
    TEMPLATE,
)
