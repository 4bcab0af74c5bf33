"""Oral solids in Europe, early and potent: two archetypes and their variations."""

from partners.sample.specs import (
    ALL,
    CLINICAL,
    EARLY,
    LATE,
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


def oel(text: str, basis: str = "document") -> Says:
    """The lowest exposure limit handled; shown in a containment report unless only claimed."""
    return yes("con.potent-handling", ("sc.oel-ug-m3", text, "µg/m3"), basis=basis)


_CAPSULE_LINE = LineSpec(
    key="CAP-1",
    name="CAP-1 micro-dosing capsules",
    says=(
        yes("df.capsule-hard", ("sc.batch-units", "100–25,000", "capsules"), stages=EARLY),
        yes("op.micro-dosing", ("sc.dose-mg", "0.1–50", "mg"), ("sc.batch-units", "100–25,000", "capsules")),
        yes("op.encapsulation"),
        oel("1"),
    ),
    quarters="4 8 10 - - - -",
    lead_weeks=9,
    hazards={"haz.cytotoxic": True, "haz.beta-lactam": False},
    days_per_batch=4,
    smallest_campaign=1,
    audience="sponsors",
)

_SMALL_TABLETS = LineSpec(
    key="TAB-1",
    name="TAB-1 small tablets",
    says=(
        yes("df.tablet.film-coated", ("sc.batch-kg", "0.5–20", "kg"), stages=CLINICAL),
        *each_yes("op.tableting op.wet-granulation op.dry-granulation op.aqueous-coating"),
        oel("10", "claimed"),
        no("df.capsule-hard"),
    ),
    quarters="3 3 5 5 - - -",
    lead_weeks=10,
    hazards={"haz.cytotoxic": False},
)

LARKFEN = Company(
    name="Larkfen Dosage",
    summary="Early-phase oral solids: powder in capsule, small tablet batches, stability and release.",
    is_archetype=True,
    feed="live",
    sites=(
        SiteSpec(
            town="Nottingham",
            code="NOTT",
            says=(
                *each_yes("svc.formulation svc.clin.early svc.form.phase-appropriate", stages=EARLY),
                *each_yes("svc.clin.placebo svc.ana.stability svc.ana.release svc.ana.method-dev"),
                *each_yes("an.hplc an.dissolution an.kf an.stab.long-term an.stab.accelerated"),
                yes("mod.small-molecule", ("sc.batches-36-months", "64", "batches"), basis="done"),
                yes("svc.reg.qp.uk", basis="certificate"),
                no("svc.reg.qp.eu"),
                no("reg.fda"),
            ),
            lines=(
                _CAPSULE_LINE,
                _SMALL_TABLETS,
                LineSpec(
                    key="SD-1",
                    name="SD-1 spray dryer",
                    says=(yes("op.spray-drying", ("sc.batch-kg", "0.05–5", "kg"), stages=EARLY), oel("10")),
                    quarters="6 6 6 6 - - -",
                ),
            ),
            hazards={"haz.sex-hormone": False, "haz.penicillin": False, "haz.hpapi": True},
            visits=(Visit("reg.mhra", 14, "compliant"),),
            papers=(Paper("cer.mia-imp", "reg.mhra"), Paper("cer.gmp-certificate", "reg.mhra", "MHRA", 14)),
        ),
        SiteSpec(
            town="Loughborough",
            says=each_yes(
                "svc.pack.clinical svc.logistics svc.clin.comparator svc.form.tox-supply "
                "svc.reg.importation.uk st.ambient st.refrigerated"
            ),
            papers=(Paper("cer.gdp", "reg.mhra", expires_months=20),),
        ),
    ),
)

LARKFEN_VARIATIONS = (
    variation(
        LARKFEN,
        "Fernlow Capsules",
        "Loughborough",
        "First-in-human capsules and their analysis.",
        silent("svc.clin.placebo"),
    ),
    variation(
        LARKFEN,
        "Ashcombe Dosing",
        "Dundee",
        "Micro-dosed capsules for moderately potent compounds.",
        says(oel("10"), line="CAP-1"),
    ),
    variation(
        LARKFEN,
        "Tolmere Forms",
        "Galway",
        "Small capsules on one line, potent tablets on another.",
        says(oel("10"), line="CAP-1"),
        says(oel("0.5"), line="TAB-1"),
        says(yes("svc.reg.qp.eu", basis="certificate")),
    ),
    variation(
        LARKFEN,
        "Wexcombe Clinical",
        "Belfast",
        "Capsules for early trials; booked for the coming year.",
        on_line("CAP-1", quarters="0 0 0 0 2 4 4"),
    ),
    variation(
        LARKFEN,
        "Halvenby Pharma Services",
        "Aarhus",
        "Nordic early-phase capsules with stability in every zone.",
        silent("svc.reg.qp.eu"),
        silent("svc.reg.qp.uk"),
        says(yes("an.stab.zone-ivb")),
    ),
    variation(
        LARKFEN,
        "Penhallow Micro",
        "Swansea",
        "Very small capsule runs, up to twelve hundred.",
        says(yes("df.capsule-hard", ("sc.batch-units", "50–1,200", "capsules"), stages=EARLY), line="CAP-1"),
    ),
)

BRISAMAR = Company(
    name="Brisamar Formas",
    summary="Potent oral solids from late development to market, granulated, compressed and coated.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Zaragoza",
            says=(
                *each_yes("svc.commercial svc.com.process-validation svc.com.tech-transfer", stages=LATE),
                *each_yes("svc.clin.late svc.clin.placebo svc.ana.release svc.ana.stability", stages=ALL),
                *each_yes("an.hplc an.dissolution svc.pack.primary cnt.blister.alu-alu cnt.bottle.hdpe"),
                *each_yes("svc.pack.ser.eu svc.pack.ser.us svc.com.second-source"),
                yes("svc.reg.qp.eu", basis="certificate"),
                yes(
                    "mod.small-molecule",
                    ("sc.batches-36-months", "210", "batches"),
                    ("sc.ppq-campaigns", "4", "campaigns"),
                    basis="done",
                ),
                no("op.solvent-coating"),
            ),
            lines=(
                LineSpec(
                    key="OSD-H",
                    name="OSD-H contained train",
                    says=(
                        yes(
                            "df.tablet.film-coated",
                            ("sc.batch-kg", "60–400", "kg"),
                            ("sc.batch-units", "0.2–2.5 M", "tablets"),
                            stages=LATE,
                        ),
                        yes("df.capsule-hard", ("sc.batch-units", "0.2–2.5 M", "capsules"), stages=LATE),
                        yes("op.wet-granulation", ("sc.granulator-l", "600", "L")),
                        *each_yes("op.fluid-bed op.tableting op.encapsulation"),
                        yes("op.aqueous-coating", ("sc.oel-ug-m3", "0.3", "µg/m3"), basis="document"),
                        oel("0.1"),
                        no("op.solvent-coating"),
                    ),
                    quarters="2 4 6 8 8 8 8",
                    lead_weeks=26,
                    days_per_batch=6,
                    smallest_campaign=2,
                ),
            ),
            campus_hazards={"haz.sex-hormone": False, "haz.beta-lactam": False},
            hazards={"haz.hpapi": True, "haz.cytotoxic": False},
            visits=(
                Visit("reg.ema", 10, "compliant", "AEMPS"),
                Visit("reg.fda", 22, "VAI", is_published=True),
            ),
            papers=(
                Paper("cer.gmp-certificate", "reg.ema", "AEMPS", 10),
                Paper("cer.mia", "reg.ema", "AEMPS"),
            ),
        ),
        SiteSpec(
            town="Coimbra",
            says=each_yes("svc.pack.secondary svc.pack.ser.eu svc.pack.aggregation svc.logistics st.ambient"),
            visits=(Visit("reg.ema", 18, "compliant", "INFARMED"),),
        ),
    ),
)

BRISAMAR_VARIATIONS = (
    variation(
        BRISAMAR,
        "Montaraz Solids",
        "Valladolid",
        "Coated tablets of potent compounds.",
        says(oel("0.1", "claimed"), line="OSD-H"),
    ),
    variation(
        BRISAMAR,
        "Lusivar Comprimidos",
        "Porto",
        "Coated tablets, containment measured down to one microgram.",
        says(oel("1.0"), line="OSD-H"),
    ),
    variation(
        BRISAMAR,
        "Tessaro Solidi",
        "Bergamo",
        "A wet-granulation train and a small potent suite side by side.",
        says(oel("1"), line="OSD-H"),
        lambda site: with_site(
            lines=(
                *site.lines,
                LineSpec(
                    key="POT-2",
                    name="POT-2 potent suite",
                    says=(
                        yes("df.granules", ("sc.batch-kg", "1–400", "kg")),
                        *each_yes("op.dry-granulation"),
                        oel("0.1"),
                        no("df.tablet"),
                        no("df.capsule-hard"),
                        no("op.wet-granulation"),
                        no("op.coating"),
                    ),
                    quarters="6 6 6 6 6 6 6",
                ),
            )
        )(site),
    ),
    variation(
        BRISAMAR,
        "Moravil Tablety",
        "Brno",
        "Coated tablets on a campus that also makes penicillins.",
        with_site(campus_hazards={"haz.sex-hormone": False}, hazards={"haz.penicillin": True}),
    ),
    variation(
        BRISAMAR,
        "Kestrova Farma",
        "Ljubljana",
        "Coated tablets for Europe.",
        with_site(visits=(Visit("reg.ema", 16, "compliant", "JAZMP"),)),
    ),
    variation(
        BRISAMAR,
        "Hajdan Solid Forms",
        "Debrecen",
        "Granulation, compression and coating in one contained building.",
        silent("svc.pack.ser.eu"),
        silent("svc.pack.ser.us"),
    ),
)

COMPANIES = (
    LARKFEN,
    *LARKFEN_VARIATIONS,
    BRISAMAR,
    *BRISAMAR_VARIATIONS,
)
