"""`export.json` of a zip: who made it, when, and which of its files are originals and which masked derivatives."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from violations.evidence.canonical import canonical_json
from violations.evidence.difference import Difference
from violations.evidence.keys import PublicKey, SigningKey
from violations.evidence.seal import Key, Signature
from violations.evidence.stated import Stated
from vision.events.bodies import Name, Sha256

STATEMENT = "export.json"
# One line of what can be seen: a reason is printed where a verifier's own words stand, and must not pass for them.
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500, pattern=ONE_LINE)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=ONE_LINE)]
BothLanguages = tuple[Sentence, Sentence]
"""Vietnamese, English."""


class Derivative(Stated):
    """A masked file `name` in `masked/`, made from the package's file `original`, which is not in the zip."""

    name: Name
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]
    original: Name
    original_sha256: Sha256


class ExportStatement(Stated):
    """signature: by `exporter` over the canonical JSON of all the other fields.

    manifest: SHA-256 of the package's manifest. masked: whether pictures were replaced by derivatives; an unmasked zip
    has none and says the reason why it was asked for. law: what the exporter says the law is on the recorded offence;
    not written where nobody says anything, as in zips of a time when nobody did.
    """

    format: Literal["ngatu-export-1"] = "ngatu-export-1"
    manifest: Sha256
    time: AwareDatetime
    masked: bool
    reason: Reason | None = None
    derivatives: tuple[Derivative, ...] = ()
    law: Annotated[tuple[BothLanguages, ...], Field(max_length=20)] = ()
    exporter: Key
    signature: Signature

    @model_validator(mode="after")
    def _masked_or_with_a_reason(self) -> Self:
        if self.masked == (self.reason is not None) or (self.derivatives and not self.masked):
            raise ValueError("wanted a reason and no derivatives exactly where it is not masked")
        return self

    @property
    def key(self) -> PublicKey:
        return PublicKey(self.exporter)

    def claim(self) -> bytes:
        return self._without("signature")

    def written(self) -> bytes:
        return self._without()

    def _without(self, *fields: str) -> bytes:
        unsaid = () if self.law else ("law",)
        return canonical_json(self.model_dump(mode="json", exclude={*fields, *unsaid}))


def make_statement(
    key: SigningKey,
    manifest_sha256: str,
    time: datetime,
    *,
    derivatives: tuple[Derivative, ...] = (),
    law: tuple[BothLanguages, ...] = (),
    reason: str | None = None,
) -> ExportStatement:
    """Of a masked zip, or with a reason of one that is not. Raises ValueError for a reason that says nothing."""
    unsigned = ExportStatement(
        manifest=manifest_sha256,
        time=time,
        masked=reason is None,
        reason=reason,
        derivatives=derivatives,
        law=law,
        exporter=key.public.hex,
        signature="0" * 128,
    )
    return unsigned.model_copy(update={"signature": key.sign(unsigned.claim()).hex()})


def check_statement(statement: ExportStatement, manifest_sha256: str) -> Iterator[Difference]:
    if not statement.key.verifies(bytes.fromhex(statement.signature), statement.claim()):
        wanted = "one by exporter over the other fields"
        yield Difference(f"{STATEMENT}: signature", wanted, "one that does not fit them")
    if statement.manifest != manifest_sha256:
        yield Difference(f"{STATEMENT}: manifest", manifest_sha256, statement.manifest)
