"""Oral solids and inhalation: four archetypes and their variations."""

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

VINDHYA = Company(
    name="Vindhya Formulations",
    summary="High-volume tablets for every large market, with a contained block of its own.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Indore",
            says=(
                *each_yes("svc.commercial svc.com.process-validation svc.com.tech-transfer", stages=LATE),
                *each_yes("svc.formulation svc.ana.release svc.ana.stability an.hplc an.dissolution"),
                *each_yes("an.stab.zone-ivb svc.pack.primary cnt.blister.pvc cnt.blister.alu-alu"),
                *each_yes("svc.pack.ser.eu svc.pack.ser.us svc.clin.late svc.clin.over-encapsulation"),
                yes(
                    "mod.small-molecule",
                    ("sc.batches-36-months", "1,900", "batches"),
                    ("sc.ppq-campaigns", "11", "campaigns"),
                    basis="done",
                ),
            ),
            lines=(
                LineSpec(
                    key="H-BLOCK",
                    name="H-block contained train",
                    building="H-block",
                    says=(
                        yes("df.tablet.film-coated", ("sc.batch-kg", "100–500", "kg"), stages=LATE),
                        *each_yes("op.wet-granulation op.fluid-bed op.tableting op.aqueous-coating"),
                        oel("0.3"),
                        no("df.capsule-hard"),
                    ),
                    quarters="10 10 12 12 14 14 14",
                    lead_weeks=16,
                ),
                LineSpec(
                    key="M-BLOCK",
                    name="M-block volume train",
                    building="M-block",
                    says=(
                        yes("df.tablet.film-coated", ("sc.batch-kg", "200–1,200", "kg"), stages=LATE),
                        *each_yes("op.wet-granulation op.direct-compression op.tableting op.aqueous-coating"),
                        oel("10"),
                        no("df.capsule-hard"),
                    ),
                    quarters="30 30 40 40 40 40 40",
                    lead_weeks=12,
                ),
            ),
            campus_hazards={"haz.beta-lactam": False},
            building_hazards={
                ("Building 4", "haz.sex-hormone"): True,
                ("H-block", "haz.sex-hormone"): False,
                ("M-block", "haz.sex-hormone"): False,
            },
            visits=(
                Visit("reg.fda", 9, "NAI", is_published=True),
                Visit("reg.ema", 30, "compliant", "Malta Medicines Authority"),
                Visit("reg.anvisa", 15, "compliant"),
                Visit("reg.cdsco", 6, "compliant"),
            ),
            papers=(Paper("cer.gmp-certificate", "reg.ema", "Malta Medicines Authority", 30),),
        ),
        SiteSpec(
            town="Goa",
            says=each_yes(
                "svc.form.bioavailability svc.form.preformulation svc.form.modified-release "
                "svc.com.scale-up op.hme op.nano-milling op.wurster df.multiparticulate svc.ana.el"
            ),
            visits=(Visit("reg.cdsco", 11, "compliant"),),
        ),
    ),
)

VINDHYA_VARIATIONS = (
    variation(
        VINDHYA,
        "Sabarma Tablets",
        "Ahmedabad",
        "Volume tablets; hormones in the contained block.",
        with_site(
            building_hazards={
                ("H-block", "haz.sex-hormone"): True,
                ("M-block", "haz.sex-hormone"): False,
            }
        ),
    ),
    variation(
        VINDHYA,
        "Meghnar Pharma Works",
        "Dhaka",
        "Volume tablets for Asia and Africa.",
        says(no("reg.fda")),
        with_site(visits=(Visit("reg.ema", 44, "compliant", "AGES"),)),
    ),
    variation(
        VINDHYA,
        "Wadisal Oral Solids",
        "Amman",
        "Tablets for the Gulf and Europe.",
        says(oel("5"), line="H-BLOCK"),
    ),
    variation(
        VINDHYA,
        "Tepuara Comprimidos",
        "Campinas",
        "Tablets for Latin America.",
        says(no("svc.pack.ser.eu"), no("svc.pack.ser.us"), no("svc.pack.serialisation")),
    ),
    variation(
        VINDHYA,
        "Highgrove Forms",
        "Pretoria",
        "Tablets for southern Africa, with an export licence.",
        with_site(visits=(Visit("reg.pics", 12, "compliant", "SAHPRA"),), papers=()),
    ),
)

SKERROW = Company(
    name="Skerrow Inhaled",
    summary="Inhalation products from jet mill to filled device, dry powder and pressurised.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Leicester",
            says=(
                *each_yes("svc.formulation svc.clin.early svc.clin.late svc.commercial", stages=ALL),
                *each_yes("an.apsd an.inhaler-dus an.hplc an.particle svc.ana.release svc.ana.stability"),
                yes("mod.small-molecule", ("sc.batches-36-months", "38", "batches"), basis="done"),
                *each_yes("mod.inhaled-biologic cnt.inhaler-device svc.pack.device-assembly svc.reg.qp.uk"),
            ),
            lines=(
                LineSpec(
                    key="DPI-1",
                    name="DPI-1 inhalation capsules",
                    says=(
                        yes("df.inh.dpi", ("sc.batch-units", "5,000–1,000,000", "capsules"), stages=ALL),
                        yes("op.dpi-capsule-filling", ("sc.batch-units", "5,000–1,000,000", "capsules")),
                        oel("5", "claimed"),
                    ),
                    quarters="2 2 2 2 2 2 2",
                ),
                LineSpec(
                    key="MDI-1",
                    name="MDI-1 pressurised cans",
                    says=(
                        yes("df.inh.mdi", ("sc.batch-units", "2,000–100,000", "cans"), stages=ALL),
                        yes("op.pmdi-filling", ("sc.batch-units", "2,000–100,000", "cans")),
                    ),
                    quarters="2 2 2 2 2 2 2",
                ),
                LineSpec(
                    key="MILL-1",
                    name="MILL-1 jet mill",
                    says=(yes("op.micronisation", ("sc.batch-kg", "0.2–20", "kg")), oel("5", "claimed")),
                    quarters="2 2 2 2 2 2 2",
                ),
            ),
            visits=(Visit("reg.fda", 31, "VAI", is_published=True), Visit("reg.mhra", 20, "compliant")),
            papers=(Paper("cer.mia-imp", "reg.mhra"), Paper("cer.iso-13485", expires_months=14)),
        ),
    ),
)

SKERROW_VARIATIONS = (
    variation(
        SKERROW,
        "Parmelia Inalatori",
        "Parma",
        "Pressurised inhalers with low-warming propellants.",
        says(yes("op.low-gwp-propellant"), line="MDI-1"),
    ),
    variation(
        SKERROW,
        "Saimara Inhalation",
        "Kuopio",
        "Dry powders only.",
        says(no("df.inh.mdi"), no("op.pmdi-filling"), line="MDI-1"),
    ),
    variation(
        SKERROW,
        "Pampero Respira",
        "Rosario",
        "Inhalers and nasal sprays for Latin America.",
        says(*each_yes("df.inh.nasal-spray df.inh.nebuliser-solution")),
        with_site(visits=(Visit("reg.anvisa", 19, "compliant"),), papers=()),
    ),
    variation(
        SKERROW,
        "Tasmar Breath",
        "Melbourne",
        "Inhaled products for early trials.",
        on_line("DPI-1", quarters="- - - - - - -"),
        with_site(visits=(Visit("reg.tga", 9, "compliant"),), papers=()),
    ),
)

COMPANIES = (
    LARKFEN,
    *LARKFEN_VARIATIONS,
    BRISAMAR,
    *BRISAMAR_VARIATIONS,
    VINDHYA,
    *VINDHYA_VARIATIONS,
    SKERROW,
    *SKERROW_VARIATIONS,
)
