from automation.models.clock import Clock
from automation.models.macro import Macro, MacroUse
from automation.models.policy import Policy, PolicyBook, Promise, Step
from automation.models.rule import Rule, RuleRun, RuleVersion

__all__ = [
    "Clock",
    "Macro",
    "MacroUse",
    "Policy",
    "PolicyBook",
    "Promise",
    "Rule",
    "RuleRun",
    "RuleVersion",
    "Step",
]
