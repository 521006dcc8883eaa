"""The demonstration hospital: invented people, patients, lots and orders, played in through the ordinary acts."""

from compounding.demonstration.loading import Loaded, load

__all__ = ["Loaded", "load"]
