"""Oral solids in volume: one archetype and its variations."""

from partners.sample.oral import oel
from partners.sample.specs import (
    LATE,
    Company,
    LineSpec,
    Paper,
    SiteSpec,
    Visit,
    each_yes,
    no,
    says,
    variation,
    with_site,
    yes,
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

COMPANIES = (VINDHYA, *VINDHYA_VARIATIONS)
