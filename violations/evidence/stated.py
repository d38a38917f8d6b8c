"""What every statement of an evidence package has in common."""

from pydantic import BaseModel, ConfigDict


class Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
