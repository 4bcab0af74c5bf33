"""Biologics drug substance: two archetypes and their variations."""

from partners.sample.specs import (
    ALL,
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
from partners.sample.sterile import filling, vials


def vessels(*sizes: str, term: str = "op.mammalian") -> Says:
    """Bioreactors as a set: "3 × 2000" is three of them, never one of six thousand."""
    return yes(term, *(("sc.bioreactor-l", size, "L") for size in sizes))


PROTEIN_TESTS = each_yes("an.sec an.ce an.glycan an.hcp an.elisa an.endotoxin an.bioburden an.mycoplasma")

NORRVIK = Company(
    name="Norrvik Biologics",
    summary="Mammalian drug substance in single-use bioreactors up to 2,000 L; no filling.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Lund",
            says=(
                *each_yes(
                    "svc.ds.biologics svc.ds.upstream svc.ds.downstream svc.ds.cell-banking", stages=ALL
                ),
                *each_yes("svc.com.tech-transfer svc.com.process-validation"),
                *each_yes("mod.fusion-protein mod.mab.bispecific"),
                *PROTEIN_TESTS,
                yes(
                    "mod.mab",
                    ("sc.batches-36-months", "31", "batches"),
                    ("sc.ppq-campaigns", "2", "campaigns"),
                    basis="done",
                ),
                no("svc.fill-finish"),
                no("op.aseptic-filling"),
                no("svc.reg.qp"),
            ),
            lines=(
                LineSpec(
                    key="TRAIN-A",
                    name="Train A single-use bioreactors",
                    says=(
                        yes(
                            "op.mammalian",
                            ("sc.bioreactor-l", "50", "L"),
                            ("sc.bioreactor-l", "200", "L"),
                            ("sc.bioreactor-l", "500", "L"),
                            ("sc.bioreactor-l", "3 × 2000", "L"),
                            ("sc.smallest-working-volume", "10", "L"),
                            stages=ALL,
                        ),
                        *each_yes("op.single-use op.purification-chromatography op.tff"),
                        no("op.aseptic-filling"),
                    ),
                    quarters="0 1 2 2 3 3 3",
                    lead_weeks=16,
                    days_per_batch=42,
                    smallest_campaign=1,
                ),
            ),
            visits=(
                Visit("reg.ema", 20, "compliant", "Swedish Medical Products Agency"),
                Visit("reg.fda", 26, "VAI", is_published=True),
            ),
            papers=(Paper("cer.mia", "reg.ema", "Swedish Medical Products Agency"),),
        ),
        SiteSpec(
            town="Uppsala",
            says=each_yes("svc.ds.cell-line svc.form.biologics svc.ana.bioassay an.potency-bioassay an.lcms"),
        ),
    ),
)


def _steel_and_bags(site: SiteSpec) -> SiteSpec:
    """A 2,000 L steel vessel and a single-use train of 500 L; filling and release on the same ground."""
    steel = LineSpec(
        key="STEEL",
        name="Steel train",
        says=(vessels("2 × 2000"), *each_yes("op.stainless op.tff"), no("op.single-use")),
        quarters="1 1 2 2 2 2 2",
        lead_weeks=16,
    )
    bags = LineSpec(
        key="BAGS",
        name="Single-use train",
        says=(vessels("200", "500"), *each_yes("op.single-use op.tff")),
        quarters="2 2 3 3 3 3 3",
        lead_weeks=16,
    )
    fill = LineSpec(
        key="FILL",
        name="Clinical filling isolator",
        says=(
            filling("500–12,000"),
            vials(2, 6, 10),
            yes("op.isolator"),
            no("op.mammalian"),
            no("op.lyophilisation"),
        ),
        quarters="2 2 3 3 3 3 3",
        lead_weeks=10,
    )
    kept = tuple(
        each for each in site.says if each.term not in {"svc.fill-finish", "op.aseptic-filling", "svc.reg.qp"}
    )
    offers = (*kept, yes("svc.fill-finish"), yes("svc.reg.qp.eu", basis="certificate"))
    return with_site(lines=(steel, bags, fill), says=offers)(site)


NORRVIK_VARIATIONS = (
    variation(
        NORRVIK,
        "Aurajoki Cultures",
        "Turku",
        "Mammalian drug substance; next year's plan is indicative.",
        on_line("TRAIN-A", quarters="0 1i 2i 2i 3i 3i 3i"),
    ),
    variation(
        NORRVIK,
        "Rijnmark Biologics",
        "Leiden",
        "Mammalian drug substance up to 1,000 L.",
        says(vessels("50", "200", "2 × 1000"), line="TRAIN-A"),
    ),
    variation(
        NORRVIK,
        "Brannoch Proteins",
        "Limerick",
        "Steel and single-use trains with clinical filling next door.",
        _steel_and_bags,
    ),
    variation(
        NORRVIK,
        "Croixval Fermentation",
        "Lyon",
        "Microbial proteins and plasmid DNA.",
        silent("op.mammalian", line="TRAIN-A"),
        says(
            no("op.mammalian"),
            vessels("100", "1500", term="op.microbial"),
            *each_yes("op.plasmid-fermentation"),
            line="TRAIN-A",
        ),
        silent("mod.mab"),
        says(*each_yes("mod.recombinant-protein mod.pdna mod.vaccine mod.mab.fragment")),
    ),
    variation(
        NORRVIK,
        "Selatan Biologics",
        "Singapore",
        "Mammalian drug substance for Asia and the US.",
        with_site(visits=(Visit("reg.fda", 15, "NAI", is_published=True),), papers=()),
        on_line("TRAIN-A", quarters="1 1 1 1 1 1 1"),
    ),
)

HANSEONG = Company(
    name="Hanseong Bioworks",
    summary="Large steel bioreactors and vial filling for marketed biologics.",
    is_archetype=True,
    sites=(
        SiteSpec(
            town="Incheon",
            says=(
                *each_yes(
                    "svc.ds.biologics svc.commercial svc.com.process-validation svc.fill-finish", stages=ALL
                ),
                *PROTEIN_TESTS,
                *each_yes("mod.biosimilar mod.mab.biosimilar mod.fusion-protein svc.pack.serialisation"),
                yes(
                    "mod.mab",
                    ("sc.batches-36-months", "140", "batches"),
                    ("sc.ppq-campaigns", "9", "campaigns"),
                    basis="done",
                ),
                yes("svc.reg.qp.eu", note="Through its own importer in the EU."),
                no("cnt.pfs"),
            ),
            lines=(
                LineSpec(
                    key="DS-15",
                    name="DS-15 steel bioreactors",
                    says=(
                        vessels("3 × 15000"),
                        *each_yes("op.stainless op.purification-chromatography op.tff"),
                        no("op.single-use"),
                    ),
                    quarters="0 0 6 8 8 8 8",
                    smallest_campaign=6,
                    lead_weeks=16,
                ),
                LineSpec(
                    key="DS-2",
                    name="DS-2 single-use bioreactors",
                    says=(
                        vessels("2 × 2000"),
                        *each_yes("op.single-use op.purification-chromatography op.tff"),
                    ),
                    quarters="0 0 6 6 7 7 7",
                    smallest_campaign=6,
                    lead_weeks=16,
                ),
                LineSpec(
                    key="DP-1",
                    name="DP-1 vials behind barriers",
                    says=(
                        filling("50,000–300,000", ("sc.fill-volume-ml", "0.5–20", "mL")),
                        vials(2, 6, 10, 20),
                        yes("op.rabs"),
                        no("op.mammalian"),
                    ),
                    quarters="1 2 6 6 6 6 6",
                    lead_weeks=16,
                ),
            ),
            visits=(
                Visit("reg.kmfds", 7, "compliant"),
                Visit("reg.fda", 13, "VAI", is_published=True),
                Visit("reg.ema", 19, "compliant", "AEMPS"),
            ),
            papers=(Paper("cer.gmp-certificate", "reg.ema", "AEMPS", 19),),
        ),
    ),
)


def _without_qp(site: SiteSpec) -> SiteSpec:
    return says(no("svc.reg.qp"))(silent("svc.reg.qp.eu")(site))


HANSEONG_VARIATIONS = (
    variation(
        HANSEONG,
        "Zhuqian Biologics",
        "Hsinchu",
        "Marketed biologics; campaigns from four batches.",
        on_line("DS-2", smallest_campaign=4, quarters="0 0 4 4 4 4 4"),
        _without_qp,
    ),
    variation(
        HANSEONG,
        "Taihu Protein Works",
        "Suzhou",
        "Biologics for China and beyond.",
        with_site(visits=(Visit("reg.nmpa", 8, "compliant"),), papers=()),
        _without_qp,
    ),
    variation(
        HANSEONG,
        "Gapcheon Biologics",
        "Daejeon",
        "Steel bioreactors of 5,000 L.",
        says(vessels("4 × 5000"), line="DS-15"),
        _without_qp,
    ),
    variation(
        HANSEONG,
        "Carmela Bioprocess",
        "Haifa",
        "Marketed biologics; no filling.",
        says(no("svc.fill-finish"), no("op.aseptic-filling")),
        lambda site: with_site(lines=site.lines[:2])(site),
        _without_qp,
    ),
)

COMPANIES = (NORRVIK, *NORRVIK_VARIATIONS, HANSEONG, *HANSEONG_VARIATIONS)
