"""Packagers, laboratories, topicals, cell therapy, and what the archetypes leave out."""

from partners.sample.specs import (
    ALL,
    CLINICAL,
    EARLY,
    LATE,
    Company,
    LineSpec,
    Paper,
    SiteSpec,
    Visit,
    each_yes,
    no,
    says,
    silent,
    variation,
    with_site,
    yes,
)

_OPEN = "2 2 3 3 3 3 3"

JERSEY = Company(
    name="Raritane Packaging",
    summary="Bottles and blisters for the US market, serialised to the case.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Trenton",
            says=(
                *each_yes(
                    "svc.pack.primary svc.pack.secondary svc.pack.ser.us svc.pack.aggregation", stages=LATE
                ),
                *each_yes("cnt.bottle.child-resistant svc.logistics st.ambient"),
            ),
            lines=(
                LineSpec(
                    key="BTL-1",
                    name="Bottle line",
                    says=(yes("cnt.bottle.hdpe", ("sc.annual-units", "8", "million/year")),),
                    quarters=_OPEN,
                ),
                LineSpec(
                    key="BLI-1", name="Blister line", says=each_yes("cnt.blister.pvc-pvdc"), quarters=_OPEN
                ),
            ),
            visits=(Visit("reg.fda", 19, "NAI", is_published=True),),
        ),
        SiteSpec(
            town="Lancaster", says=each_yes("svc.logistics st.ambient st.refrigerated st.controlled-vault")
        ),
    ),
)

LABORATORY = Company(
    name="Leinequell Analytik",
    summary="A GMP laboratory that imports, tests and certifies batches for the EU.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Göttingen",
            says=(
                *each_yes(
                    "svc.analytical svc.ana.release svc.ana.stability svc.ana.method-dev svc.ana.method-val"
                ),
                *each_yes("svc.ana.method-transfer svc.ana.el svc.ana.micro svc.ana.raw-material"),
                *each_yes("an.hplc an.lcms an.gc an.dissolution an.elemental an.nitrosamine an.kf an.xrpd"),
                *each_yes("an.stab.long-term an.stab.accelerated an.stab.intermediate an.stab.zone-ivb"),
                yes("svc.reg.qp.eu", basis="certificate"),
                yes("svc.reg.importation.eu", basis="certificate"),
                no("df.oral-solid"),
                no("df.parenteral"),
                no("svc.clin.placebo"),
            ),
            visits=(Visit("reg.ema", 11, "compliant", "Lower Saxony"),),
            papers=(Paper("cer.mia", "reg.ema", "Lower Saxony"), Paper("cer.iso-17025", expires_months=18)),
        ),
    ),
)

TOPICALS = Company(
    name="Magogue Dermal",
    summary="Creams, ointments and gels from 50 to 3,000 kg.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Sherbrooke",
            says=each_yes(
                "svc.formulation svc.commercial svc.ana.release an.ivpt mod.small-molecule", stages=ALL
            ),
            lines=(
                LineSpec(
                    key="MIX-1",
                    name="Semi-solid mixing",
                    says=(
                        yes("op.semisolid-mixing", ("sc.batch-kg", "50–3,000", "kg"), stages=ALL),
                        yes("df.top.cream", ("sc.batch-kg", "50–3,000", "kg")),
                        *each_yes("df.top.ointment df.top.gel op.tube-filling cnt.tube"),
                    ),
                    quarters=_OPEN,
                ),
            ),
            visits=(Visit("reg.health-canada", 13, "compliant"), Visit("reg.fda", 27, "NAI")),
        ),
    ),
)

CELLS = Company(
    name="Ticinella Cellule",
    summary="Autologous and allogeneic cell therapies in eight grade B suites.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Pavia",
            says=(
                *each_yes(
                    "svc.clin.early svc.clin.late svc.ana.release an.flow-cytometry an.sterility",
                    stages=CLINICAL,
                ),
                *each_yes("mod.ct.autologous mod.ct.allogeneic mod.ct.stem st.cryogenic svc.reg.qp.eu"),
            ),
            lines=(
                LineSpec(
                    key="SUITES",
                    name="Grade B suites",
                    says=(
                        yes(
                            "op.cell-processing",
                            ("sc.clean-rooms", "8", "suites"),
                            ("sc.cell-doses", "240", "doses/year"),
                        ),
                        *each_yes("op.cryopreservation"),
                    ),
                    quarters="20 20 30 30 30 30 30",
                    hazards={"haz.bsl2": True},
                ),
            ),
            visits=(Visit("reg.ema", 14, "compliant", "AIFA"),),
            papers=(Paper("cer.mia-imp", "reg.ema", "AIFA"),),
        ),
    ),
)


def _specialist(
    name: str, town: str, summary: str, terms: str, visit: Visit, *, hazards: dict[str, bool] | None = None
) -> Company:
    site = SiteSpec(town=town, says=each_yes(terms), visits=(visit,), hazards=hazards or {})
    return Company(name=name, summary=summary, sites=(site,))


SPECIALISTS = (
    _specialist(
        "Otwora Isotopes",
        "Otwock",
        "Radioligands, labelled and shipped the same day.",
        "mod.radioligand op.radiolabelling svc.clin.on-demand con.radioactive svc.clin.early",
        Visit("reg.ema", 10, "compliant", "Chief Pharmaceutical Inspectorate"),
        hazards={"haz.radioactive": True},
    ),
    _specialist(
        "Kartliphage",
        "Tbilisi",
        "Bacteriophages from bank to ampoule.",
        "mod.phage svc.drug-substance cnt.ampoule op.microbial svc.ds.cell-banking",
        Visit("reg.pics", 22, "compliant"),
        hazards={"haz.bsl2": True},
    ),
    _specialist(
        "Emajogi Microbiome",
        "Tartu",
        "Live biotherapeutics, anaerobic from culture to capsule.",
        "mod.microbiome op.microbial df.capsule.gastro-resistant op.encapsulation svc.clin.early",
        Visit("reg.ema", 18, "compliant", "State Agency of Medicines"),
        hazards={"haz.live-organism": True, "haz.spore-forming": True},
    ),
    _specialist(
        "Doichang Softgels",
        "Chiang Mai",
        "Soft capsules and oral liquids.",
        "df.capsule-soft op.softgel df.oral-solution df.syrup mod.sm.cannabinoid mod.sm.natural-product "
        "svc.commercial op.liquid-filling",
        Visit("reg.pics", 12, "compliant"),
    ),
    _specialist(
        "Kamogawa Patch",
        "Kyoto",
        "Transdermal patches and orodispersible films.",
        "df.top.patch op.patch-coating df.oral-film op.film-casting svc.commercial svc.form.paediatric",
        Visit("reg.pmda", 16, "compliant"),
    ),
    _specialist(
        "Thermaia Suppositories",
        "Thessaloniki",
        "Suppositories, pessaries and eye drops in unit doses.",
        "df.suppository df.pessary op.suppository-moulding df.oph.eye-drops cnt.bfs op.bfs svc.commercial",
        Visit("reg.ema", 20, "compliant", "EOF"),
    ),
    _specialist(
        "Aegeana Hormone Works",
        "Izmir",
        "Hormone tablets in a building of their own.",
        "mod.sm.steroid-hormone con.hormone-segregated df.tablet.film-coated svc.commercial",
        Visit("reg.ema", 26, "compliant", "AGES"),
        hazards={"haz.sex-hormone": True},
    ),
    _specialist(
        "Otago Vaccine Works",
        "Dunedin",
        "Vaccines and their formulation with adjuvants.",
        "mod.vaccine svc.ds.biologics op.microbial op.mammalian svc.fill-finish cnt.vial",
        Visit("reg.tga", 15, "compliant"),
        hazards={"haz.bsl2": True, "haz.bsl3": False},
    ),
    _specialist(
        "Vltavia Clinical Depot",
        "Prague",
        "Depots, returns and destruction for trials.",
        "svc.logistics svc.pack.clinical svc.clin.comparator st.ambient "
        "st.refrigerated st.frozen-20 st.frozen-70",
        Visit("reg.ema", 19, "compliant", "SUKL"),
    ),
    _specialist(
        "Areuse Dossiers",
        "Neuchâtel",
        "Programme management and dossiers for small sponsors.",
        "svc.cmc-consulting svc.reg.cmc-writing svc.reg.dmf svc.regulatory svc.com.lifecycle",
        Visit("reg.swissmedic", 25, "compliant"),
    ),
)

COMPANIES = (
    JERSEY,
    variation(
        JERSEY,
        "Miamira Packaging",
        "Dayton",
        "Bottles only.",
        lambda site: with_site(lines=site.lines[:1], says=(*site.says, no("cnt.blister")))(site),
    ),
    variation(
        JERSEY,
        "Wartana Packing",
        "Poznań",
        "Bottles and blisters for Europe.",
        says(yes("svc.pack.ser.eu")),
        with_site(visits=(Visit("reg.ema", 9, "compliant", "Chief Pharmaceutical Inspectorate"),)),
    ),
    LABORATORY,
    variation(
        LABORATORY,
        "Tiszara Laboratories",
        "Szeged",
        "Testing without importation.",
        silent("svc.reg.importation.eu"),
        silent("svc.reg.qp.eu"),
    ),
    TOPICALS,
    variation(
        TOPICALS,
        "Jaliscana Topicals",
        "Guadalajara",
        "Creams and gels for the Americas.",
        with_site(visits=(Visit("reg.fda", 33, "VAI"),)),
    ),
    CELLS,
    variation(
        CELLS,
        "Vechtzicht Cell Works",
        "Utrecht",
        "Allogeneic cells and exosomes for early trials.",
        silent("mod.ct.autologous"),
        says(*each_yes("mod.ct.exosome", stages=EARLY)),
    ),
    *SPECIALISTS,
)
