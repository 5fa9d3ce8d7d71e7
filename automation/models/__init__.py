from automation.models.clock import COMPLAINT, Clock
from automation.models.complaint import Complaint, ComplaintLevel, Owner
from automation.models.macro import Macro, MacroUse
from automation.models.policy import Policy, PolicyBook, Promise, Step
from automation.models.rule import Rule, RuleRun, RuleVersion

__all__ = [
    "COMPLAINT",
    "Clock",
    "Complaint",
    "ComplaintLevel",
    "Macro",
    "MacroUse",
    "Owner",
    "Policy",
    "PolicyBook",
    "Promise",
    "Rule",
    "RuleRun",
    "RuleVersion",
    "Step",
]
