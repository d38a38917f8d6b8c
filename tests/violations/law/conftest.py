from hypothesis import settings

settings.register_profile("law", deadline=None)  # the first example reads the data: none is a timed assertion
settings.load_profile("law")
