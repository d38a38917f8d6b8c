"""`controllers.yaml` in the signals folder of a centre: which junction has which controller in the street.

It names files with secrets and lets lamps be switched, so it is read at the start and never taken over the network.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from signals.errors import Fault, SignalsError
from signals.library.described import Part
from signals.sentences import said
from vision.events.bodies import Name
from vision.geometry.marked_model import read_model

FILE = "controllers.yaml"

Address = Annotated[str, Field(pattern=r"^[\w.\-\[\]:]+:\d{1,5}$", max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class TlsIn(Part):
    """PEM files; the other end's certificate must be of the authority."""

    certificate: Path
    key: Path
    authority: Path


class RsmpIn(Part):
    """An RSMP site that calls us. The movements of the library stand in the order of its signal groups."""

    protocol: Literal["rsmp"]
    site: Text = Field(description="The site's own id, such as RN+SI0001.")
    sxl: Text = Field("1.2.1", description="Version of the traffic-light SXL.")
    component: Text = Field("TC", description="Its main component.")
    codes: Path = Field(description="File with two lines: security code 1 and 2.")
    writable: bool = Field(False, description="Whether its stages may be chosen; else it is only watched.")


class NtcipIn(Part):
    """An NTCIP 1202 controller that we ask. Phase n is movement n of the library."""

    protocol: Literal["ntcip"]
    at: Address
    keys: Path = Field(description="File with three lines: user, authentication key, privacy key (SNMPv3).")
    writable: bool = Field(False, description="Whether its stages may be chosen; else it is only watched.")


ControllerIn = Annotated[RsmpIn | NtcipIn, Field(discriminator="protocol")]


class WiringIn(Part):
    version: Literal[1]
    rsmp_listen: Address | None = Field(None, description="HOST:PORT at which RSMP sites call.")
    rsmp_tls: TlsIn | None = None
    controllers: Annotated[dict[Name, ControllerIn], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _sites_can_call(self) -> Self:
        sites = [one.site for one in self.controllers.values() if isinstance(one, RsmpIn)]
        if sites and self.rsmp_listen is None:
            raise ValueError(said("RSMP sites call the centre: wanted rsmp_listen, such as 0.0.0.0:12111, found none"))
        twice = {site for site in sites if sites.count(site) > 1}
        if twice:
            found = ", ".join(sorted(twice))
            raise ValueError(said("each RSMP site is one junction's, found {found} more than once", found=found))
        return self


class WiringError(SignalsError):
    """A file of controllers that cannot be used, with the line that is wrong."""


def read_wiring(folder: Path) -> WiringIn | None:
    """None where the centre has no such file: all its junctions are virtual. Raises WiringError."""
    file = folder / FILE
    return read_model(file, WiringIn, _wrong)[0] if file.exists() else None


def _wrong(file: Path, line: int, problem: str, others: Sequence[tuple[int, str]]) -> WiringError:
    lines = [(line, problem), *others]
    return WiringError(
        *(Fault(f"{file}:{at}", said("{file}, line {at}: {text}.", file=file, at=at, text=text)) for at, text in lines)
    )
