from automation.models.clock import COMPLAINT, Clock
from automation.models.complaint import Complaint, ComplaintLevel, Owner
from automation.models.macro import Macro, MacroUse
from automation.models.policy import Policy, PolicyBook, Promise, Step
from automation.models.routing import Ability, Mode, RoutingPlan, RoutingTurn
from automation.models.rule import Rule, RuleRun, RuleVersion

__all__ = [
    "COMPLAINT",
    "Ability",
    "Clock",
    "Complaint",
    "ComplaintLevel",
    "Macro",
    "MacroUse",
    "Mode",
    "Owner",
    "Policy",
    "PolicyBook",
    "Promise",
    "RoutingPlan",
    "RoutingTurn",
    "Rule",
    "RuleRun",
    "RuleVersion",
    "Step",
]
