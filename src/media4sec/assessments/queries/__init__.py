"""What the pages of checks and of the guide need."""

from media4sec.assessments.queries.guide import Shown, activities_of, countries_of

__all__ = ["Shown", "activities_of", "countries_of"]
