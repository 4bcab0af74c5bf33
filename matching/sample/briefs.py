"""The sample briefs, each made to show something else. The sponsors and their products are fictional."""

from matching.sample.specs import BriefSpec, capacity, inspected, line, place, term, without

DS, DP, PACK, TEST, RELEASE = "drug-substance", "drug-product", "packaging", "testing", "release"

CAPSULES = BriefSpec(
    title="First-in-human capsules, 1 and 5 mg",
    sponsor="quillhaven",
    text=(
        "Hard capsules of 1 and 5 mg for a first-in-human trial in the United Kingdom, 1,500 to 3,000 "
        "of each strength in one batch, and matching placebo. The exposure limit is 2 µg/m³. HPLC and "
        "dissolution, a stability study, and certification by a Qualified Person belong to it. All of "
        "it has to be released by the end of the third quarter from now."
    ),
    steps=(DP, TEST, RELEASE),
    asks=(
        line(
            "Capsules, batches of up to 3,000 per strength",
            "df.capsule-hard",
            DP,
            ("sc.batch-units", "covers", "3,000", "capsules"),
        ),
        line(
            "Exposure limit of 2 µg/m³ handled",
            "con.potent-handling",
            DP,
            ("sc.oel-ug-m3", "at_most", "2", "µg/m3"),
        ),
        term("Matching placebo", "svc.clin.placebo", DP),
        term("HPLC", "an.hplc", TEST),
        term("Dissolution", "an.dissolution", TEST),
        term("Stability study", "svc.ana.stability", TEST),
        term("UK certification", "svc.reg.qp.uk", RELEASE, alternative="qp"),
        term("EU certification", "svc.reg.qp.eu", RELEASE, alternative="qp"),
        capacity("Three batches: two strengths and placebo", DP, 3),
        line("Micro-dosing without excipients", "op.micro-dosing", DP).wished(),
        place("Close to the trial", "geo.uk").wished(),
    ),
    stage="stg.phase1",
    modality="mod.small-molecule",
    dosage_form="df.capsule-hard",
    end_quarter=3,
    weeks={"contracting": 4, "transfer": 4, "release": 3, "shipping": 1},
)

TABLETS = BriefSpec(
    title="Second source for coated tablets, 250 kg",
    sponsor="perrinvale",
    text=(
        "Second source for a film-coated tablet made by wet granulation, 250 kg a batch, exposure limit "
        "0.4 µg/m³, containment verified. Inspected by FDA and by an EU authority. No sex hormones and no "
        "beta-lactams anywhere on the campus. Serialised packs. Process validation by the end of the sixth "
        "quarter from now."
    ),
    steps=(DP, PACK),
    asks=(
        line(
            "Film-coated tablets, 250 kg", "df.tablet.film-coated", DP, ("sc.batch-kg", "covers", "250", "kg")
        ),
        line("Wet granulation", "op.wet-granulation", DP),
        line("Film coating", "op.coating", DP),
        line(
            "Containment verified to 0.4 µg/m³",
            "con.potent-handling",
            DP,
            ("sc.oel-ug-m3", "at_most", "0.4", "µg/m3"),
            least_basis="document",
        ),
        inspected("Inspected by FDA", "reg.fda", months=48),
        inspected("Inspected by an EU authority", "reg.ema", months=36),
        without("No sex hormones on the campus", "haz.sex-hormone", "campus"),
        without("No beta-lactams on the campus", "haz.beta-lactam", "campus"),
        term("Serialisation", "svc.pack.serialisation", PACK),
        capacity("Three batches for process validation", DP, 3),
        place("In Europe", "geo.europe").wished(),
    ),
    stage="stg.commercial",
    modality="mod.small-molecule",
    dosage_form="df.tablet.film-coated",
    preset="commercial",
    end_quarter=6,
    weeks={"contracting": 10, "transfer": 26, "release": 3, "shipping": 1},
)

ANTIBODY_VIALS = BriefSpec(
    title="First-in-human freeze-dried antibody, 10R",
    sponsor="solvane",
    text=(
        "Freeze-dried monoclonal antibody in 10R vials, 5.2 mL, two batches of 5,000 for a first-in-human "
        "trial. Sites in the EU only, certified by an EU Qualified Person, on a line without cytotoxics. "
        "Released by the end of the third quarter from now."
    ),
    steps=(DP, RELEASE),
    asks=(
        line("Freeze-dried vials", "df.inj.lyo-vial", DP),
        line(
            "Shelf for 5,000 vials of 10R",
            "op.lyophilisation",
            DP,
            ("sc.lyo-shelf-m2", "at_least", "2.8", "m2"),
        ),
        line("10R vials", "cnt.vial", DP, ("sc.vial-size", "one_of", "10", "R")),
        line(
            "5,000 vials a batch",
            "op.aseptic-filling",
            DP,
            ("sc.vials-per-batch", "covers", "5,000", "vials"),
        ),
        line("5.2 mL filled", "op.aseptic-filling", DP, ("sc.fill-volume-ml", "covers", "5.2", "mL")),
        without("A line without cytotoxics", "haz.cytotoxic", "line", DP),
        term("Monoclonal antibodies", "mod.mab", DP),
        place("In the EU", "geo.eu"),
        inspected("Inspected by an EU authority", "reg.ema", months=36),
        term("EU certification", "svc.reg.qp.eu", RELEASE),
        capacity("Two batches", DP, 2),
        line("In an isolator", "op.isolator", DP).wished(),
        term("Size-exclusion chromatography", "an.sec", DP).wished(),
    ),
    stage="stg.phase1",
    modality="mod.mab",
    dosage_form="df.inj.lyo-vial",
    end_quarter=3,
    weeks={"contracting": 4, "transfer": 8, "release": 7},
)

ANTIBODY_CHAIN = BriefSpec(
    title="Phase II antibody: drug substance, vials and release",
    sponsor="solvane",
    text=(
        "Two batches of a monoclonal antibody at 2,000 L in single-use bioreactors, 8,000 vials of 6R, and "
        "certification by an EU Qualified Person. Start in the third quarter from now."
    ),
    steps=(DS, DP, RELEASE),
    asks=(
        line("2,000 L bioreactor", "op.mammalian", DS, ("sc.bioreactor-l", "one_of", "2,000", "L")),
        line("Single-use", "op.single-use", DS),
        term("Monoclonal antibodies", "mod.mab", DS),
        capacity("Two batches of drug substance", DS, 2),
        line(
            "8,000 vials a batch",
            "op.aseptic-filling",
            DP,
            ("sc.vials-per-batch", "covers", "8,000", "vials"),
        ),
        line("6R vials", "cnt.vial", DP, ("sc.vial-size", "one_of", "6", "R")),
        capacity("One batch of vials", DP, 1),
        term("EU certification", "svc.reg.qp.eu", RELEASE),
        line("In an isolator", "op.isolator", DP).wished(),
    ),
    stage="stg.phase2",
    modality="mod.mab",
    dosage_form="df.inj.solution",
    start_quarter=3,
    end_quarter=6,
    weeks={"contracting": 8, "transfer": 16, "release": 7},
)

SYRINGES = BriefSpec(
    title="Biosimilar syringes, 3.5 million a year",
    sponsor="solvane",
    text=(
        "Commercial pre-filled syringes of 1 mL for a biosimilar, 3.5 million a year, 200 a minute or more, "
        "at a site that already makes syringes for the market, with EU certification. Two validation batches "
        "by the end of the sixth quarter from now."
    ),
    steps=(DP, RELEASE),
    asks=(
        line("1 mL syringes", "cnt.pfs", DP, ("sc.syringe-size-ml", "one_of", "1", "mL")),
        line("200 a minute", "cnt.pfs", DP, ("sc.rate-units-hour", "at_least", "200", "syringes/min")),
        line("3.5 million a year", "df.inj.solution", DP, ("sc.annual-units", "at_least", "3.5", "M/year")),
        term(
            "Syringes made for the market",
            "svc.commercial",
            DP,
            number=("sc.approved-products", "at_least", "1", "products"),
        ),
        term("Biosimilars", "mod.biosimilar", DP),
        inspected("Inspected by an EU authority", "reg.ema", months=36),
        term("EU certification", "svc.reg.qp.eu", RELEASE),
        capacity("Two validation batches", DP, 2),
        term("Autoinjector assembly", "svc.pack.device-assembly", DP).wished(),
    ),
    stage="stg.commercial",
    modality="mod.biosimilar",
    dosage_form="df.inj.solution",
    preset="commercial",
    end_quarter=6,
    weeks={"contracting": 10, "transfer": 26, "release": 8},
)

POTENT_STEP = BriefSpec(
    title="Potent step with azide and hydrogenation",
    sponsor="perrinvale",
    text=(
        "One step of a highly potent active: azide chemistry and hydrogenation at 20 bar in 20 L or "
        "more, 20 kg, exposure limit 3 µg/m³, all in one suite. In the EU or Switzerland, inspected by an EU "
        "authority within 36 months."
    ),
    steps=(DS,),
    asks=(
        line("Azide chemistry", "op.azide-chemistry", DS),
        line("Hydrogenation at 20 bar", "op.hydrogenation", DS, ("sc.pressure-bar", "at_least", "20", "bar")),
        line("in 20 L or more", "op.hydrogenation", DS, ("sc.reactor-l", "at_least", "20", "L")),
        line("20 kg a batch", "op.batch-synthesis", DS, ("sc.batch-kg", "covers", "20", "kg")),
        line(
            "Exposure limit of 3 µg/m³ handled",
            "con.potent-handling",
            DS,
            ("sc.oel-ug-m3", "at_most", "3", "µg/m3"),
        ),
        place("In the EU or Switzerland", "geo.eu", "geo.switzerland"),
        inspected("Inspected by an EU authority within 36 months", "reg.ema", months=36),
        capacity("Thirty reactor-days", DS, 30, "reactor-days"),
        term("Solid-form analysis", "an.xrpd", DS).wished(),
    ),
    stage="stg.phase3",
    modality="mod.hpapi",
    preset="late",
    end_quarter=5,
    weeks={"contracting": 8, "transfer": 12},
)

LONG_LIST = BriefSpec(
    title="Long list for film-coated tablets",
    sponsor="quillhaven",
    text=(
        "We are looking for a partner for film-coated tablets, from a Phase III to supply, and would like to "
        "compare who there is. It should lie in Europe and have been inspected by FDA within the last two "
        "years; serialised packs and verified containment would be good."
    ),
    steps=(DP,),
    asks=(
        line("Film-coated tablets", "df.tablet.film-coated", DP),
        inspected("Inspected by an EU authority or FDA", "reg.ema", "reg.fda"),
        inspected("Inspected by FDA within two years", "reg.fda", months=24).wished(),
        term("Serialisation", "svc.pack.serialisation").wished(),
        term("High-containment handling", "con.potent-handling").wished(),
        place("In Europe", "geo.europe").wished(),
    ),
    stage="stg.phase3",
    modality="mod.small-molecule",
    dosage_form="df.tablet.film-coated",
    preset="late",
)

BRIEFS = (CAPSULES, LONG_LIST, TABLETS, ANTIBODY_VIALS, ANTIBODY_CHAIN, SYRINGES, POTENT_STEP)
