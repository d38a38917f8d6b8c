"""The detector's loss: ultralytics' own, weighed so that one vehicle in a picture teaches too, and rare kinds more."""

from typing import Any

import torch

from vision.vehicles import VehicleKind

LEAST_TARGETS = 8.0
"""An empty picture would otherwise outweigh a full one: its background counts as much as one vehicle's."""
KIND_WEIGHTS = {
    VehicleKind.MOTORBIKE: 2.0,
    VehicleKind.BICYCLE: 4.0,
    VehicleKind.CAR: 2.0,
    VehicleKind.BUS: 6.0,
    VehicleKind.TRUCK: 6.0,
    VehicleKind.PEDESTRIAN: 4.0,
}
"""Of the loss of calling things by their kind. At 1 each the network found buses and lorries, even those it was taught
with, and took them for one another or for cars."""


def even_criterion(network: Any) -> Any:
    """YOLO's detection loss with every picture's share raised to the square root of its targets.

    The plain loss is divided by the targets of the whole batch, so that one lorry filling a picture weighs a
    hundredth of the swarm beside it, and the network never learns lorries that fill pictures. Dividing by each
    picture's own targets would do the same to the swarm; the square root lies between.
    """
    from ultralytics.utils.loss import v8DetectionLoss  # noqa: PLC0415  only after prepare()

    kinds = torch.tensor([KIND_WEIGHTS[kind] for kind in VehicleKind])

    class EvenLoss(v8DetectionLoss):
        assigner: Any
        bbox_loss: Any
        class_weights: Any
        _share: Any = 1.0

        def __init__(self) -> None:
            super().__init__(network)
            self._assign = self.assigner
            self._measure = self.bbox_loss
            self.assigner = self._weigh
            self.bbox_loss = self._measure_evenly

        def _weigh(self, *given: Any, **more: Any) -> Any:
            found = self._assign(*given, **more)
            targets = found[2].sum((1, 2)).clamp(min=LEAST_TARGETS)
            self._share = (targets.mean() / targets).sqrt()[:, None, None]
            self.class_weights = self._share * kinds
            return found

        def _measure_evenly(self, *given: Any) -> Any:
            *before, scores, total, foreground, size, stride = given
            return self._measure(*before, scores * self._share, total, foreground, size, stride)

    return EvenLoss()
