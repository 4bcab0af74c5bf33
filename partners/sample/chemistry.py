"""Active substances: chemistry, highly potent compounds, peptides and oligonucleotides."""

from dataclasses import replace

from partners.sample.specs import (
    ALL,
    CLINICAL,
    Company,
    LineSpec,
    Paper,
    Says,
    SiteSpec,
    Visit,
    each_yes,
    no,
    on_line,
    says,
    silent,
    variation,
    with_site,
    yes,
)


def hydrogenation(pressure: str, volume: str) -> Says:
    return yes("op.hydrogenation", ("sc.pressure-bar", pressure, "bar"), ("sc.reactor-l", volume, "L"))


_SUITE = LineSpec(
    key="SUITE-H",
    name="Suite H for potent compounds",
    says=(
        yes("op.batch-synthesis", ("sc.batch-kg", "0.5–25", "kg"), stages=ALL),
        yes("con.potent-handling", ("sc.oel-ug-m3", "1", "µg/m3"), basis="document"),
        hydrogenation("1–60", "5–50"),
        *each_yes("op.azide-chemistry op.hastelloy op.crystallisation"),
    ),
    quarters="20 40 45 60 60 70 70",
    unit="reactor-days",
    smallest_campaign=10,
    observed_days=25,
    valid_days=60,
)

BASALTINE = Company(
    name="Basaltine Synthese",
    summary="Active substances and highly potent compounds, with hydrogenation and azide chemistry.",
    is_archetype=True,
    feed="failing",
    sites=(
        SiteSpec(
            town="Frankfurt-Höchst",
            code="HOECHST",
            says=(
                *each_yes("svc.ds.small-molecule svc.ds.process-chemistry svc.commercial", stages=ALL),
                *each_yes("an.hplc an.gc an.nmr an.xrpd an.elemental svc.ana.release svc.reg.dmf"),
                yes("mod.hpapi", ("sc.batches-36-months", "17", "batches"), basis="done"),
                *each_yes("mod.sm.protac svc.reg.qp-declaration"),
                *each_yes("op.flow-chemistry op.cryogenic cer.cep"),
                yes("mod.small-molecule", ("sc.batches-36-months", "88", "batches"), basis="done"),
            ),
            lines=(
                LineSpec(
                    key="MAIN",
                    name="Main plant",
                    says=(
                        yes(
                            "op.batch-synthesis",
                            ("sc.batch-kg", "5–500", "kg"),
                            ("sc.reactor-l", "100–6,300", "L"),
                            ("sc.temperature-c", "−90…200", "°C"),
                            stages=ALL,
                        ),
                        hydrogenation("1–10", "100–1,600"),
                        *each_yes("op.glass-lined op.hastelloy op.azide-chemistry"),
                    ),
                    quarters="60 90 120 120 150 150 150",
                    unit="reactor-days",
                    observed_days=25,
                    valid_days=60,
                ),
                _SUITE,
            ),
            hazards={"haz.hpapi": True, "haz.beta-lactam": False, "haz.sex-hormone": False},
            visits=(
                Visit("reg.fda", 26, "NAI", is_published=True),
                Visit("reg.ema", 40, "compliant", "Darmstadt"),
            ),
            papers=(
                Paper("cer.gmp-certificate", "reg.ema", "Darmstadt", 40),
                Paper("cer.iso-14001", expires_months=9),
            ),
        ),
        SiteSpec(
            town="Jena",
            says=each_yes("svc.form.solid-state an.xrpd an.thermal an.nitrosamine svc.ana.method-val"),
        ),
    ),
)

# The feed and its age are Basaltine's own story; the variations report by form.
_BASE = replace(
    BASALTINE,
    sites=tuple(
        replace(site, lines=tuple(replace(line, observed_days=12, valid_days=45) for line in site.lines))
        for site in BASALTINE.sites
    ),
)


def _visited(months: int | None, name: str, authority: str = "reg.ema") -> tuple[Visit, ...]:
    return (Visit("reg.fda", 26, "NAI", is_published=True), Visit(authority, months, "compliant", name))


BASALTINE_VARIATIONS = (
    variation(
        _BASE,
        "Dachsberg Chemie",
        "Krems",
        "Potent active substances, inspected last year.",
        with_site(visits=_visited(12, "AGES"), papers=(Paper("cer.gmp-certificate", "reg.ema", "AGES", 12),)),
    ),
    variation(
        _BASE,
        "Tarrasint Quimica",
        "Tarragona",
        "Potent active substances on the coast.",
        with_site(visits=_visited(None, "AEMPS"), papers=()),
    ),
    variation(
        _BASE,
        "Ergolzer Chemie",
        "Liestal",
        "Potent active substances; hydrogenation at low pressure.",
        says(hydrogenation("1–5", "5–50"), line="SUITE-H"),
        with_site(visits=_visited(15, "AIFA"), papers=()),
    ),
    variation(
        _BASE,
        "Agognara Sintesi",
        "Novara",
        "Azides in the main plant, pressure in the potent suite.",
        says(no("op.azide-chemistry"), line="SUITE-H"),
        with_site(visits=_visited(17, "AIFA"), papers=()),
    ),
    variation(
        _BASE,
        "Golcondra Actives",
        "Hyderabad",
        "Active substances from India.",
        with_site(visits=(*_visited(20, "AIFA"), Visit("reg.cdsco", 5, "compliant")), papers=()),
    ),
    variation(
        _BASE,
        "Belledonne Synthese",
        "Grenoble",
        "Potent active substances without azides.",
        says(no("op.azide-chemistry"), line="SUITE-H"),
        says(no("op.azide-chemistry"), line="MAIN"),
        with_site(visits=_visited(9, "ANSM"), papers=()),
    ),
)

PEPTIDES = Company(
    name="Sambrevaux Peptides",
    summary="Peptides and oligonucleotides from grams to tens of kilograms.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Namur",
            says=(
                *each_yes(
                    "svc.drug-substance svc.ds.process-chemistry svc.clin.early svc.commercial", stages=ALL
                ),
                *each_yes(
                    "mod.peptide mod.peptide.lipidated mod.oligonucleotide an.hplc an.lcms svc.reg.dmf"
                ),
            ),
            lines=(
                LineSpec(
                    key="PEP",
                    name="Peptide synthesis",
                    says=(
                        yes("op.spps", ("sc.batch-kg", "0.01–50", "kg"), stages=ALL),
                        *each_yes("op.lpps op.purification-chromatography"),
                    ),
                    quarters="1 1 2 2 2 2 2",
                ),
                LineSpec(
                    key="OLIGO",
                    name="Oligonucleotide synthesis",
                    says=(yes("op.oligo-synthesis", ("sc.oligo-mol", "1–900", "mmol"), stages=ALL),),
                    quarters="1 1 1 2 2 2 2",
                ),
            ),
            visits=(
                Visit("reg.ema", 17, "compliant", "FAMHP"),
                Visit("reg.fda", 23, "NAI", is_published=True),
            ),
        ),
    ),
)

PEPTIDE_VARIATIONS = (
    variation(
        PEPTIDES,
        "Chautaqua Oligo",
        "Boulder",
        "Oligonucleotides only.",
        says(no("op.spps"), line="PEP"),
        silent("mod.peptide"),
        silent("mod.peptide.lipidated"),
        with_site(visits=(Visit("reg.fda", 8, "NAI", is_published=True),)),
    ),
    variation(
        PEPTIDES,
        "Ivrea Beta Chimica",
        "Pavia",
        "Beta-lactam intermediates and actives in closed buildings.",
        silent("mod.peptide"),
        silent("mod.oligonucleotide"),
        says(
            *each_yes("mod.sm.beta-lactam svc.ds.small-molecule con.beta-lactam-segregated", stages=CLINICAL)
        ),
        on_line("PEP", hazards={"haz.cephalosporin": True}),
        with_site(hazards={"haz.cephalosporin": True, "haz.penicillin": False}),
    ),
)

COMPANIES = (BASALTINE, *BASALTINE_VARIATIONS, PEPTIDES, *PEPTIDE_VARIATIONS)
