"""The detector's loss: ultralytics' own, weighed so that a picture with one vehicle teaches too."""

from typing import Any

LEAST_TARGETS = 8.0
"""An empty picture would otherwise outweigh a full one: its background counts as much as one vehicle's."""


def even_criterion(network: Any) -> Any:
    """YOLO's detection loss with every picture's share raised to the square root of its targets.

    The plain loss is divided by the targets of the whole batch, so that one lorry filling a picture weighs a
    hundredth of the swarm beside it, and the network never learns lorries that fill pictures. Dividing by each
    picture's own targets would do the same to the swarm; the square root lies between.
    """
    from ultralytics.utils.loss import v8DetectionLoss  # noqa: PLC0415  only after prepare()

    class EvenLoss(v8DetectionLoss):
        assigner: Any
        bbox_loss: Any
        class_weights: Any

        def __init__(self) -> None:
            super().__init__(network)
            self._assign = self.assigner
            self._measure = self.bbox_loss
            self.assigner = self._weigh
            self.bbox_loss = self._measure_evenly

        def _weigh(self, *given: Any, **more: Any) -> Any:
            found = self._assign(*given, **more)
            targets = found[2].sum((1, 2)).clamp(min=LEAST_TARGETS)
            self.class_weights = (targets.mean() / targets).sqrt()[:, None, None]
            return found

        def _measure_evenly(self, *given: Any) -> Any:
            *before, scores, total, foreground, size, stride = given
            return self._measure(*before, scores * self.class_weights, total, foreground, size, stride)

    return EvenLoss()
