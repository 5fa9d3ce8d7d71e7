from csat.models.rules import AskingRules, ChannelRule
from csat.models.survey import CHANGEABLE, Survey

__all__ = ["CHANGEABLE", "AskingRules", "ChannelRule", "Survey"]
