"""What is said of files that people write: English, with the Vietnamese of `texts/vi.yaml` (vision/sentences.py)."""

from vision.sentences import Sayer

said = Sayer("vision.geometry")
