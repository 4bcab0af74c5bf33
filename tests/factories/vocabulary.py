import factory
from factory.django import DjangoModelFactory

from partners.models import Facet, Term


class FacetFactory(DjangoModelFactory[Facet]):
    class Meta:
        model = Facet
        django_get_or_create = ("code",)

    code = "unit_operation"
    label = factory.LazyAttribute(lambda facet: facet.code.replace("_", " ").capitalize())


class TermFactory(DjangoModelFactory[Term]):
    """A term by its code; asking for a code that stands already gives that term."""

    class Meta:
        model = Term
        django_get_or_create = ("code",)

    class Params:
        measure = factory.Trait(facet=factory.SubFactory(FacetFactory, code="scale"), base_unit="L")
        hazard = factory.Trait(facet=factory.SubFactory(FacetFactory, code="hazard"))

    code = factory.Sequence(lambda n: f"op.operation-{n}")
    facet = factory.SubFactory(FacetFactory)
    label = factory.LazyAttribute(lambda term: term.code.split(".", 1)[-1].replace("-", " ").capitalize())
    bit = factory.Sequence(lambda n: 100_000 + n)
