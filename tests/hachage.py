from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Leger(Argon2PasswordHasher):
    """Argon2 at its lowest cost: a tenth of a second for each person of each test would be a third of the suite."""

    time_cost = 1
    memory_cost = 8  # kibibytes
    parallelism = 1
