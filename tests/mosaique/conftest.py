from hypothesis import settings

settings.register_profile("calme", deadline=None, max_examples=60)
settings.load_profile("calme")
