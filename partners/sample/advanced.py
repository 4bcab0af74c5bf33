"""Conjugates and viral vectors: two archetypes and their variations."""

from partners.sample.biologics import PROTEIN_TESTS
from partners.sample.specs import (
    CLINICAL,
    EARLY,
    Company,
    LineSpec,
    Paper,
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
from partners.sample.sterile import filling, vials

AAREQUELL = Company(
    name="Aarequell Conjugates",
    summary="Antibody-drug conjugates from payload to freeze-dried vial on one campus.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Visp",
            says=(
                *each_yes(
                    "svc.ds.conjugation svc.ds.small-molecule svc.fill-finish svc.clin.early", stages=CLINICAL
                ),
                *PROTEIN_TESTS,
                *each_yes("mod.hpapi mod.polymer-conjugate mod.mab con.cytotoxic svc.ana.release an.lcms"),
                yes("mod.adc", ("sc.batches-36-months", "14", "batches"), basis="done"),
                no("svc.reg.qp.eu"),
                no("op.mammalian"),
            ),
            lines=(
                LineSpec(
                    key="CONJ",
                    name="Conjugation suite",
                    says=(
                        yes("svc.ds.conjugation", ("sc.batch-kg", "0.1–5", "kg")),
                        yes("con.potent-handling", ("sc.oel-ug-m3", "0.01", "µg/m3"), basis="document"),
                        *each_yes("op.tff op.purification-chromatography"),
                    ),
                    quarters="1 1 1 1 1 1 1",
                    hazards={"haz.cytotoxic": True},
                ),
                LineSpec(
                    key="FILL-C",
                    name="Cytotoxic isolator with freeze-drying",
                    says=(
                        yes("df.inj.lyo-vial", stages=CLINICAL),
                        filling("500–20,000", ("sc.fill-volume-ml", "1–20", "mL")),
                        vials(6, 10, 20),
                        yes("op.isolator"),
                        yes("op.lyophilisation", ("sc.lyo-shelf-m2", "9", "m2")),
                    ),
                    quarters="1 1 1 1 1 1 1",
                    hazards={"haz.cytotoxic": True},
                ),
            ),
            hazards={"haz.cytotoxic": True, "haz.hpapi": True, "haz.beta-lactam": False},
            visits=(Visit("reg.swissmedic", 12, "compliant"),),
            papers=(Paper("cer.gmp-certificate", "reg.swissmedic", "Swissmedic", 12),),
        ),
    ),
)

AAREQUELL_VARIATIONS = (
    variation(
        AAREQUELL,
        "Rheinquelle Konjugate",
        "Mainz",
        "Conjugates with release for the EU.",
        silent("svc.reg.qp.eu"),
        says(yes("svc.reg.qp.eu", basis="certificate")),
        with_site(visits=(Visit("reg.ema", 14, "compliant", "Rhineland-Palatinate"),)),
    ),
    variation(
        AAREQUELL,
        "Almondell Conjugation",
        "Livingston",
        "Conjugation only; vials are filled elsewhere.",
        lambda site: with_site(lines=site.lines[:1])(site),
        with_site(visits=(Visit("reg.mhra", 18, "compliant"),), papers=()),
    ),
    variation(
        AAREQUELL,
        "Mendota Conjugates",
        "Madison",
        "Conjugates for early trials in the US.",
        with_site(visits=(Visit("reg.fda", 29, "NAI"),), papers=()),
    ),
    variation(
        AAREQUELL,
        "Lagares Bioconjugates",
        "Coimbra",
        "Conjugates; containment not yet measured.",
        silent("con.potent-handling", line="CONJ"),
        with_site(visits=(Visit("reg.ema", 11, "compliant", "INFARMED"),)),
    ),
)

PINECREST = Company(
    name="Pinecrest Vectors",
    summary="Adeno-associated and lentiviral vectors in suspension, from plasmid to small vial.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Worcester",
            says=(
                *each_yes(
                    "svc.drug-substance svc.clin.early svc.form.biologics svc.ana.release", stages=EARLY
                ),
                *each_yes("mod.vv.aav mod.vv.lenti an.empty-full an.vector-titre an.sterility an.mycoplasma"),
                yes("mod.pdna", note="Plasmids come from a partner."),
                no("op.adherent"),
                no("reg.fda"),
            ),
            lines=(
                LineSpec(
                    key="VEC-1",
                    name="Vector suite",
                    says=(
                        yes(
                            "op.suspension-transfection",
                            ("sc.bioreactor-l", "50", "L"),
                            ("sc.bioreactor-l", "200", "L"),
                            ("sc.bioreactor-l", "500", "L"),
                            ("sc.bioreactor-l", "1000", "L"),
                            ("sc.vg-per-batch", "1e15–5e16", "vg"),
                        ),
                        *each_yes("op.ultracentrifugation op.purification-chromatography op.single-use"),
                    ),
                    quarters="1 1 2 2 2 2 -",
                    observed_days=130,
                    valid_days=180,
                    hazards={"haz.bsl2": True},
                ),
                LineSpec(
                    key="FILL-V",
                    name="Vector filling",
                    says=(filling("50–1,500", ("sc.fill-volume-ml", "0.2–5", "mL")), vials(2, 6)),
                    quarters="1 1 2 2 2 2 -",
                    observed_days=130,
                    valid_days=180,
                    hazards={"haz.bsl2": True},
                ),
            ),
            hazards={"haz.bsl2": True, "haz.bsl3": False},
        ),
        SiteSpec(town="Madison", says=each_yes("svc.ana.bioassay an.potency-bioassay an.vector-titre")),
    ),
)

PINECREST_VARIATIONS = (
    variation(
        PINECREST,
        "Ibaialde Vectors",
        "Bilbao",
        "Vectors in adherent culture.",
        says(yes("op.adherent")),
        with_site(visits=(Visit("reg.ema", 13, "compliant", "AEMPS"),)),
    ),
    variation(
        PINECREST,
        "Fairlands Gene Works",
        "Stevenage",
        "Lentiviral vectors for cell therapies.",
        silent("mod.vv.aav"),
        says(*each_yes("mod.vv.retro mod.ct.autologous svc.reg.qp.uk")),
        with_site(visits=(Visit("reg.mhra", 9, "compliant"),)),
    ),
    variation(
        PINECREST,
        "Yarrabend Vectors",
        "Melbourne",
        "Vectors and mRNA for early trials.",
        says(*each_yes("mod.mrna mod.mrna-lnp op.ivt op.lnp-formulation"), yes("mod.vv.oncolytic")),
        on_line("VEC-1", observed_days=20),
        with_site(visits=(Visit("reg.tga", 16, "compliant"),)),
    ),
    variation(
        PINECREST,
        "Torreyline Vectors",
        "San Diego",
        "Adenoviral and adeno-associated vectors.",
        says(yes("mod.vv.adeno"), yes("op.adherent")),
        with_site(visits=(Visit("reg.fda", 21, "NAI"),)),
    ),
)

COMPANIES = (AAREQUELL, *AAREQUELL_VARIATIONS, PINECREST, *PINECREST_VARIATIONS)
