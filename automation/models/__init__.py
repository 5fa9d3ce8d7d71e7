from automation.models.macro import Macro, MacroUse

__all__ = ["Macro", "MacroUse"]
