from automation.models.macro import Macro, MacroUse
from automation.models.rule import Rule, RuleRun, RuleVersion

__all__ = ["Macro", "MacroUse", "Rule", "RuleRun", "RuleVersion"]
