"""Vials, liquid and freeze-dried: two archetypes and their variations."""

from partners.sample.specs import (
    ALL,
    CLINICAL,
    LATE,
    Company,
    LineSpec,
    Number,
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
    without_line,
    yes,
)


def vials(*sizes: int) -> Says:
    """Vials by their ISO sizes: a set, never a span."""
    return yes("cnt.vial", *(("sc.vial-size", str(size), "R") for size in sizes))


def filling(batch: str, *more: Number) -> Says:
    return yes("op.aseptic-filling", ("sc.vials-per-batch", batch, "vials"), *more)


def freeze_dryer(shelf: str) -> Says:
    return yes("op.lyophilisation", ("sc.lyo-shelf-m2", shelf, "m2"))


STERILE_TESTS = each_yes(
    "an.sterility an.endotoxin an.subvisible an.hplc op.ccit svc.ana.release svc.ana.micro"
)

ELLSWORTH = Company(
    name="Ellsworth Sterile",
    summary="Vials on a robotic isolator for trials and on a fast isolator for the market.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Lancaster",
            says=(
                *each_yes(
                    "svc.fill-finish svc.clin.early svc.commercial svc.com.process-validation", stages=ALL
                ),
                *STERILE_TESTS,
                *each_yes("mod.mab mod.small-molecule mod.recombinant-protein mod.peptide"),
                *each_yes("svc.pack.ser.us svc.pack.secondary st.refrigerated"),
                no("svc.reg.qp"),
                no("op.mammalian"),
            ),
            lines=(
                LineSpec(
                    key="V1",
                    name="V1 robotic isolator",
                    says=(
                        yes("df.inj.solution", stages=CLINICAL),
                        *each_yes("op.isolator op.robotic-filling"),
                        filling("100–5,000", ("sc.fill-volume-ml", "0.2–20", "mL")),
                        vials(2, 6, 10, 20),
                        no("op.lyophilisation"),
                    ),
                    quarters="0 1 2 3 3 3 3",
                    hazards={"haz.cytotoxic": False},
                ),
                LineSpec(
                    key="V2",
                    name="V2 isolator with freeze-drying",
                    says=(
                        yes("df.inj.lyo-vial", stages=LATE),
                        yes("op.isolator", ("sc.rate-units-hour", "200", "units/min")),
                        filling("5,000–120,000", ("sc.fill-volume-ml", "0.5–50", "mL")),
                        vials(2, 6, 10, 20, 30, 50),
                        freeze_dryer("2 × 20"),
                    ),
                    quarters="0 0x 0 1h 2 3 3",
                    hazards={"haz.cytotoxic": False},
                ),
            ),
            visits=(Visit("reg.fda", 11, "NAI", is_published=True),),
            papers=(Paper("cer.iso-9001", expires_months=16),),
        ),
    ),
)

ELLSWORTH_VARIATIONS = (
    variation(
        ELLSWORTH,
        "Tarheel Vialworks",
        "Greenville",
        "Liquid vials for trials.",
        without_line("V2"),
    ),
    variation(
        ELLSWORTH,
        "Coquilla Aseptic",
        "Ponce",
        "Vials for the US from Puerto Rico.",
        on_line("V1", quarters="2 2 2 2 2 2 2"),
    ),
    variation(
        ELLSWORTH,
        "Suwannee Injectables",
        "Gainesville",
        "Vials; under correction after its last inspection.",
        with_site(visits=(Visit("reg.fda", 7, "OAI", is_published=True), Visit("reg.fda", 34, "NAI"))),
    ),
    variation(
        ELLSWORTH,
        "Escarpment Sterile",
        "Hamilton",
        "Vials for North America with Canadian release.",
        with_site(visits=(Visit("reg.health-canada", 10, "compliant"), Visit("reg.fda", 28, "VAI"))),
        silent("svc.reg.qp"),
    ),
)

CLOONMORE = Company(
    name="Cloonmore Biologics",
    summary="Clinical lyophilised biologics in an isolator, with release by its own Qualified Persons.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Waterford",
            says=(
                *each_yes("svc.fill-finish svc.clin.early svc.clin.late svc.form.biologics", stages=CLINICAL),
                *STERILE_TESTS,
                *each_yes("an.sec an.ce st.frozen-20 st.frozen-70 st.refrigerated svc.pack.clinical"),
                yes("mod.mab", ("sc.batches-36-months", "27", "batches"), basis="done"),
                *each_yes("mod.recombinant-protein mod.fusion-protein"),
                yes("svc.reg.qp.eu", ("sc.release-weeks", "7", "weeks"), basis="certificate"),
                no("reg.fda"),
                no("op.mammalian"),
            ),
            lines=(
                LineSpec(
                    key="C1",
                    name="C1 isolator with freeze-drying",
                    says=(
                        yes("df.inj.lyo-vial", stages=CLINICAL),
                        yes("df.inj.solution", stages=CLINICAL),
                        yes("op.isolator"),
                        filling("500–15,000", ("sc.fill-volume-ml", "0.5–18", "mL")),
                        vials(2, 6, 10, 20),
                        freeze_dryer("6"),
                    ),
                    quarters="1h 3 3 2 2 2 -",
                    lead_weeks=8,
                    smallest_campaign=1,
                    hazards={"haz.cytotoxic": False},
                ),
            ),
            hazards={"haz.beta-lactam": False, "haz.sex-hormone": False},
            visits=(Visit("reg.ema", 16, "compliant", "HPRA"),),
            papers=(
                Paper("cer.mia", "reg.ema", "HPRA"),
                Paper("cer.mia-imp", "reg.ema", "HPRA"),
                Paper("cer.gmp-certificate", "reg.ema", "HPRA", 16),
            ),
        ),
        SiteSpec(
            town="Sligo",
            says=each_yes(
                "svc.analytical an.sec an.ce an.glycan an.potency-bioassay svc.ana.bioassay an.hcp"
            ),
            visits=(Visit("reg.ema", 21, "compliant", "HPRA"),),
        ),
    ),
)


def _two_lines(site: SiteSpec) -> SiteSpec:
    """Freeze-drying shares its line with cytotoxics; the line without them fills liquids only."""
    line = site.line("C1")
    liquid = LineSpec(
        key="C2",
        name="C2 isolator for liquids",
        says=(
            *(each for each in line.says if each.term not in {"df.inj.lyo-vial", "op.lyophilisation"}),
            no("op.lyophilisation"),
            no("df.inj.lyo-vial"),
        ),
        quarters="2 3 3 3 3 3 3",
        lead_weeks=8,
        hazards={"haz.cytotoxic": False},
    )
    return with_site(lines=(on_line("C1", hazards={"haz.cytotoxic": True})(site).line("C1"), liquid))(site)


CLOONMORE_VARIATIONS = (
    variation(
        CLOONMORE,
        "Lillebro Vials",
        "Odense",
        "Clinical vials behind restricted-access barriers.",
        silent("op.isolator", line="C1"),
        says(yes("op.rabs"), line="C1"),
        on_line("C1", hazards={}),
    ),
    variation(
        CLOONMORE,
        "Leiemond Sterile",
        "Ghent",
        "Small freeze-dried clinical batches.",
        says(freeze_dryer("1.5"), line="C1"),
    ),
    variation(
        CLOONMORE,
        "Murwald Aseptic",
        "Graz",
        "One line freeze-dries and takes cytotoxics, the other does neither.",
        _two_lines,
    ),
    variation(
        CLOONMORE,
        "Pyynikka Fill",
        "Tampere",
        "Clinical freeze-dried vials; the isolator is booked until the fourth quarter.",
        on_line("C1", quarters="0 0 0 3 3 3 3"),
    ),
    variation(
        CLOONMORE,
        "Nerisvil Biotech",
        "Vilnius",
        "Freeze-dried vials up to 6R.",
        says(vials(2, 6), line="C1"),
    ),
    variation(
        CLOONMORE,
        "Fjordane Vial Works",
        "Bergen",
        "Clinical vials in Norway.",
        silent("svc.reg.qp.eu"),
    ),
)


COMPANIES = (ELLSWORTH, *ELLSWORTH_VARIATIONS, CLOONMORE, *CLOONMORE_VARIATIONS)
