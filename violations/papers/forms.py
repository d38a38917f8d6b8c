"""The data of the two forms as JSON: named items in the form's order, with what is missing said in so many words."""

from collections.abc import Mapping
from typing import Any, Literal

from violations.papers.facts import PaperFacts
from violations.papers.wording import Wording, shipped_wording

FormName = Literal["01/73", "03/73"]
GAP = None


def form_01(facts: PaperFacts, wording: Wording | None = None) -> dict[str, Any]:
    """The result of the device: unit, operator and signature, violator when verified, pictures, measured index, time
    and place, offence, other."""
    items = {
        "unit": facts.device.unit or facts.office.detecting_unit,
        "operator": facts.device.operator,
        "operator_signature": GAP,
        "violator": facts.owner,
        "pictures": [file.model_dump() for file in facts.files],
        "package_sha256": facts.package,
        "measured": [measure.model_dump() for measure in facts.measures],
        "time": facts.recorded_at.isoformat(),
        "place": facts.place,
        "offence": facts.offence,
        "law": _law(facts),
        "vehicle_type": facts.vehicle,
        "plate": facts.plate,
        "plate_colour": facts.ground,
        "device": facts.device.model_dump(mode="json"),
        "accepted_by": list(facts.accepted_by),
    }
    return _form("01/73", "form_01", facts, items, wording)


def form_03(facts: PaperFacts, wording: Wording | None = None) -> dict[str, Any]:
    """The notice that is posted: type, plate, its colour, time, place, offence, detecting and resolving unit, phone."""
    items = {
        "vehicle_type": facts.vehicle,
        "plate": facts.plate,
        "plate_colour": facts.ground,
        "time": facts.recorded_at.isoformat(),
        "place": facts.place,
        "offence": facts.offence,
        "law": _law(facts),
        "detecting_unit": facts.office.detecting_unit,
        "resolving_unit": facts.office.resolving_unit,
        "phone": facts.office.phone,
        "check_address": facts.check_address,
        "short_code": facts.code,
        "reply_by": facts.reply_by.isoformat() if facts.reply_by else GAP,
    }
    return _form("03/73", "form_03", facts, items, wording)


def _law(facts: PaperFacts) -> list[str]:
    return list(facts.fine.codes) if facts.fine else []


def _form(
    form: FormName, sentence: str, facts: PaperFacts, items: Mapping[str, Any], wording: Wording | None
) -> dict[str, Any]:
    title = (wording or shipped_wording()).named(sentence)
    return {
        "form": form,
        "title": title.vi,
        "source": title.source,
        "certainty": title.certainty,
        "case": facts.case,
        "issued_on": facts.issued_on.isoformat(),
        "items": dict(items),
        "missing": [name for name, value in items.items() if value in (None, "", [])],
    }
