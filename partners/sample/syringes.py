"""Pre-filled syringes: one archetype and its variations."""

from partners.sample.specs import (
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
from partners.sample.sterile import STERILE_TESTS


def syringes(rate: str, *sizes: str) -> Says:
    return yes(
        "cnt.pfs",
        ("sc.rate-units-hour", rate, "syringes/min"),
        ("sc.syringes-per-batch", "20,000–400,000", "syringes"),
        *(("sc.syringe-size-ml", size, "mL") for size in sizes),
    )


def history(products: str) -> Says:
    return yes("svc.commercial", ("sc.approved-products", products, "products"), basis="done", stages=LATE)


TRAUNFELD = Company(
    name="Traunfeld Injektion",
    summary="Pre-filled syringes and cartridges at commercial scale, assembled into autoinjectors.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Linz",
            says=(
                *each_yes("svc.fill-finish svc.com.process-validation svc.com.tech-transfer", stages=LATE),
                *STERILE_TESTS,
                *each_yes("svc.pack.device-assembly cnt.autoinjector st.refrigerated svc.pack.ser.eu"),
                *each_yes("mod.biosimilar mod.mab mod.peptide mod.mab.biosimilar"),
                yes("svc.reg.qp.eu", basis="certificate"),
                history("9"),
                no("op.mammalian"),
            ),
            lines=(
                LineSpec(
                    key="S1",
                    name="S1 isolator for nested syringes",
                    says=(
                        syringes("400", "0.5", "1", "2.25"),
                        yes("df.inj.solution", ("sc.annual-units", "14", "million/year"), stages=LATE),
                        *each_yes("op.isolator op.aseptic-filling op.visual-inspection.automatic"),
                    ),
                    quarters="0 0 0 0 2 4 4",
                    lead_weeks=30,
                    smallest_campaign=1,
                    hazards={"haz.cytotoxic": False},
                ),
                LineSpec(
                    key="S2",
                    name="S2 barrier line for cartridges",
                    says=(
                        yes(
                            "cnt.cartridge",
                            ("sc.syringe-size-ml", "1.5", "mL"),
                            ("sc.syringe-size-ml", "3", "mL"),
                        ),
                        *each_yes("op.rabs op.aseptic-filling"),
                        no("cnt.pfs"),
                    ),
                    quarters="1 1 2 2 2 2 2",
                    audience="sponsors",
                ),
            ),
            visits=(
                Visit("reg.ema", 8, "compliant", "AGES"),
                Visit("reg.fda", 18, "VAI", is_published=True),
            ),
            papers=(
                Paper("cer.gmp-certificate", "reg.ema", "AGES", 8),
                Paper("cer.iso-13485", expires_months=20),
            ),
        ),
    ),
)


def _split_syringes(site: SiteSpec) -> SiteSpec:
    """The fast line fills half a millilitre only; the one-millilitre line is slow."""
    slow = LineSpec(
        key="S3",
        name="S3 small syringes line",
        says=(
            syringes("150", "1", "2.25"),
            yes("df.inj.solution", ("sc.annual-units", "5", "million/year"), stages=LATE),
            *each_yes("op.rabs op.aseptic-filling"),
        ),
        quarters="2 2 2 2 4 4 4",
        lead_weeks=30,
    )
    return with_site(lines=(says(syringes("400", "0.5"), line="S1")(site).line("S1"), slow))(site)


TRAUNFELD_VARIATIONS = (
    variation(
        TRAUNFELD,
        "Innrain Syringe",
        "Innsbruck",
        "Nested syringes at 250 a minute.",
        says(syringes("250", "0.5", "1", "2.25"), line="S1"),
        says(*each_yes("svc.commercial", stages=LATE)),
    ),
    variation(
        TRAUNFELD,
        "Dravska Injekt",
        "Maribor",
        "Nested syringes at a moderate pace.",
        says(syringes("120", "0.5", "1", "2.25"), line="S1"),
    ),
    variation(
        TRAUNFELD,
        "Garonnet Seringues",
        "Bordeaux",
        "Nested syringes; the line is full for a year and a half.",
        on_line("S1", quarters="0 0 0 0 0 0 4"),
    ),
    variation(
        TRAUNFELD,
        "Pontinia Siringhe",
        "Latina",
        "Two syringe lines for different sizes.",
        _split_syringes,
    ),
    variation(
        TRAUNFELD,
        "Etchuma Prefill",
        "Toyama",
        "Syringes for Japan.",
        silent("svc.reg.qp.eu"),
        says(no("svc.reg.qp")),
        with_site(visits=(Visit("reg.pmda", 12, "compliant"),), papers=()),
    ),
)

COMPANIES = (TRAUNFELD, *TRAUNFELD_VARIATIONS)
