"""Inhalation: one archetype and its variations."""

from partners.sample.oral import oel
from partners.sample.specs import (
    ALL,
    Company,
    LineSpec,
    Paper,
    SiteSpec,
    Visit,
    each_yes,
    no,
    on_line,
    says,
    variation,
    with_site,
    yes,
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

COMPANIES = (SKERROW, *SKERROW_VARIATIONS)
