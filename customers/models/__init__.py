from customers.models.company import Company
from customers.models.customer import Customer, Tier
from customers.models.identity import Identity, IdentityKind
from customers.models.merge import Merge

__all__ = ["Company", "Customer", "Identity", "IdentityKind", "Merge", "Tier"]
